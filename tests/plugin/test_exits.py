"""Whoever ends the process, and however: the exit code is never that of a GO."""

import pytest

from tests.runs import Project, quick

# one worker is as far away as two, and costs a third less
SPREADS = pytest.mark.parametrize("spread", [(), ("-n", "1")], ids=["alone", "xdist"])
GOOD = "def test_good(): pass\n"
EXIT = "raise SystemExit(0)\n"
WRAPPER = (
    "import pytest\n"
    "@pytest.hookimpl(wrapper=True, tryfirst=True)\n"
    "def pytest_sessionfinish(session):\n    yield\n    session.exitstatus = 0\n"
)


@pytest.fixture
def stale(project: Project) -> Project:
    """A project with a GO of an earlier run in its report folder."""
    project.suite(GOOD, "smoke/test_good.py").write(quick("http://127.0.0.1:9"))
    return project.write('{"decision": "GO"}', "reports/out/decision.json")


ENDS = {
    "module exits": ("smoke/test_own.py", EXIT),
    "module is skipped": (
        "smoke/test_own.py",
        "import pytest\npytest.skip('later', allow_module_level=True)\n",
    ),
    "module misses a package": (
        "smoke/test_own.py",
        "import pytest\npytest.importorskip('no_such_package')\n",
    ),
    "test leaves at once": ("smoke/test_own.py", "import os\ndef test_a(): os._exit(0)\n"),
    "test ends pytest": (
        "smoke/test_own.py",
        "import pytest\ndef test_a(): pytest.exit('bye', returncode=0)\n",
    ),
    "conftest exits": ("smoke/conftest.py", EXIT),
    "conftest does not import": ("smoke/conftest.py", "import no_such_package\n"),
    "hook exits": ("smoke/conftest.py", f"def pytest_collection():\n    {EXIT}"),
    "items are taken away": (
        "smoke/conftest.py",
        "def pytest_collection_modifyitems(items): items[:] = []\n",
    ),
    "report hook breaks": ("smoke/conftest.py", "def pytest_runtest_logreport(): 1 / 0\n"),
}


@SPREADS
@pytest.mark.parametrize("end", ENDS)
def test_no_way_out_looks_like_a_go(stale: Project, end: str, spread: tuple[str, ...]) -> None:
    name, body = ENDS[end]
    stale = stale if spread else stale.cold
    done = stale.suite(body, name).run("suites/smoke", *spread)

    assert done.code not in {0, 5}, done.output
    assert done.record.get("decision") != "GO"


@SPREADS
def test_the_decision_is_told_where_pytest_breaks(stale: Project, spread: tuple[str, ...]) -> None:
    """pytest prints no summary after an error of its own"""
    name, body = ENDS["report hook breaks"]
    stale.suite(body, name)
    done = stale.run("suites/smoke", *spread)

    assert done.told == (40, "INCONCLUSIVE")
    assert done.output.count("gonogo: INCONCLUSIVE\n") == 1, done.output
    assert "pytest failed internally" in done.output


def test_nobody_changes_the_exit_code_afterwards(stale: Project) -> None:
    stale.suite("def test_bad(): assert 0\n").suite(WRAPPER, "smoke/conftest.py")

    assert stale.cold.run("suites/smoke").told == (30, "HOLD")


def test_a_child_of_a_test_may_leave_as_it_likes(stale: Project) -> None:
    stale.suite(
        "import os\n"
        "def test_fork():\n"
        "    if os.fork() == 0:\n        os._exit(0)\n"
        "    assert os.wait()[1] == 0\n"
    )

    assert stale.run("suites/smoke").told == (0, "GO")
