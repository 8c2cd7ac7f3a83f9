"""[release] window and freeze in whole runs."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.runs import Project

HEAD = '[targets.t]\nenv-file = ".env"\n[env.vars]\nNAME = "string"\n[release]\n'
TODAY = datetime.now(UTC).date()
FROZEN = (
    f'freeze = [{{ from = {TODAY - timedelta(1)}, to = {TODAY + timedelta(1)}, reason = "x" }}]'
)
BLOCK = '[rules.window]\naction = "block"\n'
OPEN = 'window = { from = "00:00", to = "24:00", time-zone = "Europe/Berlin" }'
DAY = (TODAY + timedelta(3)).strftime("%a").lower()
SHUT = f'window = [{{ days = ["{DAY}"], from = "09:00", to = 16:00:00 }}]'
CASES = {
    "shut": (f"{SHUT}\n", 0, "and deployments go out"),
    "frozen, and it blocks": (f"{OPEN}\n{FROZEN}\n{BLOCK}", 10, "frozen: "),
}


@pytest.mark.parametrize("case", CASES)
def test_a_calendar(project: Project, case: str) -> None:
    line, code, said = CASES[case]
    project.write(HEAD + line).write("NAME=shop\n", ".env")
    done = project.run("suites/predeploy")

    assert done.code == code, done.output
    assert said in " ".join(check["message"] for check in done.record["checks"])
    if code:
        assert done.signals == ["window"]
