"""One variable and one value at a time: a table of rules and the reasons they give."""

import string
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gonogo.core.variable import KEY_TYPES, TYPES
from gonogo.environment.keys import KINDS
from gonogo.environment.scalars import CHECKS
from gonogo.environment.strength import placeholder, weakness

from .conftest import catalogue, everything, made, reasons

HEX = made("hex")
LIVE, TEST = (f"{kind}_{made(kind)[:24]}" for kind in ("sk_" + "live", "sk_" + "test"))
PUBLISHABLE = f"pk_live_{made('pk')[:24]}"
OPENAI = "sk-" + made("a")[:20] + "T3Blbk" + "FJ" + made("b")[:20]
URL = f"postgresql://app:{made('pw')[:24]}@db.internal:5432/app"


def judge(rules: Any, value: str, target: str = "production", **more: Any) -> set[str]:
    text = "V='" + value.replace("\\", "\\\\").replace("'", "\\'") + "'\n"
    found = catalogue(text, {"vars": {"V": rules}, **more}, target).variables()["V"]
    return {fault.reason for fault in found}


TYPED: dict[str, tuple[tuple[str, ...], dict[str, tuple[str, ...]]]] = {
    "int": (("0", "-5", "5432"), {"type": ("1.0", "+5", "1_000", "5s", "0x1", "\u0663")}),
    "float": (("0", "-1.5", "1e3", ".5"), {"type": ("1,5", "nan", "inf", "1_0")}),
    "bool": (("true", "False", "1", "0", "yes", "off"), {"type": ("maybe", "2", "truee")}),
    "port": (("1", "65535"), {"range": ("0", "65536", "-1"), "type": ("80a", "5432.0", "http")}),
    "uuid": (
        ("123e4567-e89b-12d3-a456-426614174000",),
        {"format": ("123e4567", "{123e4567-e89b-12d3-a456-426614174000}")},
    ),
    "hex": (("deadBEEF01",), {"format": ("0xff", "xyz")}),
    "base64": (("aGVsbG8=", "aGVsbG8", "_-8="), {"format": ("a b", "a", "====")}),
    "json": (('{"a": 1}', "[]", "1"), {"format": ("{a}", "{'a': 1}", "[" * 100_000)}),
    "duration": (("30s", "1.5h", "500ms"), {"format": ("30", "5 minutes")}),
    "email": (("a.b@c.io",), {"format": ("a", "a@b", "a b@c.io", "a(at)c.io", "a@b..io")}),
    "host": (
        ("db.internal", "10.0.0.1", "redis"),
        {"format": ("https://a.io", "a.io/x", "a.io:80", "a b", "-a.io", "")},
    ),
    "date": (("2026-01-31",), {"format": ("2026-02-31", "31.1.2026")}),
    "datetime": (("2026-01-31T12:00:00+00:00",), {"format": ("today",)}),
    "semver": (("1.2.3", "v1.2.3-rc.1"), {"format": ("1.2",)}),
    "url": (
        ("https://a.io/x?y=1", "http://h:8080", "redis://c:6379/0", "https://b\u00fccher.ch"),
        {
            "format": (
                *("a.io", "https://", "https://a b.io", "javascript:alert(1)", "https://*"),
                *("https://a.io:99999", "https://a..io", "//a.io", "https:///x"),
            )
        },
    ),
    "origin": (
        ("https://a.io", "https://a.io:8443"),
        {
            "format": ("https://a.io/", "https://a.io/x", "*", "https://a.io?x=1"),
            "insecure_url": ("http://a.io",),
            "localhost": ("https://localhost:5173", "https://127.0.0.1"),
            "scheme": ("ftp://a.io",),
        },
    ),
    "postgres-url": (
        (
            URL,
            URL.replace("postgresql", "postgresql+asyncpg"),
            URL.replace("postgresql", "postgres"),
        ),
        {
            "scheme": ("sqlite:///x.db", URL.replace("postgresql", "mysql")),
            "format": (
                "postgresql://app:p#ss@db/app",
                "postgresql://app:p/ss@db/app",
                "postgresql://app:p@ss@db/app",
            ),
            "placeholder": ("postgresql://app:changethis@db/app",),
            "weak": (
                "postgresql://app:postgres@db/app",
                "postgresql://longusername:longusername@h/db",
            ),
        },
    ),
    "mongodb-url": (("mongodb://a:k3Jx9vQ2mZ7p@h1:27017,h2:27017/d", "mongodb+srv://h"), {}),
    "redis-url": (("redis://c:6379/0", "rediss://c"), {"scheme": ("http://c:6379",)}),
    "list": (("a,b", '["a"]', "a"), {"format": ('["a"',)}),
}


