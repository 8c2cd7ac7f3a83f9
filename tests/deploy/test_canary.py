"""A canary by deploy.sh: traffic in steps, and what becomes of it when a step ends badly."""

import os
import shutil
import signal
import subprocess
import time

import pytest

from tests.deploy.conftest import BACK, DEPLOY, Ended, Service

CANARY = {
    **DEPLOY,
    "DEPLOY_COMMAND": "touch deployed",
    "STEPS": "5 25 100",
    "SHIFT_COMMAND": "sh shift.sh",
    "CANDIDATE_URL": "http://127.0.0.1:9",
}
SHIFT = "echo $1 >>shares; test ! -e stuck-$1 || exit 1; test $1 -lt 100 || echo new >version\n"
# Stands in for the gate: a file that is named for a step has the code that it ends with.
GATE = """
for word; do case $word in reports/out/*) name=${word#reports/out/} ;; esac; done
echo "$name $*" >>gates
code=$(cat "code-$name" 2>/dev/null || echo 0)
mkdir -p "reports/out/$name"
test "$code" -ne 20 || decision=ROLLBACK
if [ -e shadow ]; then decision=ROLLBACK shadow=true code=0; fi
printf '{\n  "decision": "%s",\n  "shadow": %s,\n  "exit_code": %s\n}\n' \
  "${decision:-GO}" "${shadow:-false}" "$code" >"reports/out/$name/decision.json"
test -z "$GITHUB_OUTPUT" || printf 'decision=GO\nexit_code=0\nreason=why\n' >>"$GITHUB_OUTPUT"
test ! -e "wait-$name" || { sleep 30 & trap "kill $!; exit 40" TERM; touch waiting; wait; }
exit "$code"
"""


@pytest.fixture
def canary(service: Service) -> Service:
    """A service whose traffic can be shared out, and a gate whose decisions are files."""
    service.project.write(SHIFT, "shift.sh").write(GATE, "gate.sh")
    return service


def walked(canary: Service, **more: str) -> tuple[Ended, list[str], str]:
    """How a canary ended, which shares the new version was given, and which it was left with."""
    given = {**CANARY, "PYTEST": "sh gate.sh", "STABLE_URL": "http://127.0.0.1:8", **more}
    ended = canary.script("deploy.sh", **given)
    shares, weight = canary.project.folder / "shares", ended.folder / "reports/out/weight"
    said = shares.read_text().split() if shares.exists() else []
    return ended, said, weight.read_text().strip() if weight.exists() else ""


def test_a_good_canary_is_given_all_the_traffic_in_steps(canary: Service) -> None:
    ended, shares, weight = walked(canary)
    gates = (ended.folder / "gates").read_text().splitlines()

    assert (ended.code, shares, weight) == (0, ["5", "25", "100"], "100"), ended.said
    assert [line.split()[0] for line in gates] == [
        *("predeploy", "candidate", "step-5", "step-25", "verify")
    ]
    assert "--gonogo-url http://127.0.0.1:9" in gates[2]
    assert "--gonogo-baseline-url http://127.0.0.1:8" in gates[2]
    assert "baseline" not in gates[-1]


@pytest.mark.parametrize(
    ("code", "on_hold", "ends", "shares", "said"),
    [
        (20, "", 20, ["5", "25", "0"], "the version before serves again"),
        (10, "", 10, ["5", "25", "0"], "the old version has all the traffic"),
        (30, "", 30, ["5", "25"], "keeps 25 % of the traffic, to take it back: sh shift.sh 0"),
        (40, "", 40, ["5", "25"], "INCONCLUSIVE at 25 %: a human must look"),
        (30, "back", 30, ["5", "25", "0"], "the old version has all the traffic"),
        (40, "back", 40, ["5", "25", "0"], "the old version has all the traffic"),
        (137, "", 40, ["5", "25"], "keeps 25 % of the traffic"),
    ],
)
def test_what_a_step_decides_is_done(
    canary: Service, code: int, on_hold: str, ends: int, shares: list[str], said: str
) -> None:
    canary.project.write(str(code), "code-step-25")
    ended, given, weight = walked(canary, ON_HOLD=on_hold)

    assert (ended.code, ended.left, given, weight) == (ends, str(ends), shares, shares[-1])
    assert said in ended.said


