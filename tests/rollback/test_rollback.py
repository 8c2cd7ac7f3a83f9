"""`gonogo rollback`: it restores what it should, sees it serve, and acts once."""

import json
import time
from typing import Any

import pytest

from gonogo.cli import main
from gonogo.core.past import Identity, Rollback
from gonogo.core.provider import Deployed, State
from gonogo.rollback.attempt import Attempt, Chosen
from gonogo.rollback.case import read
from gonogo.rollback.ending import Stop

from .conftest import NEW, OLD, Scene

Capture = pytest.CaptureFixture[str]


@pytest.mark.parametrize("previous", [OLD, None], ids=["by its commit", "by its GO alone"])
def test_the_version_before_serves_again_and_is_verified(
    scene: Scene, capfd: Capture, previous: str | None
) -> None:
    named = {"id": None, "commit": NEW, "observed_commit": NEW}
    goal = {"id": None, "commit": previous}
    scene.body = scene.rolled_back(run_id="z", deployment=named, previous=goal)
    code = scene.rollback()
    said = capfd.readouterr()

    assert (code, scene.serving) == (0, "d1"), said.err
    assert scene.attempts == ["verified"]
    assert scene.told["source"] == {"id": "d2", "commit": NEW}
    assert scene.told["goal"] == {"id": "d1", "commit": OLD}
    assert scene.told["guard"]["attempt_budget"] is True
    record = json.loads((scene.folder / "reports/out/post-rollback/decision.json").read_text())
    assert (record["decision"], record["deployment"]["commit"]) == ("GO", OLD)

    again = scene.rollback()
    said = capfd.readouterr()
    assert again == 0, said.err
    assert "serves already" in said.err
    assert scene.attempts == ["verified"]


def test_what_it_would_do_is_said(scene: Scene, capfd: Capture) -> None:
    code = scene.rollback("--dry-run")

    assert (code, scene.serving, scene.attempts) == (0, "d2", [])
    assert f"would restore d1 ({OLD}) in place of d2 ({NEW})" in capfd.readouterr().err


def test_two_at_once_restore_once(scene: Scene) -> None:
    (scene.folder / "restore.py").write_text(
        "import time\nopen('count', 'a').write('x')\ntime.sleep(0.5)\n"
        + (scene.folder / "restore.py").read_text()
    )
    both = [scene.in_shell(), scene.in_shell()]
    said = [each.communicate(timeout=60)[0] for each in both]

    assert (scene.folder / "count").read_text() == "x", said
    assert sorted(each.returncode for each in both) == [0, 30], said
    assert scene.serving == "d1"


def test_of_two_that_may_act_one_does(scene: Scene) -> None:
    """Both have looked, and nothing was noted then."""
    scene.rollback("--dry-run")
    case = read(scene.folder / "decision.json", time.time())
    live, goal = Deployed("d2", State.LIVE, commit=NEW), Deployed("d1", State.REPLACED)
    nobody: Any = None
    attempt = Attempt(nobody, case, nobody, nobody, print)
    with scene.history() as kept:
        attempt.note(kept, Chosen(live, goal, [live, goal]))
        with pytest.raises(Stop, match="attempt_budget: there was one already"):
            attempt.note(kept, Chosen(live, goal, [live, goal]))

    assert scene.attempts == ["asked"]


@pytest.mark.parametrize("accepted", [True, False])
def test_the_word_of_the_provider_is_not_enough(
    scene: Scene, capfd: Capture, *, accepted: bool
) -> None:
    """Accepted, but the old version never serves; and declined, with the same end."""
    scene.stuck = NEW
    if not accepted:
        (scene.folder / "restore.py").write_text("import sys; sys.exit('no such image')")
    code = scene.rollback()
    said = capfd.readouterr().err

    assert code == 30, said
    assert scene.attempts == ["not served" if accepted else "declined"]
    assert ("not what serves" if accepted else "ended with 1: no such image") in said
    assert scene.rollback() == 30
    assert len(scene.attempts) == 1


