"""The front end in whole runs: what is configured is checked."""

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from tests.doubles.shop import at
from tests.doubles.site import ORIGIN, Site
from tests.runs import Project, quick

WEB = f"""
[services.web]
live = "/"
spa = true
security-headers = true
cors = {{ origin = "{ORIGIN}", path = "/api", service = "api" }}
"""


@pytest.fixture
def site(project: Project, httpserver: HTTPServer) -> Site:
    made = Site(httpserver)
    text = quick(made.url, f'control = ["{made.url}/control"]', more=WEB)
    project.write(text.replace('live = "/health"', 'live = "/"'))
    return made


@pytest.mark.parametrize("spread", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_a_good_front_end_is_go(project: Project, site: Site, spread: tuple[str, ...]) -> None:
    done = project.run("suites/health", *spread)

    assert done.told == (0, "GO"), done.output
    names = {each["id"].partition("::")[2] for each in done.record["checks"]}
    assert names >= {
        "test_application_loads[web]",
        "test_application_survives_a_reload[web]",
        "test_page_is_guarded[web]",
        "test_only_its_origin_may_ask[web]",
    }
    assert done.record["levels"]["3"] == "PASS"


def test_a_lost_asset_is_a_hold(project: Project, site: Site) -> None:
    site.fault = at("GET", "/assets/app.7c1e.js", Response("", 404))
    done = project.run("suites/health")

    assert (done.told, done.signals) == ((30, "HOLD"), ["smoke"]), done.output
    assert "app.7c1e.js -> 404" in done.output
