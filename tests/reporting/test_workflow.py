"""What a job of GitHub Actions shows by itself: annotations that GitHub can read, and a summary."""

from pathlib import Path

import pytest

from gonogo.core.finding import Finding
from gonogo.core.outcome import Decision, Outcome, Stage
from gonogo.core.verdict import Reason, Verdict
from gonogo.reporting import record, workflow
from gonogo.reporting.redaction import Redactor
from gonogo.reporting.workflow import LARGEST, Places, annotations, append_summary, command

SECRET = "sk_100%:done,now"
TOML = """
[services.api]
live = "/health"
[dependencies."api/database"]
critical = true
[endpoints]
models = { path = "/v1" }
[services.twice]
[journeys.twice]
"""


def found(
    name: str, outcome: Outcome = Outcome.FAIL, message: str = "no", **more: str
) -> tuple[Decision, Finding]:
    decision = Decision.BLOCK if outcome is Outcome.FAIL else Decision.INCONCLUSIVE
    check = f"suites/health/test_level1_alive.py::test_service_is_alive[{name}]"
    return decision, Finding(check, outcome, "live", name, message=message, **more)  # type: ignore[arg-type]


def ended(*pairs: tuple[Decision, Finding], soft: tuple[Finding, ...] = ()) -> record.Outcome:
    reasons = tuple(Reason(decision, finding) for decision, finding in pairs)
    findings = (*(finding for _, finding in pairs), *soft)
    verdict = Verdict(Decision.BLOCK, reasons, findings)
    return record.Outcome(verdict, Stage.PREDEPLOY, 10, partial=False)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """A checkout whose project is a folder below its top."""
    project = tmp_path / "backend"
    (project / "suites/health").mkdir(parents=True)
    (project / "suites/health/test_level1_alive.py").touch()
    (project / "gonogo.toml").write_text(TOML)
    (project / ".env").touch()
    environ = {"GITHUB_WORKSPACE": str(tmp_path)}
    return Places.of_job(environ, [project], project / "gonogo.toml")


WHERE = {
    "its own file and line": (("api", ".env:3"), "file=backend/.env,line=3,"),
    "the table of a slug": (("api/database", ""), "file=backend/gonogo.toml,line=4,"),
    "the key of a slug": (("models", ""), "file=backend/gonogo.toml,line=7,"),
    "a slug of two tables": (("twice", ""), "file=backend/suites/health/test_level1_alive.py,"),
    "a slug of none": (("other", ""), "file=backend/suites/health/test_level1_alive.py,"),
    "a provider": (("other", "railway"), "file=backend/suites/health/test_level1_alive.py,"),
    "a file outside": (("other", "/etc/passwd:1"), "file=backend/suites/health/"),
    "a file that is not there": (("api", ".env.gone:3"), "file=backend/gonogo.toml,line=2,"),
}


@pytest.mark.parametrize("case", WHERE)
def test_an_annotation_points_at_what_can_be_changed(places: Places, case: str) -> None:
    (slug, where), expected = WHERE[case]
    (line,) = annotations(ended(found(slug, where=where)), places, str)

    assert line.startswith(f"::error {expected}"), line


def test_a_check_of_no_file_here_has_no_place(places: Places) -> None:
    reason = Decision.BLOCK, Finding("elsewhere/test_x.py::test_y", Outcome.FAIL, message="no")

    assert annotations(ended(reason), places, str) == [
        "::error title=gonogo BLOCK%3A smoke test_y::no"
    ]


def test_kinds_and_escapes(places: Places) -> None:
    warned = found("soft", Outcome.WARN, "slow")[1]
    lines = annotations(
        ended(
            found("a", message="100%\n::error::x, y"), found("b", Outcome.UNKNOWN), soft=(warned,)
        ),
        places,
        str,
    )

    assert [line.split(" ", 1)[0] for line in lines] == ["::error", "::warning", "::notice"]
    assert lines[0].endswith("title=gonogo BLOCK%3A live a::100%25%0A::error::x, y")
    assert not [line for line in lines if "\n" in line or "\r" in line]
    assert command("notice", "t", title="a:b,c%\r") == "::notice title=a%3Ab%2Cc%25%0D::t"


@pytest.mark.parametrize(("count", "shown"), [(1, 1), (10, 10), (11, 10), (50, 10)])
def test_no_more_than_github_shows(places: Places, count: int, shown: int) -> None:
    many = [found(f"s{number}", message=f"reason {number}") for number in range(count)]
    lines = annotations(ended(*many), places, str)

    assert len(lines) == shown
    if count > shown:
        assert lines[-1].endswith(f"::{count - 9} more are in the job summary and in decision.json")


def test_what_says_the_same_is_said_once(places: Places) -> None:
    lines = annotations(ended(*[found(f"s{n}") for n in range(30)]), places, str)

    assert [line.partition("::no")[2] for line in lines] == [" (and 29 more like it)"]


def test_no_annotation_shows_a_secret(places: Places) -> None:
    """Also where the escapes would change it."""
    redact = Redactor()
    redact.add([SECRET])
    lines = annotations(ended(found(f"x {SECRET}", message=f"{SECRET}\n{SECRET}")), places, redact)

    assert lines[0].endswith("live x [redacted]::[redacted]%0A[redacted]")


@pytest.mark.parametrize("left", [0, 10, 200, 5000, 100_000])
def test_a_step_summary_stays_below_the_limit(tmp_path: Path, left: int) -> None:
    """GitHub drops the whole summary of a step that is larger."""
    file = tmp_path / "summary"
    file.write_bytes(b"x" * (LARGEST - left))
    text = "a line with an ümlaut\n" * 1000
    problem = append_summary({"GITHUB_STEP_SUMMARY": str(file)}, text)
    written = file.read_bytes()[LARGEST - left :].decode()

    assert file.stat().st_size <= LARGEST
    assert bool(problem) == (not written)
    assert (written == text + "\n") == (left == 100_000)
    assert not written or left == 100_000 or written.endswith("the rest is in `summary.md`.\n")


def test_a_summary_that_cannot_be_written_is_mentioned(tmp_path: Path) -> None:
    assert append_summary({}, "text") is None
    problem = append_summary({"GITHUB_STEP_SUMMARY": str(tmp_path / "no" / "folder")}, "text")

    assert problem == "the job summary could not be written: No such file or directory"
    assert workflow.is_job({"GITHUB_ACTIONS": "true"})
    assert not workflow.is_job({})
