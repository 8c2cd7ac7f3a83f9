"""A likely cause, and the next command: only where the facts leave no choice."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.core.clue import Clue
from gonogo.core.diagnosis import hint_of, hints_of
from gonogo.core.finding import Finding
from gonogo.core.hint import Scene
from gonogo.core.outcome import Outcome, Stage
from gonogo.core.policy import Policy

SITE, HERE = "https://api.shop.example:443", "http://127.0.0.1:8001"
PRODUCTION, LOCAL = Scene("production"), Scene("local")
BOOTED = Scene("local", log="reports/out/command.log")
WELL = Finding("w", Outcome.PASS, clue=Clue(HERE, "/health", status=200))
WELL_ELSEWHERE = Finding("e", Outcome.PASS, clue=Clue("http://127.0.0.1:9001", "/", status=200))


def failed(clue: Clue, **more: object) -> Finding:
    return Finding("check", Outcome.FAIL, **{"level": 1, "clue": clue, **more})  # type: ignore[arg-type]


def silent(kind: str, why: str = "", origin: str = SITE, **more: object) -> Finding:
    return failed(Clue(origin, "/health", silence=kind, why=why), **more)


def answered(status: int, origin: str = HERE, **more: object) -> Finding:
    return failed(Clue(origin, "/v1/models", status=status, **more))  # type: ignore[arg-type]


EXPLAINED = {
    "refused here": (silent("refused", origin=HERE), LOCAL, "8001 of this machine", "ss -ltn"),
    "refused there": (silent("refused"), PRODUCTION, "or a firewall refuses", "nc -vz api.shop"),
    "another port": (
        silent("refused", origin="http://127.0.0.1:8000"),
        PRODUCTION,
        "port 8000 of 127.0.0.1, while 8001 answers: a wrong port",
        "nc -vz 127.0.0.1 8000",
    ),
    "localhost": (
        silent("refused", origin="http://localhost:80"),
        PRODUCTION,
        "the URL of production is localhost",
        "--gonogo-url",
    ),
    "database": (
        failed(Clue("postgresql://db:5433", silence="refused", kind="sql")),
        PRODUCTION,
        "the database is down",
        "pg_isready -h db -p 5433",
    ),
    "broker": (
        failed(Clue("redis://db:6379", silence="refused", kind="celery")),
        PRODUCTION,
        "the broker is down",
        "redis-cli -h db -p 6379 ping",
    ),
    "port of a dependency": (
        failed(Clue("tcp://db:7000", silence="refused", kind="tcp")),
        PRODUCTION,
        "the dependency is down",
        "nc -vz db 7000",
    ),
    "its backend": (answered(503, refused="db:5432"), LOCAL, "db:5432 refuses", "pg_isready"),
    "a variable": (
        answered(500, variable="DATABASE_URL"),
        PRODUCTION,
        "DATABASE_URL is missing",
        "gonogo environment --target production",
    ),
    "no name": (silent("dns"), PRODUCTION, "no DNS record for api.shop", "dig +short api.shop"),
    "time": (silent("timeout"), PRODUCTION, "no whole answer in time", "curl -sv -m 30"),
    "expired": (
        silent("tls", "the certificate is not valid: certificate has expired"),
        PRODUCTION,
        "api.shop.example has expired",
        "-enddate",
    ),
    "not yet": (
        silent("tls", "the certificate is not valid: certificate is not yet valid"),
        PRODUCTION,
        "not valid yet",
        "-dates",
    ),
    "wrong host": (
        silent("tls", "Hostname mismatch, certificate is not valid for 'api.shop.example'."),
        PRODUCTION,
        "another name",
        "subjectAltName",
    ),
    "no TLS": (
        silent("tls", "TLS failed: WRONG_VERSION_NUMBER"),
        PRODUCTION,
        "port 443 of api.shop.example does not speak TLS",
        "curl -sI http://",
    ),
    "TLS wanted": (answered(400, wants_tls=True), LOCAL, "8001 of 127.0.0.1 speaks TLS", "https:"),
    "login": (
        answered(200, led_to="sso.example/login"),
        PRODUCTION,
        "redirects to sso.example/login",
        "curl -sIL",
    ),
    "page": (answered(200, page=True, json=True), LOCAL, "a web page answers", "Accept: app"),
    "proxy": (answered(502, edge="railway"), PRODUCTION, "the proxy (railway)", "railway logs"),
    "no endpoint": (answered(404), LOCAL, "no /v1/models; these answer: /health", "curl -si"),
    "no method": (
        answered(405, method="POST", allow="GET, HEAD"),
        LOCAL,
        "/v1/models takes no POST, only GET, HEAD",
        "-X OPTIONS",
    ),
    "test key": (answered(401, sent="test"), PRODUCTION, "a test key was sent", "--target prod"),
    "live key": (answered(403, sent="live"), Scene("staging"), "a live key was sent", "staging"),
    "no key": (answered(401), PRODUCTION, "wants a login", "curl -si"),
    "old version": (
        failed(
            Clue(SITE, "/health", status=200),
            signal="not-live",
            confirmed_by="old version everywhere",
        ),
        Scene("production", "railway"),
        "the version before still serves",
        "railway logs --build",
    ),
    "ended": (
        failed(Clue(HERE, ended=True)),
        BOOTED,
        "ended by itself",
        "tail -n 20 reports/out/command.log",
    ),
    "ended for a variable": (
        failed(Clue(HERE, ended=True)),
        replace(BOOTED, variable="SECRET_KEY"),
        "its log says that SECRET_KEY is missing",
        "tail -n 20",
    ),
}


@pytest.mark.parametrize(
    ("finding", "scene", "cause", "command"), EXPLAINED.values(), ids=EXPLAINED
)
def test_a_cause_is_named(finding: Finding, scene: Scene, cause: str, command: str) -> None:
    hint = hint_of(finding, [finding, WELL], scene)

    assert hint is not None
    assert cause in hint.cause
    assert command in hint.next


UNEXPLAINED = {
    "nothing is known": Finding("c", Outcome.FAIL, message="x"),
    "it went well": replace(answered(404), outcome=Outcome.PASS),
    "a warning": replace(answered(404), outcome=Outcome.WARN),
    "it says its fix": replace(answered(404), message="no token; fix: set TOKEN"),
    "a server error of its own": answered(503),
    "an answer that came": answered(200),
    "a redirect where a page is fine": replace(answered(200, led_to="cdn.example/"), level=3),
    "a page that is an error page": answered(503, page=True, json=True),
    "a key that says no mode": answered(401, sent="yes"),
    "a refusal of what was sent to the right place": answered(403, sent="live"),
    "no route": silent("route"),
    "a reset": silent("reset"),
    "TLS for a reason we do not know": silent("tls", "TLS failed: handshake"),
    "a name of a private network": silent("dns", message="a name of a private network: ask there"),
    "old and new": failed(
        Clue(SITE, "/", status=200), signal="not-live", confirmed_by="mixed", message="both"
    ),
}


@pytest.mark.parametrize("finding", UNEXPLAINED.values(), ids=UNEXPLAINED)
def test_no_diagnosis_is_better_than_a_wrong_one(finding: Finding) -> None:
    assert hint_of(finding, [finding, WELL], PRODUCTION) is None


def test_what_fails_as_well_is_not_named_as_an_answer() -> None:
    ill = replace(WELL, outcome=Outcome.FAIL)
    hint = hint_of(answered(404), [ill, WELL_ELSEWHERE], LOCAL)

    assert hint is not None
    assert "these answer" not in hint.cause


WORDS = st.text(max_size=12)
CLUES = st.builds(
    Clue,
    origin=st.sampled_from(["", SITE, HERE, "postgresql://db:5432", "http://[::1]:80"]) | WORDS,
    path=WORDS,
    method=WORDS,
    status=st.none() | st.integers(100, 599),
    silence=st.sampled_from(["", "refused", "dns", "tls", "timeout", "protocol", "route"]),
    why=WORDS | st.sampled_from(["certificate has expired", "mismatch", "WRONG_VERSION_NUMBER"]),
    led_to=WORDS,
    edge=st.sampled_from(["", "railway", "vercel"]),
    sent=st.sampled_from(["", "yes", "test", "live"]),
    refused=WORDS | st.sampled_from(["db:5432", "::1:6379"]),
    kind=st.sampled_from(["", "sql", "redis", "tcp"]),
    page=st.booleans(),
    json=st.booleans(),
    wants_tls=st.booleans(),
    ended=st.booleans(),
)
FINDINGS = st.builds(
    Finding,
    check=st.uuids().map(str),
    outcome=st.sampled_from(Outcome),
    signal=st.sampled_from(["live", "unreachable", "not-live", "smoke", "dependency"]),
    level=st.sampled_from([None, 1, 2, 3]),
    clue=CLUES,
)


@given(st.lists(FINDINGS, max_size=5), st.sampled_from(Stage))
def test_a_hint_never_changes_a_decision(findings: list[Finding], stage: Stage) -> None:
    bare = [replace(each, clue=Clue()) for each in findings]
    told, plain = Policy().decide(findings, stage), Policy().decide(bare, stage)
    hints = hints_of(findings, BOOTED)

    assert told.decision is plain.decision
    assert [r.decision for r in told.reasons] == [r.decision for r in plain.reasons]
    assert hints.keys() <= {
        f.check for f in findings if f.outcome in {Outcome.FAIL, Outcome.UNKNOWN}
    }
    assert all(each.next.isprintable() and each.cause.isprintable() for each in hints.values())


@given(FINDINGS)
def test_a_clue_crosses_the_process_border(finding: Finding) -> None:
    assert Finding.from_flat(finding.flat()) == finding