@pytest.mark.parametrize(
    ("code", "ends", "shares"), [(20, 20, ["0"]), (10, 10, ["0"]), (30, 30, []), (40, 40, [])]
)
def test_all_the_traffic_is_judged_as_well(
    canary: Service, code: int, ends: int, shares: list[str]
) -> None:
    canary.project.write(str(code), "code-verify")
    ended, given, _ = walked(canary)

    assert (ended.code, given) == (ends, ["5", "25", "100", *shares]), ended.said


@pytest.mark.parametrize(
    ("stuck", "shares", "weight", "said"),
    [
        (("25",), ["5", "25", "0"], "0", "the shift to 25 % ended with 1; the old version has all"),
        (("25", "0"), ["5", "25", "0"], "an unknown share", "was NOT taken back"),
    ],
)
def test_a_shift_that_fails_is_taken_back(
    canary: Service, stuck: tuple[str, ...], shares: list[str], weight: str, said: str
) -> None:
    for share in stuck:
        canary.project.write("", f"stuck-{share}")
    ended, given, left = walked(canary)

    assert (ended.code, given, left) == (30, shares, weight), ended.said
    assert said in ended.said


def test_a_candidate_that_is_ill_gets_no_traffic(canary: Service) -> None:
    canary.project.write("20", "code-candidate")
    ended, given, _ = walked(canary)

    assert (ended.code, given) == (10, []), ended.said


@pytest.mark.parametrize("steps", ["5 25", "25 5 100", "5% 100", "0 100", "5 1000", "x"])
def test_steps_that_lead_nowhere_deploy_nothing(canary: Service, steps: str) -> None:
    ended, given, _ = walked(canary, STEPS=steps)

    assert (ended.code, given) == (40, []), ended.said
    assert not (ended.folder / "deployed").exists()
    assert "STEPS" in ended.said


@pytest.mark.parametrize(("on_hold", "shares"), [("", ["5"]), ("back", ["5", "0"])])
def test_an_interrupt_in_a_step_says_how_the_traffic_is_split(
    canary: Service, on_hold: str, shares: list[str]
) -> None:
    canary.project.write("", "wait-step-5")
    command, environ = canary.command("deploy.sh")
    process = subprocess.Popen(
        command,
        cwd=canary.project.folder,
        env={**environ, **CANARY, "PYTEST": "sh gate.sh", "ON_HOLD": on_hold},
        stderr=subprocess.PIPE,
    )
    until = time.monotonic() + 30
    while not (canary.project.folder / "waiting").exists() and time.monotonic() < until:
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=20)

    assert process.returncode == 40, said
    assert (canary.project.folder / "shares").read_text().split() == shares
    left = b"the old version has all the traffic" if on_hold else b"keeps 5 % of the traffic"
    assert left in said


@pytest.mark.parametrize("wait", ["wait-step-5", "wait-verify"])
def test_a_killed_step_leaves_no_go_of_an_earlier_one(canary: Service, wait: str) -> None:
    canary.project.write("", wait).write("0\n", "reports/out/exit-code")
    folder = canary.project.folder
    command, environ = canary.command("deploy.sh", **CANARY, PYTEST="sh gate.sh")
    with subprocess.Popen(
        command,
        cwd=folder,
        env={**environ, "GITHUB_OUTPUT": str(folder / "outputs")},
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        until = time.monotonic() + 30
        while not (folder / "waiting").exists() and time.monotonic() < until:
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGKILL)

    outputs = dict(line.split("=", 1) for line in (folder / "outputs").read_text().splitlines())
    assert (folder / "reports/out/exit-code").read_text() == "40\n"
    assert (outputs["decision"], outputs["exit_code"]) != ("GO", "0")


