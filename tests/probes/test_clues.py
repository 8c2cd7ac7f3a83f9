"""The facts that may name a cause: what an application says itself, and no value of anything."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.core.answer import Answer, Request
from gonogo.core.diagnosis import hint_of
from gonogo.core.finding import Finding
from gonogo.core.hint import Scene
from gonogo.core.outcome import Outcome
from gonogo.probes.clues import clue_of, origin_of, refused_in, variable_in

URL = "https://api.shop.example/v1/models"
PAGE = b"<!doctype html><html><title>x</title></html>"


def answer(status: int, body: bytes = b"", url: str = URL, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(Request(url), status, named, body, url=url)


@pytest.mark.parametrize(
    "text",
    [
        "KeyError: 'STRIPE_KEY'",
        'raise KeyError(\\"STRIPE_KEY\\")',
        "Missing required environment variable: STRIPE_KEY",
        "missing variable STRIPE_KEY",
        "Environment variable STRIPE_KEY is not set",
        "environment variable `STRIPE_KEY` is required",
        "RuntimeError: STRIPE_KEY is not set",
        "STRIPE_KEY must be set",
    ],
)
def test_a_missing_variable_is_found_where_it_is_named(text: str) -> None:
    assert variable_in(text) == "STRIPE_KEY"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "KeyError: 'user_id'",
        "KeyError: 'HTTP'",
        "STRIPE_KEY is invalid",
        "MAX_SIZE is set to 5",
        "KeyError: 'A_KEY' after KeyError: 'B_KEY'",
        "the field is not set",
    ],
)
def test_a_variable_is_not_guessed(text: str) -> None:
    assert variable_in(text) == ""


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("connect ECONNREFUSED 10.0.0.5:5432", "10.0.0.5:5432"),
        ("dial tcp 10.0.0.5:5432: connect: connection refused", "10.0.0.5:5432"),
        ("[Errno 111] Connect call failed ('127.0.0.1', 5432)", "127.0.0.1:5432"),
        (
            'connection to server at "db" (10.0.0.5), port 5432 failed: Connection refused',
            "db:5432",
        ),
        (
            json.dumps('connection to server at "db", port 5432 failed: Connection refused'),
            "db:5432",
        ),
        ("Error 111 connecting to cache:6379. Connection refused.", "cache:6379"),
        ('connection to server at "db", port 5432 failed: FATAL: no password', ""),
        ("ECONNREFUSED 10.0.0.5:5432, then ECONNREFUSED 10.0.0.6:5432", ""),
        ("connection refused", ""),
    ],
)
def test_who_refused_is_found_where_it_is_named(text: str, place: str) -> None:
    assert refused_in(text) == place


@pytest.mark.parametrize(
    ("given", "edge"),
    [
        (answer(502, b"Bad gateway", server="cloudflare"), "cloudflare"),
        (answer(522, b"{}", cf_ray="1"), "cloudflare"),
        (answer(502, b'{"code": 502}', x_railway_fallback="true"), "railway"),
        (answer(503, b'{"status": "unhealthy"}', server="railway-edge"), ""),
        (answer(502, b'{"detail": "no upstream"}', server="cloudflare"), ""),
        (answer(500, b"oops", server="cloudflare"), ""),
        (answer(502, b"Bad gateway", server="nginx"), ""),
        (answer(200, b"{}", server="railway-edge"), ""),
    ],
)
def test_the_applications_own_error_is_not_the_edges(given: Answer, edge: str) -> None:
    assert clue_of(given).edge == edge


def test_words_of_an_application_count_only_in_server_errors() -> None:
    body = b"STRIPE_KEY is not set"

    assert clue_of(answer(500, body)).variable == "STRIPE_KEY"
    assert clue_of(answer(404, body)).variable == ""
    assert clue_of(answer(200, body)).variable == ""


def test_a_page_counts_where_json_was_wanted() -> None:
    assert clue_of(answer(200, PAGE), json=True).page
    assert not clue_of(answer(200, PAGE)).page


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://u:p@api.example/x", "https://api.example:443"),
        ("http://[::1]:8000/", "http://[::1]:8000"),
        ("redis://db:6379/0", "redis://db:6379"),
        ("not a url", ""),
        ("http://x:99999/", ""),
    ],
)
def test_an_origin_holds_no_credentials(url: str, origin: str) -> None:
    assert origin_of(url) == origin


SECRET = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=16, max_size=40)


@given(
    SECRET, st.sampled_from([200, 400, 401, 403, 404, 500, 503]), st.sampled_from(["", "sk_live_"])
)
def test_no_value_that_was_sent_is_in_a_hint(secret: str, status: int, prefix: str) -> None:
    url = f"https://user:{secret}@api.shop.example/v1?key={secret}"
    headers = (("Authorization", f"Bearer {prefix}{secret}"), ("x-api-key", secret))
    request = Request(url, headers=headers, body=secret.encode())
    got = Answer(request, status, {"server": "railway"}, f"bad token {secret}".encode(), url=url)
    clue = clue_of(got, json=True)
    hint = hint_of(Finding("c", Outcome.FAIL, level=1, clue=clue), [], Scene("staging"))

    assert secret not in str(clue.flat())
    assert secret not in str(hint)
