"""Journeys in whole runs: of the configuration, and a team's own."""

import json
import signal
import subprocess
import time
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tests.doubles.shop import KEY, PASSWORD, USER, Shop, at, reply
from tests.runs import Done, Project, quick

# one worker is as far away as two, and costs a third less
SPREADS = pytest.mark.parametrize("spread", [(), ("-n", "1")], ids=["alone", "xdist"])
JOURNEYS = """
[journeys."api/login"]
kind = "auth"
login = "/login"
username = "${SHOP_USER}"
password = "${SHOP_PASSWORD}"
protected = "/me"
logout = "/logout"
critical = true
settle = "200ms"
retry = { attempts = 2, interval = "10ms" }
[journeys."api/key"]
kind = "api-key"
path = "/key"
key = "${SHOP_KEY}"
[journeys."api/orders"]
kind = "read-write"
path = "/orders"
login = "api/login"
create = { name = "{mark}" }
update = { name = "{mark}", note = "changed" }
settle = "400ms"
retry = { attempts = 1 }
"""
VALUES = f"SHOP_USER={USER}\nSHOP_PASSWORD={PASSWORD}\nSHOP_KEY={KEY}\n"
CHECK = "suites/smoke/test_journeys.py::test_journey_arrives[{}]"


@pytest.fixture
def shop(httpserver: HTTPServer) -> Shop:
    return Shop(httpserver)


def written(project: Project, url: str, more: str = JOURNEYS, control: str = "") -> Project:
    target = f'env-file = ".env"\ncontrol = ["{control or url}/health"]\ngrace = "0s"'
    return project.write(quick(url, target, more=more)).write(VALUES, ".env")


@SPREADS
def test_journeys_that_arrive_are_go(project: Project, shop: Shop, spread: tuple[str, ...]) -> None:
    done = written(project, shop.url).run("suites/health", "suites/smoke", *spread)

    assert done.told == (0, "GO"), done.output
    assert (done.record["levels"]["3"], done.record["scope"]) == ("PASS", "complete")
    assert (shop.tokens, shop.orders) == (set(), {})


def test_a_critical_journey_rolls_back_and_names_the_step(project: Project, shop: Shop) -> None:
    shop.fault = at("POST", "/logout", reply({}))
    done = written(project, shop.url).run("suites/smoke")
    (reason,) = [each for each in done.record["reasons"] if each["decision"] == "ROLLBACK"]

    assert done.told == (20, "ROLLBACK"), done.output
    assert (reason["signal"], reason["check"]) == ("critical-path", CHECK.format("api/login"))
    assert reason["message"].startswith("step 6 of 6, refuse it afterwards: GET")
    assert "accepted; expected a refusal" in reason["message"]


def test_a_network_that_ends_on_the_way_rolls_nothing_back(project: Project, shop: Shop) -> None:
    """The client itself goes away: what was begun is told, and nothing is concluded."""
    shop.fault = at("GET", "/me", _hang)
    text = JOURNEYS.replace("retry =", 'timeout = "300ms"\nretry =', 1)
    written(project, shop.url, text, control="http://127.0.0.1:9")
    done = project.run("suites/smoke")

    assert done.told == (40, "INCONCLUSIVE"), done.output
    assert "step 1 of 6, refuse a stranger" in done.output


def _hang(_request: Request) -> Response:
    time.sleep(1)
    return reply({}, 401)


def test_an_empty_section_is_never_go(project: Project, shop: Shop) -> None:
    done = written(project, shop.url, "[journeys]\n").run("suites/smoke")

    assert done.told == (40, "INCONCLUSIVE"), done.output
    assert "[journeys] is empty" in done.output


def test_no_secret_in_any_output_and_each_step_in_the_report(project: Project, shop: Shop) -> None:
    shop.fault = at("GET", "/key", lambda r: reply({"you sent": dict(r.headers)}, 200))
    done = written(project, shop.url).run(
        "suites/smoke", "--alluredir", "allure", "--junitxml", "junit.xml", "-v", "-s"
    )
    files = [file for file in project.folder.rglob("*") if file.is_file() and file.suffix != ".env"]
    everything = done.output + "".join(
        file.read_text() for file in files if file.name not in {".env", "gonogo.toml"}
    )
    results = [json.loads(f.read_text()) for f in project.folder.glob("allure/*-result.json")]
    steps = {
        slug: [(step["name"], step["status"]) for step in result.get("steps", [])]
        for result in results
        for slug in ("api/login", "api/key", "api/orders")
        if result["name"].startswith(slug)
    }

    assert done.told == (30, "HOLD"), done.output
    assert steps["api/key"] == [
        ("1. use the key", "passed"),
        ("2. refuse no key", "failed"),
    ]
    assert len(steps["api/orders"]) == 7
    assert '"name": "gonogo-' in everything, "requests are shown"
    for secret in (PASSWORD, KEY, KEY[:12], *_tokens(everything)):
        assert secret not in everything


