"""[release] deploy-paths: which are usable now, and which one is taken."""

import json
import subprocess
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from tests.doubles import circleci, railway, render
from tests.doubles.circleci import CircleCI
from tests.doubles.github import TOKEN, GitHub
from tests.doubles.railway import Railway
from tests.doubles.render import Render
from tests.doubles.statuspage import StatusPage
from tests.runs import Done, Project

HEAD = '[targets.t]\nenv-file = ".env"\n[env.vars]\nNAME = "string"\n'
UP, DOWN = "operational", "major_outage"


class World:
    """Every provider on one loopback server; all of them work."""

    def __init__(self, server: HTTPServer) -> None:
        self.github, self.circleci = GitHub(server), CircleCI(server)
        self.railway, self.render = Railway(server), Render(server)
        self.pages = {
            "github-actions": StatusPage(server, "gh-status", Actions=UP, Pages=DOWN),
            "circleci": StatusPage(server, "cc-status", Jobs=UP),
            "render": StatusPage(server, "re-status"),
        }
        self.variables = {
            **self.github.environ,
            "GITHUB_REPOSITORY": "acme/shop",
            "CIRCLECI_TOKEN": circleci.TOKEN,
            "RENDER_API_KEY": render.TOKEN,
            "RAILWAY_TOKEN": railway.PROJECT_TOKEN,
        }
        self.details = {
            "github-actions": f'{self._page("github-actions")}, component = "Actions"',
            "circleci": f'{self._page("circleci")}, component = "Jobs", '
            f'api = "{self.circleci.url}"',
            "render": f'{self._page("render")}, api = "{self.render.url}"',
            "railway": f'api = "{self.railway.url}"',
            "local": 'cli = "git"',
        }

    def _page(self, name: str) -> str:
        return f'status-page = "{self.pages[name].url}"'

    def configure(self, project: Project, *names: str, more: str = "") -> None:
        lines = [f"[release]\ndeploy-paths = {json.dumps(names)}\n[release.paths]\n"]
        lines += [f"{name} = {{ {self.details[name]} }}\n" for name in names]
        project.write(HEAD + "".join(lines) + more).write("NAME=shop\n", ".env")

    def verify(self, project: Project, *names: str, more: str = "", options: str = "") -> Done:
        self.configure(project, *names, more=more)
        done = project.run("suites/predeploy", *options.split(), **self.variables)
        assert not [t for t in (TOKEN, circleci.TOKEN, railway.PROJECT_TOKEN) if t in done.output]
        return done


@pytest.fixture
def world(httpserver: HTTPServer) -> World:
    return World(httpserver)


def outcomes(done: Done) -> dict[str, str]:
    return {c["slug"]: c["outcome"] for c in done.record["checks"] if "path" in c["signal"]}


ALL = ("github-actions", "railway", "circleci", "render")


def test_the_first_usable_path_is_on_record(world: World, project: Project) -> None:
    done = world.verify(project, *ALL, options="-n 2")

    assert done.told == (0, "GO"), done.output
    assert done.record["deploy_path"] == "github-actions"
    assert outcomes(done) == dict.fromkeys((*ALL, "any"), "PASS")


def test_a_path_that_cannot_be_used_is_passed_over(world: World, project: Project) -> None:
    world.pages["github-actions"].body = "<html>login</html>"
    world.variables["RAILWAY_TOKEN"] = "an-old-token"
    done = world.verify(project, *ALL)

    assert done.told == (0, "GO"), done.output
    assert done.record["deploy_path"] == "circleci"
    assert (outcomes(done)["github-actions"], outcomes(done)["railway"]) == ("UNKNOWN", "FAIL")
    assert "the body is not JSON" in done.output
    assert "RAILWAY_TOKEN is not accepted" in done.output


def test_no_usable_path_blocks(world: World, project: Project) -> None:
    world.pages["github-actions"].components["Actions"] = "degraded_performance"
    world.circleci.token = "another"
    done = world.verify(project, "github-actions", "circleci")

    assert (done.told, done.signals) == ((10, "BLOCK"), ["deploy-path"]), done.output
    assert "github-actions: Actions is degraded performance; circleci: " in done.output


def test_a_rule_can_ask_for_every_path(world: World, project: Project) -> None:
    world.pages["github-actions"].body = "{}"
    rule = '[rules.path]\naction = "block"\n'
    done = world.verify(project, "github-actions", "circleci", more=rule)

    assert (done.told, done.signals) == ((40, "INCONCLUSIVE"), ["path"]), done.output


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def committed(world: World, project: Project) -> Project:
    """A work tree that holds a commit and no more."""
    world.configure(project, "local")
    git(project.folder, "init", "--quiet")
    project.write("__pycache__\n*.pyc\n", ".gitignore")
    git(project.folder, "add", ".gitignore", ".env", "gonogo.toml", "suites")
    git(project.folder, "commit", "--quiet", "--message", "One")
    world.variables["GITHUB_SHA"] = git(project.folder, "rev-parse", "HEAD")
    return project


def test_the_local_path_wants_a_clean_work_tree(world: World, committed: Project) -> None:
    done = world.verify(committed, "local")

    assert done.told == (0, "GO"), done.output
    assert done.record["deploy_path"] == "local"

    committed.write("print()\n", "shop.py")
    done = world.verify(committed, "local")

    assert done.told == (10, "BLOCK"), done.output
    assert "not committed: shop.py; fix: commit, stash or ignore" in done.output