@pytest.mark.parametrize("kind", TYPED)
def test_types(kind: str) -> None:
    good, bad = TYPED[kind]
    found = {value: judge(kind, value) for value in good}
    found |= {value: judge(kind, value) for values in bad.values() for value in values if value}

    expected: dict[str, set[str]] = {value: set() for value in good}
    expected |= {value: {reason} for reason, values in bad.items() for value in values if value}
    assert found == expected


_THREE = {"enum", "length", "pattern"}
RULES: dict[str, tuple[Any, str, set[str]]] = {
    "choice": ({"choices": ["a", 1]}, "1", set()),
    "no choice": ({"choices": ["a", "b"]}, "A", {"enum"}),
    "target": ({"equals": "{target}"}, "production", set()),
    "not the target": ({"equals": "{target}"}, "staging", {"forbidden"}),
    "pattern": ({"pattern": "[a-z]+"}, "ab", set()),
    "half a pattern": ({"pattern": "[a-z]+"}, "ab1", {"pattern"}),
    "short": ({"min-length": 5}, "four", {"length"}),
    "long": ({"max-length": 3}, "four", {"length"}),
    "small": ({"type": "int", "min": 1}, "0", {"range"}),
    "large": ({"type": "float", "max": 1.5}, "2", {"range"}),
    "prefix": ({"prefix": {"staging": "t_", "production": ["l_", "m_"]}}, "m_x", set()),
    "other prefix": ({"prefix": {"staging": "t_", "production": "l_"}}, "t_x", {"wrong_mode"}),
    "no prefix": ({"prefix": {"staging": "t_", "production": "l_"}}, "x", {"pattern"}),
    "scheme": ({"type": "url", "schemes": ["redis"]}, "amqp://h", {"scheme"}),
    "password": ({"type": "postgres-url", "password": True}, "postgresql://a@h/d", {"format"}),
    "here": ({"type": "url", "localhost": False}, "https://[::1]:1", {"localhost"}),
    "host here": ({"type": "host", "localhost": False}, "localhost", {"localhost"}),
    "text here": ({"localhost": False}, "127.0.0.1:5432", {"localhost"}),
    "elements": ({"type": "list", "items": "int"}, "1, x", {"type"}),
    "live": ({"type": "stripe-secret-key", "mode": {"production": "live"}}, LIVE, set()),
    "test": ({"type": "stripe-secret-key", "mode": {"production": "live"}}, TEST, {"wrong_mode"}),
    "kind": ("stripe-secret-key", PUBLISHABLE, {"wrong_kind"}),
    "old kind": ("anthropic-key", OPENAI, {"wrong_kind"}),
    "cut off": ("stripe-secret-key", "sk_" + "live_ab", {"pattern"}),
    "browser": ({"public": True}, LIVE, {"public_secret"}),
    "browser may": ({"public": True}, PUBLISHABLE, set()),
    "browser, database": ({"type": "url", "public": True}, URL, {"public_secret"}),
    "example": ({"secret": True, "example": HEX}, HEX, {"placeholder"}),
    "example host": ("url", "https://app.example.com", {"placeholder"}),
    "example mail": ("email", "a@example.com", {"placeholder"}),
    "all at once": ({"choices": ["a"], "max-length": 3, "pattern": "x"}, "four", _THREE),
    "white space": ("uuid", " 123e4567-e89b-12d3-a456-426614174000", {"whitespace"}),
    "blank": ("string", "  ", {"empty"}),
    "weak is allowed": ({"secret": True, "strength": "any"}, "short", set()),
    "age": ({"secret": True, "max-age": "90d"}, HEX, {"age_unknown"}),
}  # fmt: skip


@pytest.mark.parametrize("name", RULES)
def test_rules(name: str) -> None:
    rules, value, expected = RULES[name]

    assert judge(rules, value) == expected


def test_an_optional_blank_is_absent_and_a_required_one_is_not() -> None:
    env = {"vars": {"A": {"required": False, "type": "url"}, "B": "url", "C": "url"}}

    assert reasons(catalogue("A=\nB=\n", env)) == {("B", "empty"), ("C", "missing")}


