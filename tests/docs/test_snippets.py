"""The documents cannot age: every block is run, loaded or validated, or says why it is not."""

import re
import tomllib
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from gonogo.config.choice import Choice
from gonogo.config.load import load
from tests.docs.blocks import DOCS, Block, all_blocks, blocks_of, pages
from tests.docs.site import URL, VALUES, Place, Site, commands_in, folder_of_a_team
from tests.runs import ROOT, Project, quick
from tests.vendors import complaints

BLOCKS = all_blocks()
README = ROOT / "README.md"
RUN = {"console", "sh"}
WRITTEN = {"ini", "json", "xml"}
NOT_RUN = 6
# what a reference in an example stands for; any other is a URL of the web
VALUES_OF = {
    "REDIS_URL": "redis://cache:6379/0",
    "BROKER_URL": "redis://broker:6379/0",
    "DATABASE_URL": "postgresql://db:5432/shop",
    "HISTORY_URL": "postgresql+psycopg://db:5432/gonogo",
}
SCHEMAS = {
    ".github/workflows/": "vendor.github-workflows",
    ".gitlab-ci.yml": "vendor.gitlab-ci",
    ".circleci/config.yml": "vendor.circle-ci",
}
# README blocks that other tests run: its line of code, and where
ELSEWHERE = {
    "$ pytest suites/health suites/smoke": "tests/plugin/test_readme.py",
    "$ python examples/release/rehearse.py mode ci heads incident": (
        "tests/end_to_end/test_release_example.py"
    ),
    "make demo": "tests/end_to_end/test_demo.py",
    "DEPLOY_COMMAND='railway up --ci'": "tests/deploy/test_steps.py",
    'pytest suites/health suites/smoke --gonogo-url "$URL"': "tests/deploy/test_steps.py",
}


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


def of(*languages: str) -> list[Block]:
    """Return the blocks that are ours to run."""
    left = {"not run", "run by"}
    return [each for each in BLOCKS if each.language in languages and not left & set(each.marks)]


def test_every_block_says_what_happens_with_it() -> None:
    known = {*RUN, *WRITTEN, "toml", "yaml", "python"}
    odd = [str(each) for each in BLOCKS if each.language not in known and not _excused(each)]
    loose = [str(each) for each in of(*WRITTEN) if "file" not in each.marks]

    assert odd == [], "name a language that is run, or say why it is not"
    assert loose == [], "say which file it is"


def _excused(block: Block) -> bool:
    return len(block.marks.get("not run", "")) > 10 or block.page.parent.name == "reference"


def test_what_is_not_run_is_counted() -> None:
    found = [f"{each}: {each.marks['not run']}" for each in BLOCKS if "not run" in each.marks]

    assert len(found) == NOT_RUN, "\n".join(found)


@pytest.mark.parametrize("block", of("toml"), ids=str)
def test_a_configuration_is_accepted(block: Block, tmp_path: Path) -> None:
    text = block.text
    raw = tomllib.loads(text)
    if "targets" not in raw:
        text += "\n[targets.production]\n"
    if "services" not in raw:
        text += f'\n[services.api]\nurl = "{URL}"\nready = "/api/v1/health"\n'
    names = re.findall(r"\$\{(\w+)\}", text)
    environ = {name: VALUES_OF.get(name, URL) for name in names}
    file = tmp_path / "gonogo.toml"
    file.write_text(text)
    for target in tomllib.loads(text)["targets"]:
        assert load(Choice(target=target), tmp_path, environ).file == file


@pytest.fixture(scope="session")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return commands_in(tmp_path_factory.mktemp("bin"))


@pytest.fixture
def place(tmp_path: Path, httpserver: HTTPServer, path: Path) -> Place:
    return Place(folder_of_a_team(tmp_path), Site(httpserver), path)


SESSIONS = sorted({each.page for each in of(*RUN)} - {README})


@pytest.mark.parametrize("page", SESSIONS, ids=named)
def test_a_page_can_be_followed(page: Path, place: Place) -> None:
    for block in blocks_of(page):
        if "file" in block.marks:
            place.write(block)
        elif block in of(*RUN):
            with place.state(block):
                _followed(block, place)


def _followed(block: Block, place: Place) -> None:
    for command, shown in _commands(block):
        status, output = place.run(command)
        _is_shown(shown, place.settled(output), block)
        told = re.findall(r"exit code (\d+)", "\n".join(shown))
        expected = int(block.marks.get("exit", [*told, "0"][0]))

        assert status == expected, f"{block}\n{output}"


