"""Rules between variables, and between the values of several targets; what counts as a secret."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gonogo.core.variable import Variable
from gonogo.environment.catalogue import judged
from gonogo.environment.secrets import hidden, holds_one, named_like_one

from .conftest import catalogue, everything, made, reasons, values

PASSWORD, OTHER = made("one")[:24], made("two")[:24]


def url(host: str = "one.db:5432", name: str = "app", scheme: str = "postgresql") -> str:
    return f"{scheme}://app:{PASSWORD}@{host}/{name}"


RULES: dict[str, tuple[dict[str, Any], str, set[tuple[str, str]]]] = {
    "all": ({"all-or-none": ["A", "B"]}, "A=1\nB=1\n", set()),
    "none": ({"all-or-none": ["A", "B"]}, "C=1\n", set()),
    "half": ({"all-or-none": ["A", "B", "C"]}, "A=1\nB=\n", {("B", "group"), ("C", "group")}),
    "any": ({"any-of": ["A", "B"]}, "B=1\n", set()),
    "not any": ({"any-of": ["A", "B"]}, "B=\n", {("A+B", "group")}),
    "when": ({"when": {"A": "true"}, "require": ["B"]}, "A=yes\n", {("B", "missing")}),
    "when it is": ({"when": {"A": "true"}, "require": ["B"]}, "A=true\nB=1\n", set()),
    "when not": ({"when": {"A": "true"}, "require": ["B"]}, "A=false\n", set()),
    "when unset": ({"when": {"A": "true"}, "require": ["B"]}, "", set()),
}


@pytest.mark.parametrize("name", RULES)
def test_rules_between_variables(name: str) -> None:
    rule, text, expected = RULES[name]

    assert reasons(catalogue(text, {"rules": [rule]})) == expected


DISTINCT: dict[str, tuple[Any, str, str, bool]] = {
    "same value": (True, "x-one", "x-one", True),
    "other value": (True, "x-one", "x-two", False),
    "same database": ("database", url(), url().replace(PASSWORD, OTHER), True),
    "other driver and case": ("database", url("ONE.db"), url(scheme="postgres+psycopg"), True),
    "other name": ("database", url(), url(name="other"), False),
    "other host": ("database", url(), url("two.db"), False),
    "redis, default index": ("database", "redis://c", "redis://c:6379/0", True),
    "redis, other index": ("database", "redis://c/1", "redis://c/0", False),
    "options": ("database", url(), url() + "?sslmode=require", True),
}


@pytest.mark.parametrize("name", DISTINCT)
def test_distinct_values(name: str) -> None:
    distinct, here, there, same = DISTINCT[name]
    env = {"vars": {"V": {"distinct": distinct}}}
    found = catalogue(f"V={here}\n", env, others={"staging": f"V={there}\n"})

    assert reasons(found) == ({("V", "shared")} if same else set())


def test_a_secret_of_ones_own_should_differ_between_targets() -> None:
    text = f"A_SECRET={made('a')}\n"
    for rules, outcome in (("hex", "WARN"), ({"distinct": False}, "PASS"), ("string", "WARN")):
        found = catalogue(text, {"vars": {"A_SECRET": rules}}, others={"staging": text})
        assert judged(found.variables()["A_SECRET"])[0] == outcome


def test_what_cannot_be_compared_is_unknown() -> None:
    found = catalogue("V=x-one\n", {"vars": {"V": {"distinct": True}}}, others={"staging": ""})
    found.others = {"staging": values(b"\xff\xfeV")}
    outcome, text, _ = judged(found.variables()["V"])

    assert (outcome, "not compared with staging" in text) == ("UNKNOWN", True)


def test_a_secret_that_serves_twice_is_said_once() -> None:
    env = {"vars": {"A_SECRET": "hex", "B_SECRET": "hex", "C_NAME": "hex"}}
    text = "".join(f"{name}={made('x')}\n" for name in env["vars"])

    assert reasons(catalogue(text, env)) == {("B_SECRET", "reused")}


def test_drift_names_what_one_target_lacks() -> None:
    env = {
        "drift": "error",
        "vars": {"ONLY": {"required": ["production"]}, "MAYBE": {"required": False}},
    }
    others = {"staging": "A=1\nNEW=1\nMAYBE=1\n", "local": "LOCAL=1\n"}
    found = catalogue("A=1\nOLD=1\nONLY=1\n", env, others=others)

    assert reasons(found) == {("NEW", "drift_missing"), ("OLD", "drift_missing")}
    assert judged(found.groups()["drift/staging"])[2] is None
    assert (
        judged(catalogue("", {"drift": "warn"}, others=others).groups()["drift/staging"])[2]
        == "drift"
    )


def test_what_a_provider_adds_is_no_drift() -> None:
    found = catalogue("A=1\nRAILWAY_SERVICE_ID=1\n", {"drift": "error"}, others={"staging": "A=1"})

    assert reasons(found) == set()


def test_undeclared_names_come_with_the_close_one() -> None:
    env = {"undeclared": "error", "vars": {"DATABASE_URL": {"required": False}}}
    found = catalogue("database_url=x\nRAILWAY_ENV=x\nDATABASE_URI=x\n", env)
    told = [str(fault) for fault in everything(found)]

    assert reasons(found) == {("database_url", "undeclared"), ("DATABASE_URI", "undeclared")}
    assert all("rename it to DATABASE_URL" in each for each in told)


def test_a_file_full_of_nonsense_is_not_told_line_by_line() -> None:
    outcome, text, _ = judged(catalogue("a b\n" * 1000, {}).files()[".env"])

    assert (outcome, len(text.splitlines())) == ("FAIL", 51)
    assert text.endswith("and 950 more")


SECRET = (
    "JWT_SECRET API_KEY AUTH_TOKEN DB_PASSWORD PASSWORD_ADMIN OPENAI_APIKEY SECRET_KEY_BASE "
    "SMTP_PASS"
)
OPEN = (
    "PROJECT_NAME ENVIRONMENT MONKEY TOKENIZER ACCESS_TOKEN_EXPIRE_MINUTES JWT_ALGORITHM "
    "PASSWORD_FILE AWS_ACCESS_KEY_ID PUBLIC_KEY STRIPE_PUBLISHABLE_KEY CACHE_KEY "
    "PASSAGE COMPASS SECRET_NAME KEYBOARD"
)


@pytest.mark.parametrize("name", SECRET.split())
def test_names_of_secrets(name: str) -> None:
    assert named_like_one(name)


@pytest.mark.parametrize("name", OPEN.split())
def test_names_of_others(name: str) -> None:
    assert not named_like_one(name)


def test_only_real_secrets_are_hidden() -> None:
    assert hidden("DATABASE_URL", url()) == [PASSWORD]
    assert hidden("SOME_TOKEN", PASSWORD) == [PASSWORD]
    assert hidden("NAME", PASSWORD) == []
    assert hidden("NAME", PASSWORD, Variable("NAME", secret=True)) == [PASSWORD]
    assert hidden("VITE_KEY", "sk_" + "live_" + PASSWORD) == ["sk_" + "live_" + PASSWORD]
    assert hidden("DB_PASSWORD", "postgres") == hidden("SOME_TOKEN", "changethis") == []
    assert not holds_one(Variable("SOME_TOKEN", type="int"))
    assert not holds_one(Variable("VITE_TOKEN"))


@given(data=st.binary(max_size=300))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_judged_without_an_accident(data: bytes) -> None:
    env = {"vars": {"A": "url", "B": {"secret": True}}, "portability": "error", "drift": "error"}
    found = catalogue(data, env, others={"staging": "A=1"})

    assert isinstance(found.hidden(), list)
    assert all("failed" not in str(fault) for fault in everything(found))
