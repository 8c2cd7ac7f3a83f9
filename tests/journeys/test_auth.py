"""Login, token and API key: what each broken door leads to."""

from collections.abc import Callable
from typing import Any

import pytest
from werkzeug import Request, Response

from gonogo.core.journey import AuthWay, KeyWay
from gonogo.core.outcome import Outcome
from gonogo.journeys.auth import altered, forgeries
from gonogo.journeys.exchange import MOST
from tests.doubles.shop import HEADER, KEY, PAGE, PASSWORD, TEST_KEY, USER, Fault, Shop, at, reply

from .conftest import Walker

PASS, WARN, FAIL, UNKNOWN = Outcome.PASS, Outcome.WARN, Outcome.FAIL, Outcome.UNKNOWN
OPEN = reply({"user": USER})


def page(status: int = 200) -> Response:
    return Response(PAGE, status, content_type="text/html")


def with_token(answer: Response) -> Callable[[Request], Response | None]:
    return lambda request: answer if request.headers.get("Authorization") else None


def unsigned(request: Request) -> Response | None:
    """Accept a JWT without its signature."""
    return OPEN if request.headers.get("Authorization", "").endswith(".") else None


def misread(request: Request) -> Response | None:
    """Accept whatever has three parts."""
    return OPEN if request.headers.get("Authorization", "").count(".") == 2 else None


AUTH: dict[str, tuple[Fault, Outcome, str, int]] = {
    "well": (lambda _request: None, PASS, "7 steps: refuse a stranger", 1),
    "open door": (at("GET", "/me", OPEN), FAIL, "step 1 of 7, refuse a stranger: GET", 1),
    "any password": (
        at("POST", "/login", reply({"access_token": "x" * 12})),
        FAIL,
        "step 2 of 7, refuse a wrong password",
        1,
    ),
    "login page": (at("POST", "/login", page()), FAIL, "wrong password: POST", 1),
    "token elsewhere": (
        at("POST", "/login", lambda r: reply({"jwt": "x"}) if _right(r) else None),
        FAIL,
        "no token at 'access_token', the answer has: jwt",
        3,
    ),
    "no body": (
        at("POST", "/login", lambda r: reply(status=204) if _right(r) else None),
        FAIL,
        "step 3 of 7, log in: POST",
        3,
    ),
    "a page for a login": (
        at("POST", "/login", lambda r: page() if _right(r) else None),
        FAIL,
        "a web page, and JSON was expected",
        3,
    ),
    "token refused": (
        at("GET", "/me", with_token(reply({}, 401))),
        FAIL,
        "step 4 of 7, use the token: GET",
        3,
    ),
    "a page for an answer": (at("GET", "/me", with_token(page())), FAIL, "a web page", 3),
    "altered token": (at("GET", "/me", misread), FAIL, "step 5 of 7, refuse an altered", 1),
    "no signature": (at("GET", "/me", unsigned), FAIL, "200 in", 1),
    "logout fails": (at("POST", "/logout", reply({}, 404)), FAIL, "step 6 of 7, log out", 3),
    "never logged out": (
        at("POST", "/logout", reply({})),
        FAIL,
        "step 7 of 7, refuse it afterwards: GET",
        1,
    ),
    "rate limit": (
        at("POST", "/login", reply({}, 429, Retry_After="7")),
        UNKNOWN,
        "a rate limit",
        3,
    ),
    "a firewall": (
        at("POST", "/login", reply({}, 403, cf_mitigated="challenge")),
        UNKNOWN,
        "takes this runner for a robot",
        3,
    ),
    "long rate limit": (
        at("POST", "/login", reply({}, 429, Retry_After="900")),
        UNKNOWN,
        "a rate limit for 900s more",
        1,
    ),
    "a word for a refusal": (
        at("GET", "/me", lambda r: None if r.headers.get("Authorization") else reply({}, 422)),
        PASS,
        "7 steps",
        1,
    ),
    "errors": (at("GET", "/me", reply({}, 500)), FAIL, "500 in", 3),
    "redirect": (
        at("GET", "/me", reply({}, 302, Location="/login")),
        FAIL,
        "expected a refusal",
        3,
    ),
}


def _right(request: Request) -> bool:
    return request.is_json and request.get_json()["password"] == PASSWORD


@pytest.mark.parametrize("name", AUTH)
def test_a_walk_through_the_door(walker: Walker, auth: AuthWay, name: str) -> None:
    walker.shop.fault, outcome, text, attempts = AUTH[name]
    seen = walker.walk(auth)

    assert (seen.reading.outcome, seen.attempts) == (outcome, attempts), seen
    assert text in seen.reading.text


@pytest.mark.parametrize(
    "changes",
    [
        {"form": "form"},
        {"form": "oauth2", "fields": {"grant_type": "password", "username": USER}},
        {"cookie": "sid"},
        {"logout": None},
    ],
    ids=["form", "oauth2", "cookie", "no logout"],
)
def test_the_forms_of_a_login(walker: Walker, auth: AuthWay, changes: dict[str, Any]) -> None:
    if "fields" in changes:
        changes["fields"]["password"] = PASSWORD

    assert walker.walk(auth, **changes).reading.outcome is PASS


