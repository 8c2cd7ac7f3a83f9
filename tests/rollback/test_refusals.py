"""Ways to make it roll back wrongly: each is refused, and nothing is undone."""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest

from gonogo.core.past import Identity, Rollback
from tests.history.records import check, record

from .conftest import LOCAL, NEW, OLD, OTHER, Scene, at

Changed = dict[str, Any]
FAILED = check("health::live", "FAIL", signal="http-5xx", confirmed_by="3 in a row")
HELD = check("health::live", "FAIL", signal="slow")

# what somebody has changed in the record, and what is said of it
EDITED: dict[str, tuple[Changed, str]] = {
    "a hold": ({"decision": "HOLD", "exit_code": 30}, "the decision is HOLD, not ROLLBACK"),
    "pending": ({"decision": "PENDING"}, "the decision is PENDING"),
    "no decision": ({"decision": None}, "the decision is None"),
    "shadow": ({"shadow": True}, "in shadow"),
    "no shadow at all": ({"shadow": None}, "in shadow"),
    "another exit code": ({"exit_code": 0}, "contradicts itself"),
    "expired": ({"expires_at": at(time.time() - 1)}, "the decision expired at"),
    "for ever": ({"expires_at": at(time.time() + 9e6)}, "from the future"),
    "tomorrow": ({"finished_at": at(time.time() + 7200)}, "from the future"),
    "no zone": ({"expires_at": "2099-01-01T00:00:00"}, "a time without its zone"),
    "no time": ({"expires_at": None}, "not a whole record"),
    "schema 2": ({"schema": 2}, "no record of schema 1"),
    "another target": ({"target": "staging"}, "unknown target 'staging'"),
    "another project": ({"project": "other"}, "of the project other"),
    "another url": ({"url": "https://other.example"}, "is about https://other.example"),
    "another deployment": (
        {"deployment": {"id": "d7", "commit": OTHER, "observed_commit": None}},
        "differs from what its run has left in the history: deployment",
    ),
    "another previous": ({"previous": {"id": "d9", "commit": OTHER}}, "differs from what"),
    "another guard": ({"guard": {}}, "differs from what"),
    "other checks": ({"checks": [HELD]}, "differs from what"),
    "no checks": ({"checks": []}, "differs from what"),
    "an odd id": ({"deployment": {"id": 7, "commit": "x", "observed_commit": ""}}, "texts"),
    "an odd check": ({"checks": [7]}, "not a whole record"),
    "a stranger": ({"run_id": "z", "checks": [HELD]}, "its own checks lead to HOLD"),
    "an empty stranger": ({"run_id": "z", "checks": []}, "its own checks lead to INCONCLUSIVE"),
    "a stranger before the deploy": ({"run_id": "z", "stage": "predeploy"}, "lead to BLOCK"),
    "a stranger on schedule": ({"run_id": "z", "stage": "scheduled"}, "lead to HOLD"),
    "a stranger who refused": (
        {"run_id": "z", "guard": {"frozen": False}},
        "its own checks lead to HOLD",
    ),
    "a stranger of nobody": (
        {"run_id": "z", "deployment": {"id": None, "commit": None, "observed_commit": None}},
        "does not say which deployment it is about",
    ),
    "a stranger with a goal of nobody": (
        {"run_id": "z", "previous": {"id": "d9", "commit": OTHER}},
        "no_target: the history knows of no GO of d9",
    ),
    "a stranger that was not live": (
        {"run_id": "z", "deployment": {"id": "d2", "commit": NEW, "observed_commit": OTHER}},
        "d2 (bbb2222) is live by now, and the decision is about d2",
    ),
}


@pytest.mark.parametrize("case", EDITED)
def test_a_record_that_was_changed(
    scene: Scene, capfd: pytest.CaptureFixture[str], case: str
) -> None:
    changed, told = EDITED[case]
    code = scene.rollback(**changed)
    said = capfd.readouterr().err

    assert code in ({40} if case == "a stranger of nobody" else {30}), said
    assert told in said
    assert (scene.serving, scene.attempts) == ("d2", [])
    assert scene.told["exit_code"] == code