def test_required_for_some_targets() -> None:
    env = {"vars": {"A": {"required": ["production"]}}}

    assert reasons(catalogue("", env)) == {("A", "missing")}
    assert reasons(catalogue("", env, "staging")) == set()


def test_what_a_developer_may_do_at_home() -> None:
    for rules, value in (
        ({"secret": True}, "changethis"),
        ("origin", "http://localhost:5173"),
        ("postgres-url", "postgresql://postgres:postgres@localhost/app"),
        ({"secret": True, "max-age": "90d"}, HEX),
    ):
        assert judge(rules, value, "local") == set(), rules


PLACEHOLDERS = (
    "changethis change_me_64_char_random_string <your-key> {{secret}} TODO sk-or-... %SECRET% null "
    "**************** dev-admin-secret-change-in-prod example-secret-key dummy your-api-key-here "
    "REPLACE_ME __SECRET__ ${SECRET} $SECRET xxxxxxxxxxxx [REDACTED] YourSecretKeyHere undefined "
    "please-change-me ChangeMe123! a-very-secret-key not-set openssl-rand-hex-32 random-string "
    "my-secret-key super-secret fake-key N/A insert-your-key-here sk_test_xxxxxxxxxxxxxxxxxxxxxxxx"
).split()
WEAK = (
    "password P4 admin123 Summer2024! qwertyuiop 12345678901 abcdefghijklmnop short1 postgres "
    f"{'0' * 64} {'deadbeef' * 8} {'a' * 63}b {'secret' * 8} aaaabbbbccccdddd "
    f"{'0123456789abcdef' * 2}"
).split()


@pytest.mark.parametrize("value", PLACEHOLDERS)
def test_placeholders(value: str) -> None:
    assert judge({"secret": True}, value) == {"placeholder"}


@pytest.mark.parametrize("value", WEAK)
def test_weak_secrets(value: str) -> None:
    assert judge({"secret": True}, value) == {"weak"}


@pytest.mark.parametrize(
    "value", ["Example Test Project", "my app", "default", "test", "none", "x", "demo-key", "*"]
)
def test_a_name_may_be_any_word(value: str) -> None:
    assert judge("string", value) == set()


ALPHABETS = (string.hexdigits[:16], string.ascii_letters + string.digits, string.printable[:94])


@given(data=st.data(), alphabet=st.sampled_from(ALPHABETS), length=st.integers(20, 80))
@settings(max_examples=200, deadline=None)
def test_random_secrets_are_neither_weak_nor_placeholders(
    data: st.DataObject, alphabet: str, length: int
) -> None:
    value = "".join(data.draw(st.randoms(use_true_random=True)).choices(alphabet, k=length))

    assert (weakness(value), placeholder(value, secret=True)) == (None, None)


def test_every_type_has_a_parser_and_every_parser_a_type() -> None:
    named = {each for each in TYPES if each not in KEY_TYPES and not each.endswith("url")}

    assert set(KEY_TYPES) == set(KINDS)
    assert named - {"origin", "list"} == set(CHECKS)


AROUND = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)


@given(kind=st.sampled_from(sorted(TYPES)), before=AROUND, after=AROUND, secret=st.booleans())
@settings(max_examples=300, deadline=None)
def test_no_message_holds_a_part_of_a_value(
    kind: str, before: str, after: str, *, secret: bool
) -> None:
    marked = before + "Kj7Qx" + after
    rules = {"type": kind, "secret": secret, "min-length": 5, "choices": ["a"], "prefix": "p"}
    text = "V='" + marked.replace("\\", "\\\\").replace("'", "\\'") + "'\n"
    found = catalogue(
        text + marked.replace("=", ""), {"vars": {"V": rules}, "portability": "error"}
    )

    assert all("Kj7Qx" not in str(fault) for fault in everything(found))


def test_three_hundred_variables_are_quick() -> None:
    kinds: tuple[Any, ...] = ("string", "int", "bool", "url", {"min-length": 8, "secret": True})
    given = ("text", "8080", "true", "https://acme.internal/x", "k3Jx9-vQ2mZ7-pL5w")
    text = "".join(f"N{n}={given[n % 5]}{n if n % 5 == 4 else ''}\n" for n in range(300))
    env = {"vars": {f"N{n}": kinds[n % 5] for n in range(300)}, "portability": "warn"}
    started = time.perf_counter()
    found = catalogue(text, env)

    assert reasons(found) == set()
    assert time.perf_counter() - started < 0.5