def test_the_redactor_knows_every_token(walker: Walker, auth: AuthWay) -> None:
    walker.redactor.add([PASSWORD])
    walker.walk(auth)
    everything = "\n".join(walker.told)

    assert "access_token" in everything
    assert PASSWORD not in everything
    assert altered(PASSWORD) not in everything
    assert "c2lnbmF0" not in everything, "half a token is a secret too"


@pytest.mark.parametrize("late", ["login", "logout"])
def test_a_change_may_take_a_moment_to_be_known(walker: Walker, auth: AuthWay, late: str) -> None:
    shop, left = walker.shop, [3]

    def stale(request: Request) -> Response | None:
        known = request.headers.get("Authorization", "").removeprefix("Bearer ") in shop.tokens
        logged_out = any("logout" in each for each in shop.seen)
        if not request.headers.get("Authorization", "").count("c2lnbmF0dXJl1"):
            return None
        if left[0] and (known if late == "login" else logged_out):
            left[0] -= 1
            return reply({}, 401) if late == "login" else OPEN
        return None

    shop.fault = at("GET", "/me", stale)
    seen = walker.walk(auth)

    assert (seen.reading.outcome, seen.attempts, left) == (PASS, 1, [0]), seen


def test_a_token_under_any_name_is_hidden_and_so_is_what_is_echoed(
    walker: Walker, auth: AuthWay
) -> None:
    shop = walker.shop

    def renamed(request: Request) -> Response:
        served = shop.served(request)
        token = (served.get_json() or {}).get("access_token")
        return reply({"value": token}, served.status_code)

    def echo(request: Request) -> Response | None:
        served = shop.served(request)
        heard = request.headers.get("Authorization", "")
        return reply({"heard": heard, "status": served.status_code}, served.status_code)

    login, me = at("POST", "/login", renamed), at("GET", "/me", echo)
    shop.fault = lambda request: login(request) or me(request)
    seen = walker.walk(auth, token="value")
    everything = "\n".join(walker.told)

    assert seen.reading.outcome is PASS, seen
    assert '"heard": "[redacted]"' in everything
    assert "c2lnbmF0" not in everything
    assert HEADER not in everything


def test_a_secret_that_is_cut_in_half_is_hidden_as_well(walker: Walker, key: KeyWay) -> None:
    walker.redactor.add([KEY])
    body = "x" * (MOST - len(KEY) // 2) + KEY
    walker.shop.fault = at("GET", "/key", Response(body, 200, content_type="text/plain"))
    walker.walk(key)

    assert "more characters" in "".join(walker.told)
    assert KEY[:8] not in "".join(walker.told)


def test_one_bad_answer_is_seen_and_does_not_decide(walker: Walker, auth: AuthWay) -> None:
    bad = [reply({}, 503)]
    walker.shop.fault = at("POST", "/login", lambda _request: bad.pop() if bad else None)
    seen = walker.walk(auth)

    assert (seen.reading.outcome, seen.attempts) == (WARN, 2)
    assert "passed at attempt 2, before: step 2 of 7" in seen.reading.text


def test_a_forgery_is_another_token(walker: Walker) -> None:
    for token in ("aaaa", "1234", "a.b.c", "x", "-_-_-", "1|deadbeef"):
        assert all(each and each != token for each in forgeries(token))
    assert forgeries("head.body.sign") == ["head.body.sian", "head.body."]


KEYS: dict[str, tuple[Fault, Outcome, str]] = {
    "well": (lambda _request: None, PASS, "3 steps"),
    "refused": (at("GET", "/key", reply({}, 403)), FAIL, "step 1 of 3, use the key"),
    "no door": (at("GET", "/key", reply({})), FAIL, "step 2 of 3, refuse no key"),
    "echo": (
        at("GET", "/key", lambda r: reply(dict(r.headers)) if "X-Api-Key" in r.headers else None),
        FAIL,
        "step 3 of 3, refuse a wrong key",
    ),
    "page": (at("GET", "/key", page()), FAIL, "a web page"),
    "limit": (at("GET", "/key", reply({}, 429)), UNKNOWN, "a rate limit"),
}


@pytest.mark.parametrize("name", KEYS)
def test_a_walk_with_a_key(walker: Walker, key: KeyWay, name: str) -> None:
    walker.redactor.add([KEY])
    walker.shop.fault, outcome, text = KEYS[name]
    seen = walker.walk(key)

    assert seen.reading.outcome is outcome, seen
    assert text in seen.reading.text
    assert KEY not in "".join(walker.told)
    assert altered(KEY) not in "".join(walker.told)


def test_a_test_key_is_refused_where_it_must_be(walker: Walker, key: KeyWay, shop: Shop) -> None:
    good = walker.walk(key, test_key=TEST_KEY)
    shop.fault = at(
        "GET", "/key", lambda r: OPEN if r.headers.get("X-API-Key") == TEST_KEY else None
    )
    bad = walker.walk(key, test_key=TEST_KEY)

    assert good.reading.outcome is PASS
    assert bad.reading.text.startswith("step 4 of 4, refuse a test key here")


def test_a_key_in_the_query(walker: Walker, key: KeyWay) -> None:
    assert walker.walk(key, query="key").reading.outcome is PASS
