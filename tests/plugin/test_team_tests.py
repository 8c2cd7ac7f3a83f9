"""A team's own tests count like ours: what each end of a test leads to."""

from pathlib import Path

import pytest

from tests.runs import Project, quick

# one worker is as far away as two, and costs a third less
SPREADS = pytest.mark.parametrize("spread", [(), ("-n", "1")], ids=["alone", "xdist"])


@pytest.fixture
def own(project: Project) -> Project:
    return project.write(quick("http://127.0.0.1:9"))


ENDS = {
    "passes": ("def test_own(): assert True", 0, "GO", None),
    "asserts": ("def test_own(): assert 1 == 2", 30, "HOLD", "smoke"),
    "fails": ("def test_own(): import pytest; pytest.fail('no')", 30, "HOLD", "smoke"),
    "raises": ("def test_own(): raise OSError('no witness')", 40, "INCONCLUSIVE", "smoke"),
    "skips": ("def test_own(): import pytest; pytest.skip('later')", 40, "INCONCLUSIVE", "smoke"),
    "exits": ("def test_own(): raise SystemExit(0)", 40, "INCONCLUSIVE", "smoke"),
    "xfails": (
        "import pytest\n@pytest.mark.xfail\ndef test_own(): assert 0",
        40,
        "INCONCLUSIVE",
        "smoke",
    ),
    "set-up raises": (
        "import pytest\n@pytest.fixture\ndef it(): raise OSError\ndef test_own(it): pass",
        40,
        "INCONCLUSIVE",
        "smoke",
    ),
    "set-up asserts": (
        "import pytest\n@pytest.fixture\ndef it(): assert 0\ndef test_own(it): pass",
        30,
        "HOLD",
        "smoke",
    ),
    "tear-down raises": (
        "import pytest\n@pytest.fixture\ndef it():\n    yield\n    raise OSError\n"
        "def test_own(it): pass",
        40,
        "INCONCLUSIVE",
        "smoke",
    ),
    "critical": (
        "import pytest\n@pytest.mark.gonogo(critical=True)\ndef test_own(): assert 0",
        20,
        "ROLLBACK",
        "critical-path",
    ),
    "signal": (
        "import pytest\n@pytest.mark.gonogo(signal='database')\ndef test_own(): assert 0",
        20,
        "ROLLBACK",
        "database",
    ),
    "predeploy signal": (
        "import pytest\n@pytest.mark.gonogo(signal='migration')\ndef test_own(): assert 0",
        10,
        "BLOCK",
        "migration",
    ),
    "advice": (
        "import pytest\n@pytest.mark.gonogo(required=False)\ndef test_own(): pytest.skip('x')\n"
        "def test_other(): pass",
        0,
        "GO",
        None,
    ),
    "warns": (
        "import pytest\n@pytest.mark.gonogo(signal='drift')\ndef test_own(): assert 0",
        0,
        "GO",
        None,
    ),
}


@pytest.mark.parametrize("end", ENDS)
def test_how_a_test_ends(own: Project, end: str) -> None:
    body, code, decision, signal = ENDS[end]
    done = own.suite(body).run("suites/smoke")

    assert done.told == (code, decision), done.output
    assert done.signals == ([signal] if signal else []), done.output


@SPREADS
def test_a_crash_is_no_evidence(own: Project, spread: tuple[str, ...]) -> None:
    own.suite("import os\ndef test_own(): os._exit(3)\ndef test_other(): pass")
    done = own.run("suites/smoke", *spread)

    if spread:
        assert done.told == (40, "INCONCLUSIVE"), done.output
    else:  # the process itself is gone: what stays is the record of a run that never decided
        assert done.told == (3, "PENDING"), done.output


@SPREADS
def test_an_import_error_is_no_evidence(own: Project, spread: tuple[str, ...]) -> None:
    own.suite("import nothing_of_that_name")
    own.write("def test_fine(): pass", "suites/smoke/test_fine.py")
    done = own.run("suites/smoke", *spread)

    assert done.told == (40, "INCONCLUSIVE"), done.output
    told = done.record["reasons"][0]["message"]
    assert told.startswith("could not be collected: ModuleNotFoundError"), told
    assert "nothing_of_that_name" in told


@SPREADS
def test_a_rerun_that_passes_is_a_pass_and_seen(own: Project, spread: tuple[str, ...]) -> None:
    own.suite(
        "import pathlib, pytest\n"
        "@pytest.mark.flaky(reruns=2)\n"
        "def test_own():\n"
        "    file = pathlib.Path('tries')\n"
        "    file.write_text(file.read_text() + 'x' if file.exists() else 'x')\n"
        "    assert len(file.read_text()) == 2\n"
    )
    done = own.run("suites/smoke", "--reruns", "1", *spread)

    assert done.told == (0, "GO"), done.output
    assert done.record["counts"]["rerun"] == 1
    assert done.record["checks"][0]["attempts"] == 2


def test_a_rerun_that_never_passes_is_a_failure(own: Project) -> None:
    own.suite("def test_own(): assert 0")
    done = own.run("suites/smoke", "--reruns", "2")

    assert done.told == (30, "HOLD"), done.output
    assert done.record["checks"][0]["attempts"] == 3


def test_a_confirmed_rollback_ends_the_run_at_once(own: Project) -> None:
    own.suite(
        "import pytest\n"
        "@pytest.mark.gonogo(critical=True)\n"
        "def test_a(): assert 0\n"
        "def test_b(): open('ran', 'w')\n"
    )
    done = own.run("suites/smoke")

    assert done.told == (20, "ROLLBACK"), done.output
    assert not Path(own.folder, "ran").exists()
    missing = done.record["reasons"][1]
    assert missing["message"] == "not run: the decision was already reached"


def test_the_worst_wins(own: Project) -> None:
    own.suite(
        "import pytest\n"
        "def test_unknown(): raise OSError\n"
        "def test_hold(): assert 0\n"
        "@pytest.mark.gonogo(signal='backup')\n"
        "def test_block(): assert 0\n"
    )
    done = own.run("suites/smoke")

    assert done.told == (10, "BLOCK"), done.output
    decisions = [reason["decision"] for reason in done.record["reasons"]]
    assert decisions == ["BLOCK", "HOLD", "INCONCLUSIVE"]


def test_a_rule_of_the_file_changes_what_a_signal_leads_to(own: Project) -> None:
    own.suite("import pytest\n@pytest.mark.gonogo(signal='drift')\ndef test_own(): assert 0")
    own.write(quick("http://127.0.0.1:9", more='[rules.drift]\naction = "block"\n'))

    assert own.run("suites/smoke").told == (10, "BLOCK")


def test_an_item_with_the_marker_counts_wherever_it_is(own: Project) -> None:
    own.suite("def test_fine(): pass", "smoke/test_fine.py")
    own.write(
        "import pytest\n@pytest.mark.gonogo(critical=True)\ndef test_own(): assert 0",
        "checks/test_own.py",
    )

    assert own.run("suites/smoke", "checks").told == (20, "ROLLBACK")


def test_a_failure_outside_the_suites_is_never_a_go(own: Project) -> None:
    own.suite("def test_fine(): pass", "smoke/test_fine.py")
    own.write("def test_own(): assert 0", "checks/test_own.py")

    assert own.run("suites/smoke", "checks").told == (40, "INCONCLUSIVE")
