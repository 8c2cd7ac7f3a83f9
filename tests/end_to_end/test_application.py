"""The demo itself: what the suites, and the journeys of a newcomer, rely on."""

import re
from pathlib import Path

import httpx
import pytest

from tests.servers import demo

from .conftest import VALUES, Application

CREDENTIALS = {"username": VALUES["DEMO_USER"], "password": VALUES["DEMO_PASSWORD"]}


@pytest.fixture(params=["light", "application"], ids=["sqlite", "postgresql"])
def served(request: pytest.FixtureRequest) -> Application:
    """The demo on either database."""
    started: Application = request.getfixturevalue(request.param)
    return started


def test_health_names_the_dependencies_there_are(served: Application) -> None:
    body = served.client.get("/api/v1/health").json()

    assert (body["status"], "timestamp" in body) == ("healthy", True)
    assert set(body["services"]) in ({"database"}, {"database", "redis"})
    for service in body["services"].values():
        assert service["status"] == "healthy"
        assert service["latency_ms"] >= 0


@pytest.mark.parametrize("form", ["data", "json"])
def test_a_login_lasts_until_the_logout(served: Application, form: str) -> None:
    client = served.client
    login = client.request("POST", "/api/v1/auth/login", **{form: CREDENTIALS})  # type: ignore[arg-type]
    bearer = {"Authorization": f"Bearer {login.json()['access_token']}"}
    inside = client.get("/api/v1/auth/me", headers=bearer)
    logout = client.post("/api/v1/auth/logout", headers=bearer)
    outside = client.get("/api/v1/auth/me", headers=bearer)

    assert inside.json() == {"username": VALUES["DEMO_USER"]}
    assert (logout.status_code, outside.status_code) == (200, 401)


@pytest.mark.parametrize(
    "fields", [{}, {**CREDENTIALS, "password": "wrong"}, {**CREDENTIALS, "username": "x"}]
)
def test_wrong_credentials_are_refused(served: Application, fields: dict[str, str]) -> None:
    assert served.client.post("/api/v1/auth/login", json=fields).status_code == 401
    assert served.client.post("/api/v1/auth/login", data=fields).status_code == 401


@pytest.mark.parametrize(
    ("headers", "status"),
    [({"X-API-Key": VALUES["DEMO_API_KEY"]}, 200), ({"X-API-Key": "dk_0"}, 401), ({}, 401)],
    ids=["right", "wrong", "missing"],
)
def test_only_the_right_api_key_is_accepted(
    served: Application, headers: dict[str, str], status: int
) -> None:
    assert served.client.get("/api/v1/keys/me", headers=headers).status_code == status


def test_an_item_can_be_made_read_changed_and_removed(served: Application) -> None:
    client = served.client
    made = client.post("/api/v1/items", json={"name": "lamp"})
    place = f"/api/v1/items/{made.json()['id']}"
    changed = client.put(place, json={"name": "lamp", "note": "green"})

    assert made.status_code == 201
    assert changed.json() == client.get(place).json() == {**made.json(), "note": "green"}
    assert changed.json() in client.get("/api/v1/items").json()
    assert client.delete(place).status_code == 204
    assert client.get(place).status_code == client.delete(place).status_code == 404


def test_a_chat_answers_with_what_was_said(served: Application) -> None:
    said = {"messages": [{"role": "user", "content": "ping"}]}
    answer = served.client.post("/v1/chat/completions", json=said).json()

    assert answer["choices"][0]["message"] == {"role": "assistant", "content": "ping"}
    assert answer["model"] == served.client.get("/v1/models").json()["data"][0]["id"]


def test_the_front_end_serves_its_own_routes_and_no_others(served: Application) -> None:
    front = served.client.get("/")
    assets = re.findall(r'(?:href|src)="(/assets/[^"]+)"', front.text)

    assert assets
    assert all(served.client.get(asset).status_code == 200 for asset in assets)
    assert served.client.get("/app/any/route").text == front.text
    assert served.client.get("/no-such-page").status_code == 404
    assert served.client.get("/health").json()["status"] == "healthy"


def metrics(application: Application) -> dict[str, float]:
    text = application.client.get("/metrics").text
    lines = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in lines}


def test_metrics_count_by_route_and_status(served: Application) -> None:
    good = 'http_requests_total{route="/v1/models",status="200"}'
    bad = 'http_requests_total{route="/v1/models",status="500"}'
    before = metrics(served)
    served.client.get("/v1/models")
    with served.broken({"errors": "/v1/models"}):
        served.client.get("/v1/models")
    after = metrics(served)

    assert after[good] - before.get(good, 0) == 1
    assert after[bad] - before.get(bad, 0) == 1
    name = "http_request_duration_seconds_{}"
    assert after[name.format('count{route="/v1/models"}')] == after[good] + after[bad]
    assert after[name.format('bucket{route="/v1/models",le="+Inf"}')] == after[good] + after[bad]
    assert after['db_pool_connections{state="size"}'] == 5


def test_an_exhausted_pool_is_full_and_then_free(served: Application) -> None:
    used = 'db_pool_connections{state="used"}'
    with served.broken({"pool": True}):
        full = metrics(served)[used]
        answer = served.client.get("/api/v1/health")
        refused = served.client.get("/api/v1/items")

    assert (full, answer.status_code, refused.status_code) == (5, 503, 503)
    assert answer.json()["services"]["database"]["status"] == "unhealthy"
    assert metrics(served)[used] == 0
    assert served.client.get("/api/v1/health").status_code == 200


def test_a_leak_grows(served: Application) -> None:
    before = metrics(served)["process_resident_memory_bytes"]
    with served.broken({"leak_mb": 8}):
        for _ in range(3):
            served.client.get("/health")

    assert metrics(served)["process_resident_memory_bytes"] - before > 20e6


def test_a_share_of_errors_leaves_the_rest_alone(served: Application) -> None:
    with served.broken({"errors": "/v1", "error_share": 0.5}):
        seen = {served.client.get("/v1/models").status_code for _ in range(60)}

    assert seen == {200, 500}


def test_faults_are_checked_and_leave_the_switches_alone(served: Application) -> None:
    for wrong in ({"eror": "/"}, {"delay": "long"}):
        answer = served.client.post("/_faults", json=wrong)
        assert answer.status_code == 422
        assert "error_share" in answer.text

    assert served.client.post("/_faults", json={}).json() == served.sound


def test_faults_cannot_be_set_where_nobody_allowed_it(tmp_path: Path) -> None:
    with demo(tmp_path, {"version": "1"}) as server:
        answer = httpx.post(f"{server.url}/_faults", json={"version": "2"})
        version = httpx.get(f"{server.url}/health").json()["version"]

    assert (answer.status_code, version) == (404, "1")
