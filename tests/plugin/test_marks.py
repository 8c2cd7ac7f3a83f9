"""The marker of a check: what is mistyped is said, and changes no meaning in silence."""

import pytest

from gonogo.plugin.marks import faults
from tests.runs import Project, quick

mark = pytest.mark.gonogo
GOOD = [
    mark(),
    mark(critical=True, level=3, service="api", signal="critical-path", required=False),
    mark(critical=False, level=None, service=None, signal=None, required=None),
    mark(signal="a-name-of-our-own"),  # judged as `smoke`, as the reference says
]
WRONG = {
    "a key": (mark(critcal=True), "unknown name 'critcal'; did you mean 'critical'?"),
    "a signal": (mark(signal="databse"), "unknown signal 'databse'; did you mean 'database'?"),
    "no name": (mark("critical"), "each value needs its name, one of critical, level"),
    "a word for a truth": (mark(critical="no"), "critical: expected True or False"),
    "no such level": (mark(level=5), "level: expected 1, 2, 3 or 4"),
    "a truth for a level": (mark(level=True), "level: expected 1, 2, 3 or 4"),
    "a list": (mark(signal=["live"]), "signal: expected a text"),
}


@pytest.mark.parametrize("good", GOOD, ids=range(len(GOOD)))
def test_what_a_marker_may_say(good: pytest.MarkDecorator) -> None:
    assert not faults([good.mark])


@pytest.mark.parametrize("case", WRONG)
def test_what_is_mistyped_is_said(case: str) -> None:
    wrong, said = WRONG[case]

    assert said in faults([wrong.mark])
    assert said in faults([mark(level=1).mark, wrong.mark])  # as of a module, and of a function


def test_a_mistyped_marker_is_never_go(project: Project) -> None:
    project.write(quick("http://127.0.0.1:9"))
    project.suite("import pytest\n@pytest.mark.gonogo(critcal=True)\ndef test_own(): pass")
    done = project.run("suites/smoke")

    assert done.told == (40, "INCONCLUSIVE"), done.output
    assert "did you mean 'critical'?" in done.record["reasons"][0]["message"]
    assert "Traceback" not in done.output