def test_a_verified_rollback_never_says_go(canary: Service) -> None:
    canary.project.write("20", "code-step-25")
    outputs = canary.project.folder / "outputs"
    ended, *_ = walked(canary, GITHUB_OUTPUT=str(outputs))
    said = outputs.read_text().splitlines()

    assert (ended.code, ended.left) == (20, "20"), ended.said
    assert said[-3:-1] == ["decision=ROLLBACK", "exit_code=20"]
    assert "decision=GO" not in said  # the old version's, had the rest been killed
    assert said.count("reason=why") == 5


def test_a_rollback_that_is_part_of_a_deploy_leaves_its_code_to_it(canary: Service) -> None:
    record = canary.project.folder / "decision.json"
    record.write_text('{\n  "decision": "ROLLBACK"\n}\n')
    more = {**BACK, "PYTEST": "sh gate.sh", "PART_OF": "deploy.sh"}
    ended = canary.script("rollback.sh", str(record), **more)

    assert ended.code == 0, ended.said
    assert not (ended.folder / "reports/out/exit-code").exists()


@pytest.mark.parametrize(
    "more", ['"shadow": true', '"merged": [\n    {\n      "decision": "ROLLBACK"\n    }\n  ]']
)
def test_a_rollback_of_somebody_else_is_not_performed(service: Service, more: str) -> None:
    word = "ROLLBACK" if "shadow" in more else "HOLD"
    record = service.project.folder / "decision.json"
    record.write_text(f'{{\n  "decision": "{word}",\n  {more}\n}}\n')
    ended = service.script("rollback.sh", str(record), ROLLBACK_COMMAND="touch undone")

    assert ended.code == 30, ended.said
    assert not (ended.folder / "undone").exists()


def test_a_record_that_cannot_be_removed_ends_in_words(canary: Service) -> None:
    canary.project.write("", "reports/out/step-25/decision.json/in-the-way")
    ended, shares, weight = walked(canary)

    assert (ended.code, ended.left, shares, weight) == (40, "40", ["5", "25"], "25"), ended.said
    assert "keeps 25 % of the traffic" in ended.said


def test_a_reader_that_goes_does_not_end_a_rollback(canary: Service) -> None:
    canary.project.write("20", "code-step-5")
    command, environ = canary.command("deploy.sh", **CANARY, PYTEST="sh gate.sh")
    with subprocess.Popen(
        command, cwd=canary.project.folder, env=environ, stderr=subprocess.PIPE
    ) as process:
        assert process.stderr is not None
        process.stderr.close()
        process.wait(30)

    assert process.returncode == 20
    assert (canary.project.folder / "shares").read_text().split() == ["5", "0"]


def test_a_shadow_is_no_go(canary: Service) -> None:
    canary.project.write("", "shadow")
    outputs = canary.project.folder / "outputs"
    more = {"PYTEST": "sh gate.sh", "GITHUB_OUTPUT": str(outputs)}
    ended = canary.script("action.sh", **more)

    assert ended.code == 0, ended.said
    assert outputs.read_text().splitlines()[-3:-1] == ["decision=ROLLBACK", "exit_code=0"]


@pytest.mark.skipif(shutil.which("setsid") is None, reason="no setsid here")
def test_a_shift_that_is_interrupted_does_nothing_later(canary: Service) -> None:
    """What the command has started ends with it, and does not undo the taking back."""
    slow = "test $1 -eq 0 || { touch waiting; sleep 1; }\necho $1 >>shares\n"
    canary.project.write(slow, "shift.sh")
    command, environ = canary.command("deploy.sh", **CANARY, PYTEST="sh gate.sh")
    with subprocess.Popen(
        command, cwd=canary.project.folder, env=environ, stderr=subprocess.PIPE
    ) as process:
        until = time.monotonic() + 30
        while not (canary.project.folder / "waiting").exists() and time.monotonic() < until:
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=20)  # until nobody can write to it any more

    assert process.returncode == 30, said
    assert (canary.project.folder / "shares").read_text().split() == ["0"], said
