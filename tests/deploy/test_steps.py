"""The deploy steps, each run: the exit code decides, and survives what shells do to it."""

import shutil
import signal
import subprocess
import time

import pytest
from pytest_httpserver import HTTPServer

from tests.deploy.conftest import BACK, DEPLOY, SCRIPTS, Service
from tests.doubles.webhook import Webhook

NAMES = sorted(file.name for file in SCRIPTS.glob("*.sh"))


def broken(service: Service) -> None:
    (service.project.folder / "broken").touch()


@pytest.mark.parametrize("name", NAMES)
def test_shellcheck_has_nothing_to_say(name: str) -> None:
    checker = shutil.which("shellcheck")
    if checker is None:
        pytest.skip("shellcheck is not installed")
    done = subprocess.run(
        [checker, "-x", "-P", str(SCRIPTS), str(SCRIPTS / name)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout == ""


def test_a_good_release_is_kept(service: Service) -> None:
    ended = service.script("deploy.sh", **DEPLOY)

    assert (ended.code, ended.left, service.version) == (0, "0", "new"), ended.said
    assert ended.record("verify")["deployment"]["observed_commit"] == "new"


def test_nothing_is_deployed_after_a_block(service: Service) -> None:
    service.project.write("", ".env")
    ended = service.script("deploy.sh", **DEPLOY)

    assert (ended.code, ended.left, service.version) == (10, "10", "old"), ended.said


def test_a_bad_release_is_rolled_back_and_verified(service: Service) -> None:
    broken(service)
    ended = service.script("deploy.sh", **DEPLOY, **BACK)

    assert (ended.code, ended.left, service.version) == (20, "20", "old"), ended.said
    assert ended.record("post-rollback")["decision"] == "GO"


def test_a_rollback_that_changes_nothing_calls_a_human(service: Service) -> None:
    broken(service)
    ended = service.script("deploy.sh", **DEPLOY, **{**BACK, "ROLLBACK_COMMAND": "true"})

    assert ended.code == 30, ended.said
    assert "not verified" in ended.said


def test_the_old_version_everywhere_is_a_block(service: Service) -> None:
    ended = service.script("deploy.sh", DEPLOY_COMMAND="true", GONOGO_COMMIT="new", **BACK)

    assert (ended.code, service.version) == (10, "old"), ended.said


def test_a_failing_deploy_command_is_no_success(service: Service) -> None:
    ended = service.script("deploy.sh", **{**DEPLOY, "DEPLOY_COMMAND": "echo new >version; false"})

    assert ended.code == 30, ended.said


@pytest.mark.parametrize("gate", ["true", "false", "exit-3", "no-such-program"])
def test_a_gate_that_did_not_run_is_no_go(service: Service, gate: str) -> None:
    more = {"PYTEST": "sh -c exit\\ 3" if gate == "exit-3" else gate}
    ended = service.script("deploy.sh", **DEPLOY, **more)

    assert (ended.code, service.version) == (40, "old"), ended.said
    assert "nothing is known" in ended.said


def test_a_pipe_does_not_lose_the_decision(service: Service) -> None:
    service.project.write("", ".env")
    (script,), environ = service.command("deploy.sh", **DEPLOY)[0][1:], service.command("x")[1]
    done = subprocess.run(
        ["sh", "-c", f"'{script}' | cat"],
        cwd=service.project.folder,
        env={**environ, **DEPLOY},
        capture_output=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0  # the shell has forgotten it
    assert (service.project.folder / "reports/out/exit-code").read_text() == "10\n"


def test_without_a_deploy_command_nothing_is_asked(service: Service) -> None:
    ended = service.script("deploy.sh")

    assert ended.code == 40
    assert "DEPLOY_COMMAND is not set" in ended.said


def test_an_interrupt_during_the_deploy_is_inconclusive(service: Service) -> None:
    marker = service.project.folder / "deploying"
    command, environ = service.command("deploy.sh")
    process = subprocess.Popen(
        command,
        cwd=service.project.folder,
        env={**environ, "DEPLOY_COMMAND": "touch deploying; exec sleep 50", "GONOGO_COMMIT": "new"},
        stderr=subprocess.PIPE,
    )
    until = time.monotonic() + 30
    while not marker.exists() and time.monotonic() < until:
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=20)

    assert process.returncode == 40, said
    assert b"interrupted during the deploy" in said


def test_smoke_asks_a_url(service: Service) -> None:
    broken(service)
    (service.project.folder / "version").write_text("new\n")
    ended = service.script("smoke.sh", service.url)

    assert (ended.code, ended.left) == (20, "20"), ended.said


def test_monitor_ends_with_the_worst_of_its_targets(
    service: Service, httpserver: HTTPServer
) -> None:
    file = service.project.folder / "gonogo.toml"
    other = '\n[targets.other]\nurl = "http://127.0.0.1:9"\n'
    webhook = Webhook(httpserver)
    told = f'[history]\n[notify]\nurls = ["{webhook.url}"]\ninconclusive-after = 1\n'
    file.write_text(file.read_text().replace("[services.api]", f"{other}{told}[services.api]"))
    ended = service.script("monitor.sh", TARGETS="t other", RESULTS="off")

    assert ended.code == 40, ended.said
    assert webhook.titles == ["INCONCLUSIVE: project @ other"]
    assert ended.record("t")["decision"] == "GO"
    assert ended.record("other")["decision"] == "INCONCLUSIVE"


def test_an_emergency_wants_a_reason_and_keeps_it(service: Service) -> None:
    refused = service.script("emergency.sh", **DEPLOY)
    ended = service.script("emergency.sh", **DEPLOY, REASON="payments are down")

    assert (refused.code, ended.code, service.version) == (40, 0, "new"), ended.said
    for name in ("predeploy", "verify"):
        assert ended.record(name)["emergency"] == "payments are down"
        assert ended.record(name)["scope"] == "partial"


def test_an_emergency_whose_deploy_fails_is_no_success(service: Service) -> None:
    more = {**DEPLOY, "DEPLOY_COMMAND": "false", "GONOGO_COMMIT": "old"}
    ended = service.script("emergency.sh", **more, REASON="payments are down")

    assert (ended.code, service.version) == (30, "old"), ended.said


def test_an_interrupted_monitor_keeps_what_it_has_seen(service: Service) -> None:
    (service.project.folder / "broken").touch()
    (service.project.folder / "version").write_text("new\n")
    file = service.project.folder / "gonogo.toml"
    service.project.write("touch waiting; exec sleep 50", "wait.sh")
    other = '\n[targets.other]\ncommand = "sh wait.sh"\n'
    file.write_text(file.read_text().replace("[services.api]", f"{other}[services.api]"))
    command, environ = service.command("monitor.sh", TARGETS="t other", RESULTS="off")
    process = subprocess.Popen(command, cwd=service.project.folder, env=environ)
    until = time.monotonic() + 40
    waiting = service.project.folder / "waiting"
    while not waiting.exists() and time.monotonic() < until:
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)

    assert waiting.exists()
    assert process.returncode == 30  # outside the rollback window, a bad answer is a HOLD


def test_an_emergency_keeps_the_environment(service: Service) -> None:
    service.project.write("", ".env")
    ended = service.script("emergency.sh", **DEPLOY, REASON="payments are down")

    assert (ended.code, service.version) == (10, "old"), ended.said


def test_rollback_wants_a_record_that_says_so(service: Service) -> None:
    (service.project.folder / "version").write_text("new\n")
    kept = service.script("smoke.sh", GONOGO_COMMIT="new")
    ended = service.script("rollback.sh", "reports/out/smoke/decision.json", **BACK)

    assert (kept.code, ended.code, service.version) == (0, 30, "new"), ended.said


def test_the_record_names_what_should_serve_again(service: Service) -> None:
    record = '{\n"decision": "ROLLBACK",\n"previous": {\n  "id": null,\n  "commit": "old"\n }\n}\n'
    service.project.write(record, "decision.json")
    verified = service.script("rollback.sh", "decision.json", ROLLBACK_COMMAND="true")
    (service.project.folder / "version").write_text("other\n")
    not_verified = service.script("rollback.sh", "decision.json", ROLLBACK_COMMAND="true")

    assert (verified.code, not_verified.code) == (0, 30), not_verified.said
