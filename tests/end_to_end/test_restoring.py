"""deploy.sh without a rollback command: `gonogo rollback` restores what had a GO, and once."""

import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.runs import ROOT, Project

from .conftest import VALUES
from .test_bluegreen import HAPROXY, SITE, Client, Site

pytestmark = pytest.mark.skipif(HAPROXY is None, reason="HAProxy is not installed")
BROKEN = {"DEMO_FAULT": '{"errors": "/"}'}
DROPS = (
    '{"current": "a1", "head": "b2", "pending": [{"id": "b2", "destructive": ["drops a column"]}]}'
)


@pytest.fixture
def site(project: Project, tmp_path: Path) -> Iterator[Site]:
    """The example as it stands, with one version that serves and had a GO."""
    example = (SITE.parent / "gonogo.toml").read_text()
    python = example.replace("python site.py", f"{sys.executable} {SITE}")
    project.write(python.replace("../demo/", f"{ROOT / 'examples' / 'demo'}/"))
    (site := Site(tmp_path / "site", project)).tell("up")
    try:
        site.tell("deploy", "aaa1111", "--switch")
        done = project.run(
            "suites/health", "suites/smoke", "--gonogo-commit", "aaa1111", **values(site)
        )
        assert done.told == (0, "GO"), done.output
        yield site
    finally:
        site.tell("down")


def values(site: Site) -> dict[str, str]:
    """What the configuration takes from the environment, and no command for going back."""
    program = site.project.folder / "gonogo"
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m gonogo.cli "$@"\n')
    program.chmod(0o755)
    given = {"SITE": str(site.folder), "SITE_URL": site.state["url"], "GONOGO": str(program)}
    return {**VALUES, **given, "ROLLBACK_COMMAND": "", "ROLLBACK_COMMIT": ""}


def test_a_broken_release_is_restored_through_the_provider(site: Site) -> None:
    with Client(site.state["url"]).asking() as client:
        code, said = site.deploy("bbb2222", **values(site), **BROKEN)

    assert (code, site.serving) == (20, "aaa1111"), said
    assert "health and smoke: GO" in said
    sys.stdout.write(f"{len(client.errors)} bad answers in {client.outage:.1f} s\n")
    assert client.seen[-1][1] == 200
    assert 0 < client.outage < 60

    again, said = site.deploy("ccc3333", **values(site), **BROKEN)
    assert (again, site.serving) == (30, "ccc3333"), said
    assert "attempt_budget" in said


def test_a_release_that_drops_a_column_is_not_undone(site: Site) -> None:
    (site.folder / "pending.json").write_text(DROPS)
    code, said = site.deploy("bbb2222", **values(site), **BROKEN)

    assert (code, site.serving) == (30, "bbb2222"), said
    assert "rollback_unsafe_migration" in said