def _commands(block: Block) -> list[tuple[str, list[str]]]:
    """Return the commands of a block, each with the lines that are shown below it."""
    if block.language == "sh":
        return [(block.text, [])]
    parts = re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]
    return [(part.splitlines()[0], part.splitlines()[1:]) for part in parts]


def _is_shown(shown: list[str], printed: list[str], block: Block) -> None:
    rest = iter(printed)
    for line in shown:
        if line != "..." and line not in rest:
            pytest.fail(f"{block}: not printed, or not there:\n{line}\n\n" + "\n".join(printed))


def test_python_is_run(project: Project, httpserver: HTTPServer) -> None:
    site = Site(httpserver)
    project.suite("")
    project.write(quick(site.url, f'control = ["{site.url}"]'))
    blocks = of("python")
    for number, block in enumerate(blocks):
        project.suite(block.text, f"smoke/test_{block.page.stem.replace('-', '_')}_{number}.py")
    done = project.run("suites", **VALUES)

    assert done.told == (0, "GO"), done.output
    assert len({check["id"].partition("::")[0] for check in done.record["checks"]}) == len(blocks)


def documents() -> dict[str, list[Block]]:
    """Return the YAML blocks by the schema of their vendor."""
    found: dict[str, list[Block]] = {}
    for block in of("yaml"):
        name = block.marks.get("file", "")
        schema = next((s for start, s in SCHEMAS.items() if name.startswith(start)), "")
        found.setdefault(schema, []).append(block)
    return found


def test_yaml_is_a_file_of_a_vendor() -> None:
    assert [str(each) for each in documents().get("", [])] == [], "say which file it is"


@pytest.mark.parametrize("schema", sorted(set(SCHEMAS.values())))
def test_yaml_is_what_its_vendor_asks_for(schema: str, tmp_path: Path) -> None:
    files = []
    for number, block in enumerate(documents().get(schema, [])):
        files.append(tmp_path / f"{block.page.stem}-{number}.yml")
        files[-1].write_text(block.text)

    assert files, f"no page shows a file for {schema}"
    assert complaints(schema, files) == ""


def test_what_is_run_elsewhere_is_there() -> None:
    for block in BLOCKS:
        assert (ROOT / block.marks.get("run by", "README.md")).is_file(), block
    for start, file in ELSEWHERE.items():
        assert (ROOT / file).is_file(), file
        assert any(each.text.startswith(start) for each in blocks_of(README)), start
    rest = [each for each in blocks_of(README) if each.language in RUN]
    assert [each.text for each in rest if not each.text.startswith(tuple(ELSEWHERE))] == []


# links and names


@pytest.mark.parametrize("page", pages(), ids=named)
def test_every_link_leads_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```|`[^`]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    lost = []
    for link in re.findall(r"\]\(([^)]+)\)", text):
        name, _, anchor = link.partition("#")
        if "://" in name:
            continue
        goal = (page.parent / name) if name else page
        if not goal.exists() or (anchor and anchor not in anchors(goal)):
            lost.append(link)

    assert lost == []


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page, as the usual viewers make them from its titles."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_page_is_in_the_index() -> None:
    index = (DOCS / "README.md").read_text(encoding="utf-8")
    named = {(DOCS / link).resolve() for link in re.findall(r"\]\(([^)#]+)[^)]*\)", index)}

    assert [str(each) for each in pages()[1:] if each.resolve() not in named] == [
        str(DOCS / "README.md")
    ]


def test_options_that_are_named_exist() -> None:
    known = set(re.findall(r"--gonogo-[a-z-]+", (DOCS / "reference" / "options.md").read_text()))
    for page in pages():
        named = set(re.findall(r"--gonogo-[a-z-]+\b(?!-)", page.read_text(encoding="utf-8")))
        assert named - known == set(), page


def test_commands_that_are_named_exist() -> None:
    sections = (DOCS / "reference" / "commands.md").read_text().split("\n## gonogo ")[1:]
    known = {each.split()[0]: set(re.findall(r"`(--[a-z-]+)", each)) for each in sections}
    wrong = []
    for page in pages():
        text = page.read_text(encoding="utf-8")
        for name, rest in re.findall(r"(?:^|`|\$ )gonogo ([a-z]+)([^`\n]*)", text, re.MULTILINE):
            options = set(re.findall(r"(?<= )--[a-z-]+", rest))
            if name not in known or options - known[name]:
                wrong.append(f"{page.name}: gonogo {name}{rest}")

    assert wrong == []
