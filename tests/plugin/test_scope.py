"""Nothing checked is never GO; a narrowed run says so; an unrelated run is left alone."""

from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from tests.runs import SUITES, Project, quick

# one worker is as far away as two, and costs a third less
SPREADS = pytest.mark.parametrize("spread", [(), ("-n", "1")], ids=["alone", "xdist"])
TWO = "def test_a(): pass\ndef test_b(): pass\n"


@SPREADS
def test_healthy_is_go(healthy: Project, spread: tuple[str, ...]) -> None:
    done = healthy.run("suites/health", *spread)

    assert done.told == (0, "GO"), done.output
    assert done.record["scope"] == "complete"


NOTHING: dict[str, tuple[str, tuple[str, ...]]] = {
    "no tests": ("", ()),
    "no tests in the file": ("VALUE = 1\n", ()),
    "all deselected by -k": (TWO, ("-k", "test_c")),
    "all deselected by -m": (TWO, ("-m", "gonogo")),
    "all deselected one by one": (
        TWO,
        (
            "--deselect=suites/smoke/test_own.py::test_a",
            "--deselect=suites/smoke/test_own.py::test_b",
        ),
    ),
    "all ignored": (TWO, ("--ignore=suites/smoke/test_own.py",)),
    "only collected": (TWO, ("--collect-only",)),
}


@SPREADS
@pytest.mark.parametrize("case", NOTHING)
def test_nothing_checked_is_never_go(project: Project, case: str, spread: tuple[str, ...]) -> None:
    body, arguments = NOTHING[case]
    project.suite(body).write(quick("http://127.0.0.1:9"))
    done = project.run("suites/smoke", *arguments, *spread)

    assert done.told == (40, "INCONCLUSIVE"), done.output


@SPREADS
def test_a_path_that_is_not_there_is_named(healthy: Project, spread: tuple[str, ...]) -> None:
    """Beside a suite that is there, too; pytest ends with a code of its own, and that is shown."""
    done = healthy.run("suites/health", "suites/smok", "elsewhere/watch", *spread)

    assert done.code == (40 if spread else 4), done.output
    assert done.record["decision"] == "INCONCLUSIVE"
    assert "unknown  suites/smok: no such file or folder" in done.output
    assert "pytest --pyargs gonogo.suites.watch" in done.output
    assert f"exit code {done.code}\n" in done.output


def test_suites_run_in_the_order_in_which_a_release_meets_them(project: Project) -> None:
    stages = ("predeploy", "health", "smoke", "watch")
    for stage in stages:
        project.suite("def test_b(): pass\ndef test_a(): pass\n", f"{stage}/test_{stage}.py")
    project.write(quick("http://127.0.0.1:9"))
    done = project.run(*(f"suites/{stage}" for stage in sorted(stages, reverse=True)))

    own = [f"suites/{stage}/test_{stage}.py::test_{name}" for stage in stages for name in "ba"]
    assert [each["id"] for each in done.record["checks"]] == own, done.output


@pytest.mark.parametrize("section", ["endpoints", "dependencies", "services"])
def test_an_empty_section_is_never_go(
    project: Project, httpserver: HTTPServer, section: str
) -> None:
    httpserver.no_handler_status_code = 404
    httpserver.expect_request("/health").respond_with_json({"status": "healthy"})
    url = httpserver.url_for("")
    text = f'[targets.t]\nurl = "{url}"\n' if section == "services" else quick(url)
    done = project.write(f"{text}[{section}]\n").run("suites/health", "suites/smoke")

    assert done.told == (40, "INCONCLUSIVE"), done.output
    assert section in done.output


@SPREADS
@pytest.mark.parametrize(
    "narrow",
    [("-k", "test_a"), ("--deselect=suites/smoke/test_own.py::test_b",), ("::test_a",)],
    ids=["-k", "deselect", "node ID"],
)
def test_a_narrowed_run_is_partial(
    project: Project, narrow: tuple[str, ...], spread: tuple[str, ...]
) -> None:
    project.suite(TWO).write(quick("http://127.0.0.1:9"))
    by_id = narrow == ("::test_a",)
    arguments = ("suites/smoke/test_own.py::test_a",) if by_id else ("suites/smoke", *narrow)
    done = project.run(*arguments, *spread)

    assert done.told == (0, "GO"), done.output
    assert done.record["scope"] == "partial"
    assert "partial" in done.output


def test_maxfail_leaves_a_gap_in_the_evidence(project: Project) -> None:
    body = "import pytest\n@pytest.mark.gonogo(signal='drift')\ndef test_a(): assert 0\n"
    project.suite(body + "def test_b(): pass\n").write(quick("http://127.0.0.1:9"))
    done = project.run("suites/smoke", "-x")

    assert done.told == (40, "INCONCLUSIVE"), done.output


def test_an_unrelated_run_is_left_alone(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write("def test_other():\n    assert False\n", "test_other.py")
    with_us = project.run()
    without = project.run("-p", "no:gonogo.plugin")

    assert (with_us.code, with_us.record) == (1, {})
    assert "gonogo" not in with_us.output.replace("plugins: gonogo", "")
    assert without.code == 1


def test_a_sleeping_plugin_imports_little(tmp_path: Path) -> None:
    project = Project(tmp_path).cold
    project.write(
        "import sys\n"
        "def test_other():\n"
        "    heavy = {'httpx', 'pydantic', 'jmespath', 'dotenv', 'gonogo.plugin.gate'}\n"
        "    assert not heavy & set(sys.modules)\n",
        "test_other.py",
    )

    assert project.run().code == 0


def test_an_option_wakes_the_gate_anywhere(tmp_path: Path) -> None:
    project = Project(tmp_path).write("def test_other(): pass", "test_other.py")
    done = project.run("--gonogo-url", "http://127.0.0.1:9")

    assert done.told == (40, "INCONCLUSIVE"), done.output


@pytest.mark.parametrize("place", ["suites", ".", "suites/health/test_level1_alive.py"])
def test_the_gate_wakes_wherever_a_suite_is_entered(healthy: Project, place: str) -> None:
    done = healthy.run(place, "-k", "alive")

    assert done.told == (0, "GO"), done.output


def test_a_folder_that_only_bears_the_name_is_not_ours(tmp_path: Path) -> None:
    project = Project(tmp_path).write("def test_other(): assert 0", "suites/test_other.py")

    assert (project.run().code, SUITES.name) == (1, "suites")