@pytest.mark.parametrize("text", [None, "", "[]", "ROLLBACK", "[" * 100_000, "\udce9"])
def test_a_record_that_is_none(
    scene: Scene, text: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    from gonogo.cli import main  # noqa: PLC0415 - the record is not made by the scene

    file = scene.folder / "decision.json"
    if text is not None:
        file.write_bytes(text.encode(errors="surrogateescape"))

    assert main(["rollback", str(file)]) == 30
    assert "; exit code 30\n" in capsys.readouterr().err
    assert scene.serving == "d2"


def live(scene: Scene, serving: str, *more: tuple[str, str, float]) -> None:
    scene.deployments(("d1", OLD, 3600), ("d2", NEW, 600), *more, serving=serving)


def keys(scene: Scene, name: str, **more: object) -> None:
    body = json.loads((scene.folder / "state.json").read_text())
    for each in body["deployments"]:
        each.update(more if each["id"] == name else {})
    scene.state(body)


def overtaken(scene: Scene) -> None:
    live(scene, "d2", ("d3", OTHER, 10))
    keys(scene, "d3", status="under way")


def anonymous(scene: Scene) -> None:
    """The run knew the commit only, and the same commit was deployed once more since."""
    commit = {"id": None, "commit": NEW, "observed_commit": NEW}
    scene.body = scene.rolled_back(run_id="z", deployment=commit)
    live(scene, "d3", ("d3", NEW, 5))


def past(*what: Any) -> Callable[[Scene], None]:
    def told(scene: Scene) -> None:
        with scene.history() as kept:
            for each in what:
                kept.add_rollback("production", each)

    return told


def remembered(**more: Any) -> Callable[[Scene], None]:
    return lambda scene: scene.remember(record("r0", **more))


AGES_AGO = time.time() - 90_000
FACT = {
    "before": ["a1"],
    "after": ["b2"],
    "pending": [{"id": "b2", "rollback_compatible": False}],
}


def migrated(scene: Scene) -> None:
    """The release was checked before its deployment, and drops a column."""
    scene.write(more=LOCAL_ON + '[release]\nmigrations = { tool = "alembic", directory = "m" }\n')
    about: dict[str, Any] = {"stage": "predeploy", "commit": NEW, "id": "d2", "migrations": FACT}
    scene.remember(record("p2", at=time.time() - 700, **about))


ON = 'provider = "local"\n'
LOCAL_ON = LOCAL.format(python=sys.executable)
SITUATIONS: dict[str, tuple[Callable[[Scene], None], int, str]] = {
    "another deployment is live": (
        lambda s: live(s, "d3", ("d3", OTHER, 10)),
        30,
        "d3 (ccc3333) is live by now",
    ),
    "the same commit, deployed again": (anonymous, 30, "was deployed after the decision"),
    "another one is under way": (
        overtaken,
        30,
        "d3 (ccc3333) is being deployed",
    ),
    "nothing is live": (lambda s: live(s, "d7"), 40, "names no deployment that serves"),
    "garbage": (lambda s: s.state([1]), 40, "no state of a deployment"),
    "no state": (lambda s: (s.folder / "state.json").unlink(), 40, "cannot be read"),
    "no provider": (lambda s: s.write(""), 30, "fix: give deploy/rollback.sh a ROLLBACK_COMMAND"),
    "an unknown provider": (lambda s: s.write('provider = "locale"'), 30, "did you mean 'local'?"),
    "no command": (
        lambda s: s.write(more='[providers.local]\nstate = "state.json"\n'),
        30,
        "needs [providers.local] restore",
    ),
    "frozen": (lambda s: s.write(f"{ON}frozen = true"), 30, "frozen: nothing is undone"),
    "the old one cannot be restored": (
        lambda s: keys(s, "d1", restorable=False),
        30,
        "target_not_restorable: nothing is undone",
    ),
    "the old one is not listed": (
        lambda s: s.deployments(("d2", NEW, 600), serving="d2"),
        30,
        "target_not_restorable: the provider lists no d1",
    ),
    "its migration drops what the old one needs": (
        migrated,
        30,
        "rollback_unsafe_migration; fix: roll forward: deploy a repair",
    ),
    "it was rolled back once": (
        past(Rollback(AGES_AGO, Identity("d2", NEW), Identity("d1", OLD), outcome="verified")),
        30,
        "attempt_budget: there was one already (d2 -> d1",
    ),
    "it is a rollback itself": (
        past(Rollback(AGES_AGO, Identity("d0", OTHER), Identity("d2", NEW))),
        30,
        "rollback_of_rollback: nothing is undone",
    ),
    "it failed before": (
        remembered(at=time.time() - 650, commit=OLD, id="d1", decision="HOLD", checks=[FAILED]),
        30,
        "preexisting: nothing is undone",
    ),
}


@pytest.mark.parametrize("case", SITUATIONS)
def test_a_situation_that_is_another_by_now(
    scene: Scene, capfd: pytest.CaptureFixture[str], case: str
) -> None:
    made, expected, told = SITUATIONS[case]
    made(scene)
    before = (scene.folder / "state.json").read_bytes() if case != "no state" else b""
    code = scene.rollback()
    said = capfd.readouterr().err

    assert code == expected, said
    assert told in said
    if before:
        assert (scene.folder / "state.json").read_bytes() == before
    assert scene.attempts in ([], ["declined"], [""], ["verified"])


def test_options_of_another_target(scene: Scene, capfd: pytest.CaptureFixture[str]) -> None:
    assert scene.rollback("--target", "staging") == 30
    assert "is of the target production, not of staging" in capfd.readouterr().err