def _tokens(text: str) -> list[str]:
    return [word for word in text.split('"') if word.count(".") == 2 and "c2lnbm" in word]


def test_an_interrupted_journey_leaves_nothing_behind(project: Project, shop: Shop) -> None:
    shop.fault = at("PUT", "/orders/*", _hang)
    written(project, shop.url)
    with subprocess.Popen(
        project.command("suites/smoke", "-k", "orders"),
        cwd=project.folder,
        env=project.environ(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        until = time.monotonic() + 20
        while not any(each.startswith("PUT") for each in shop.seen) and time.monotonic() < until:
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=30)
    done = Done(process.returncode, output, project.folder)

    assert done.told == (40, "INCONCLUSIVE"), done.output
    assert (shop.tokens, shop.orders) == (set(), {})


OWN = """
import pytest
pytestmark = pytest.mark.gonogo(critical=True)

def test_an_order(http, journey, target):
    with journey.step("log in"):
        login = http.post("/login", json={"username": "tester", "password": "%s"})
        assert login.status == 200, login
        shopper = http.bearer(login.json()["access_token"])
    with journey.step("order"):
        made = shopper.post("/orders", json={"name": journey.mark})
        journey.cleanup(shopper.delete, f"/orders/{made.json()['id']}")
        assert made.status == 201, made
    with journey.step("pay"):
        assert shopper.get("/me").status == 200
        assert shopper.get("/pay").status == 402, "no payment was asked for"
"""


def test_a_teams_own_journey(project: Project, shop: Shop) -> None:
    project.suite(OWN % PASSWORD)
    done = written(project, shop.url, "").run("suites/smoke", "--reruns-delay", "0")

    assert done.told == (20, "ROLLBACK"), done.output
    assert done.record["reasons"][0]["message"] == "step 3, pay: no payment was asked for"
    assert done.record["checks"][0]["attempts"] == 1, "an answer is no reason to ask again"
    assert "2. order: passed\n   POST " in done.output
    assert "3. pay: failed\n   GET " in done.output
    assert shop.orders == {}


FLAKY = """
def test_own(http, journey):
    with journey.step("look"):
        assert http.get("/orders", timeout=0.3).status == 200
"""


@SPREADS
def test_a_transport_error_is_tried_again_and_seen(
    project: Project, shop: Shop, spread: tuple[str, ...]
) -> None:
    slow = [_hang]
    shop.fault = at("GET", "/orders", lambda r: slow.pop()(r) if slow else None)
    project.suite(FLAKY)
    done = written(project, shop.url, "").run("suites/smoke", "-p", "pytest_rerunfailures", *spread)
    (check,) = done.record["checks"]

    assert done.told == (0, "GO"), done.output
    assert (check["attempts"], done.record["counts"]["rerun"]) == (2, 1)
    assert check["message"].startswith("attempt 2, before: step 1, look: GET")


@pytest.mark.parametrize(
    ("control", "told"), [("", (30, "HOLD")), ("http://127.0.0.1:9", (40, "INCONCLUSIVE"))]
)
def test_a_silence_in_a_teams_own_journey(
    project: Project, shop: Shop, control: str, told: tuple[int, str]
) -> None:
    shop.fault = at("GET", "/orders", _hang)
    project.suite(FLAKY)
    done = written(project, shop.url, "", control).run("suites/smoke")

    assert done.told == told, done.output
    assert "step 1, look" in done.record["reasons"][0]["message"]


def test_a_clean_up_that_fails_is_unknown(project: Project, shop: Shop) -> None:
    project.suite(
        "def test_own(http, journey):\n"
        "    journey.cleanup(http.delete, '/orders/5', headers={'X': journey.mark})\n"
    )
    shop.fault = at("DELETE", "/orders/5", reply({}, 500))
    done = written(project, shop.url, "").run("suites/smoke")

    assert done.told == (40, "INCONCLUSIVE"), done.output
    assert "clean-up failed: DELETE" in done.output


def test_an_unknown_service_is_told(project: Project, shop: Shop) -> None:
    project.suite(
        "import pytest\n@pytest.mark.gonogo(service='shop')\ndef test_own(http): http.get('/')\n"
    )
    done = written(project, shop.url, "").run("suites/smoke")

    assert done.told == (40, "INCONCLUSIVE"), done.output
    assert "is no service; known: api" in done.output


def test_a_level_1_that_failed_lets_no_journey_change_data(project: Project, shop: Shop) -> None:
    shop.fault = at("GET", "/health", reply({"status": "down"}, 200))
    done = written(project, shop.url).run("suites/health", "suites/smoke")

    assert done.told == (20, "ROLLBACK"), done.output
    assert {each.split()[1] for each in shop.seen} == {"/health"}
    assert not Path(project.folder, "allure").exists()