def test_an_old_version_that_is_not_well_is_not_verified(
    scene: Scene, capfd: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was said to the gate of the release is not said to the one after it."""
    for name, value in (("GONOGO_SHADOW", "1"), ("GITHUB_SHA", NEW), ("GONOGO_COMMIT", NEW)):
        monkeypatch.setenv(name, value)
    (scene.folder / "gonogo.toml").write_text(
        (scene.folder / "gonogo.toml").read_text()
        + '[endpoints."api/x"]\npath = "/none"\ncritical = true\n'
        + 'retry = { attempts = 1, interval = "10ms" }\n'
    )
    code = scene.rollback()
    said = capfd.readouterr().err

    assert (code, scene.serving, scene.attempts) == (30, "d1", ["not well"]), said
    assert "restored, not verified: health and smoke: HOLD" in said


def test_nobody_can_tell_without_a_version(scene: Scene, capfd: Capture) -> None:
    file = scene.folder / "gonogo.toml"
    lines = [line for line in file.read_text().splitlines() if not line.startswith("version")]
    file.write_text("\n".join(lines))
    code = scene.rollback()

    assert (code, scene.serving) == (40, "d1")
    assert "configure version" in capfd.readouterr().err


@pytest.mark.parametrize(("control", "expected"), [("http://127.0.0.1:1/", 40), ("", 30)])
def test_a_runner_without_a_network_cannot_tell(
    scene: Scene, capfd: Capture, control: str, expected: int
) -> None:
    """What does not answer is no evidence, unless the control URLs do."""
    file = scene.folder / "gonogo.toml"
    text = file.read_text().replace(
        'live = "/health"', 'live = "/health"\nurl = "http://127.0.0.1:1"'
    )
    file.write_text(text.replace(f"{scene.url}/control", control or f"{scene.url}/control"))
    code = scene.rollback()
    said = capfd.readouterr().err

    assert code == expected, said
    assert scene.attempts == [{40: "unknown", 30: "not served"}[expected]]


def test_checks_that_were_left_out_verify_nothing(
    scene: Scene, capfd: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_ARGS", "-k live")

    assert (scene.rollback(), scene.attempts) == (40, ["unknown"])
    assert "not of every check" in capfd.readouterr().err


def test_an_interrupted_attempt_stays_noted(scene: Scene) -> None:
    scene.stuck = NEW
    scene.write(wait="60s")
    process = scene.in_shell()
    until = time.monotonic() + 20
    while scene.attempts != ["asked"] and time.monotonic() < until:
        time.sleep(0.1)
    process.terminate()
    said = process.communicate(timeout=20)[0]

    assert process.returncode == 40, said
    assert scene.attempts == ["interrupted"]
    scene.write(wait="100ms")
    assert scene.rollback() == 30


def test_the_newest_with_a_go_where_the_record_names_none(scene: Scene) -> None:
    scene.body = scene.rolled_back(run_id="r3", previous={"id": None, "commit": None})
    scene.deployments(("d1", OLD, 3600), ("d9", "fff9999", 1800), ("d2", NEW, 600), serving="d2")

    assert (scene.rollback("--dry-run"), scene.told["goal"]["id"]) == (0, "d1")


def test_a_merged_decision_is_acted_on_as_well(scene: Scene, capfd: Capture) -> None:
    empty = {"counts": {"total": 1, "failed": 1}, "levels": {}}
    for name in ("a", "b"):
        (scene.folder / f"{name}.json").write_text(json.dumps({**scene.body, **empty}))
    merged = main(["merge", "a.json", "b.json", "--output", "m.json"])
    code = main(["rollback", "m.json", "--dry-run"])
    said = capfd.readouterr()

    assert (merged, code) == (20, 0), said
    assert f"would restore d1 ({OLD})" in said.err


def test_no_secret_is_told(scene: Scene, capfd: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = "rw-" + "5d41402abc4b2a76"
    monkeypatch.setenv("RAILWAY_TOKEN", secret)
    (scene.folder / "restore.py").write_text(f"import sys; sys.exit('bad token {secret}')")
    scene.stuck = NEW

    assert scene.rollback() == 30
    assert secret not in capfd.readouterr().err
    assert "[redacted]" in scene.told["reason"]


def test_a_history_that_is_silent_undoes_nothing(scene: Scene, capfd: Capture) -> None:
    (scene.folder / "reports" / "history.sqlite").write_bytes(b"not a database" * 100)

    assert (scene.rollback(), scene.serving) == (40, "d2")
    assert "the history cannot be asked" in capfd.readouterr().err


def test_another_service_was_rolled_back_an_hour_ago(scene: Scene, capfd: Capture) -> None:
    back = Rollback(time.time() - 1800, Identity("d0"), Identity("d1"), outcome="verified")
    with scene.history() as kept:
        kept.add_rollback("production", back)

    assert (scene.rollback(), scene.serving) == (30, "d2")
    assert "attempt_budget: there was one already (d0 -> d1" in capfd.readouterr().err
