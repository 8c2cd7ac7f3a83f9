"""A table of configurations in files: what is accepted, and what is said about the rest."""

from pathlib import Path

import pytest

from gonogo.config.choice import Choice
from gonogo.config.load import Plan, load
from gonogo.core.errors import ConfigError

HERE = Path(__file__).parent
REFUSED = sorted(HERE.glob("refused/*.toml"))
ACCEPTED = sorted(HERE.glob("accepted/*.toml"))


def plan_of(file: Path, **choice: str) -> Plan:
    return load(Choice(config=str(file), **choice), file.parent, {})  # type: ignore[arg-type]


@pytest.mark.parametrize("file", REFUSED, ids=[file.stem for file in REFUSED])
def test_every_complaint_is_made_at_once(file: Path) -> None:
    expected = [line[3:] for line in file.read_text().splitlines() if line.startswith("#: ")]
    with pytest.raises(ConfigError) as raised:
        plan_of(file)
    said = str(raised.value)

    assert expected
    assert [text for text in expected if text not in said] == [], said
    assert file.name in said
    if "\n" in said:
        assert len(said.splitlines()) == 1 + len(expected), said


@pytest.mark.parametrize("file", ACCEPTED, ids=[file.stem for file in ACCEPTED])
def test_accepted(file: Path) -> None:
    assert plan_of(file).file == file


def test_what_the_full_file_means() -> None:
    plan = plan_of(HERE / "accepted" / "full.toml")
    service = plan.subjects.services["api"]
    endpoint = plan.subjects.endpoints["api/models"]

    assert (plan.project, plan.target.name, plan.target.grace) == ("shop", "production", 90.0)
    assert service.live == "https://api.shop.example/health"
    assert (service.budget, service.startup.attempts, service.startup.interval) == (0.1, 12, 10.0)
    assert plan.subjects.services["web"].url == "https://shop.example"
    assert endpoint.expect.status == (200, 206)
    assert endpoint.critical
    assert plan.policy.rules["error-rate"].limit == 0.02
    assert plan.policy.rules["dependency"].consecutive == 5


def test_another_target_is_another_plan() -> None:
    file = HERE / "accepted" / "full.toml"
    plan = plan_of(file, target="local")

    assert plan.target.command == "python -m shop --port {port}"
    assert plan.target.env_files == tuple(str(file.parent / n) for n in (".env", ".env.local"))
    assert plan.subjects.services["web"].url == "http://127.0.0.1:4173"


def test_a_url_given_overrides_and_boots_nothing() -> None:
    plan = plan_of(HERE / "accepted" / "full.toml", target="local", url="http://other.example/")

    assert (plan.target.url, plan.target.command) == ("http://other.example", None)


def test_references_take_variables_and_are_kept_secret(tmp_path: Path) -> None:
    file = tmp_path / "gonogo.toml"
    file.write_text(
        '[targets.t]\nurl = "https://${HOST}"\n[services.api]\n[endpoints."api/x"]\n'
        'path = "/"\nheaders = { Authorization = "Bearer ${API_TOKEN}" }\n'
    )
    plan = load(Choice(config=str(file)), tmp_path, {"HOST": "h.example", "API_TOKEN": "abcdef"})

    assert plan.target.url == "https://h.example"
    assert "abcdef" in plan.secrets
    assert "h.example" not in plan.secrets
    assert "abcdef" not in repr(plan)


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"\xff\xfe[\x00t\x00", "not UTF-8"), (None, "cannot be read")],
    ids=["UTF-16", "a folder"],
)
def test_a_file_that_cannot_be_read(tmp_path: Path, content: bytes | None, said: str) -> None:
    file = tmp_path / "gonogo.toml"
    file.mkdir() if content is None else file.write_bytes(content)
    with pytest.raises(ConfigError, match=said):
        plan_of(file)


def test_the_search_ends_at_the_repository_root(tmp_path: Path) -> None:
    (tmp_path / "gonogo.toml").write_text('[targets.outer]\nurl = "http://outer"\n')
    inner = tmp_path / "repository" / "deep"
    inner.mkdir(parents=True)

    assert load(Choice(), inner, {}).target.name == "outer"

    (tmp_path / "repository" / ".git").mkdir()

    assert load(Choice(), inner, {}).file is None
