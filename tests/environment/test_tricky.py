"""Values that nearly pass, and values that nearly fail: one table for each kind of rule."""

import hashlib
import random
import string
from typing import Any
from urllib.parse import quote

import pytest

from .conftest import catalogue, made, reasons

PASSWORD = made("tricky")[:24]
TABLE: dict[str, dict[str, Any]] = {
    "email": {"type": "email"},
    "https": {"type": "https-url"},
    "wss": {"type": "url", "schemes": ["wss"]},
    "home": {"type": "https-url", "localhost": False},
    "db": {"type": "postgres-url", "localhost": False},
    "secret": {"secret": True},
    "string": {"type": "string"},
}
FAULTS = [
    ("email", "format", (".ops@acme.io", "ops.@acme.io", "o..s@acme.io", "ops@acme..io")),
    (
        "https",
        "format",
        ("https://a.acme.io,https://b.acme.io", "https://*.acme.io", "https://a b"),
    ),
    ("https", "insecure_url", ("http://a.acme.io", "HTTP://a.acme.io:8080/x")),
    ("wss", "insecure_url", ("ws://a.acme.io",)),
    ("wss", "scheme", ("https://a.acme.io",)),
    (
        "home",
        "localhost",
        (
            "https://127.1",
            "https://2130706433",
            "https://0x7f.0.0.1",
            "https://[::ffff:127.0.0.1]",
            "https://[::]",
            "https://localhost.localdomain",
            "https://LOCALHOST.:8443",
        ),
    ),
    ("db", "localhost", (f"postgresql://app:{PASSWORD}@host.docker.internal/app",)),
    (
        "db",
        "placeholder",
        (
            "postgresql://postgres:[YOUR-PASSWORD]@db.abc.supabase.co:5432/postgres",
            "postgresql://<user>:<password>@db.internal/app",
            "postgresql://app:change-me@db.internal/app",
        ),
    ),
    ("db", "weak", ("postgresql://app:Password1@db.internal/app",)),
    (
        "secret",
        "placeholder",
        (
            "please-change",
            "to-be-replaced",
            "generate-me",
            "<%= secret %>",
            "{% secret %}",
            "#{secret}#",
            "pk_live_xxx",
            "DO_NOT_USE_IN_PRODUCTION",
            "base64-encoded-key",
        ),
    ),
    (
        "secret",
        "weak",
        ("Password1", "secret123?", "keyboard cat", "foo-bar-baz", "rotateme", "ci-thing"),
    ),
    ("secret", "unresolved", ("op://vault/item/field", "vault://kv/app#key", "$(openssl rand 8)")),
    ("string", "syntax", ("=1", "=x=y")),
]
GOOD = [
    ("email", ("o.p-s+x_1@sub.acme.co.uk", "OPS@ACME.IO")),
    ("https", ("https://[2001:db8::1]:8443/", "HTTPS://a.acme.io", "https://a.acme.io/?x=a,b")),
    ("wss", ("wss://a.acme.io/socket",)),
    ("home", ("https://10.0.0.1", "https://128.1", "https://mylocalhost.io")),
    ("db", (f"postgresql://app:{PASSWORD}@db1.internal:5432,db2.internal:5432/app",)),
    ("secret", ("abcd-efgh-kqwz-mxvr", "correct-horse-battery-staple", f"xxx-{PASSWORD}")),
    ("string", ("a=b", "https://docs.internal/op://x", "keyboard cat", "please change")),
]


def judged(kind: str, value: str) -> set[str]:
    quoted = value if kind == "string" or value.startswith("$") else f"'{value}'"
    found = catalogue(f"V={quoted}\n", {"vars": {"V": TABLE[kind]}})
    return {reason for _, reason in reasons(found)}


@pytest.mark.parametrize(
    ("kind", "reason", "value"),
    [(kind, reason, value) for kind, reason, values in FAULTS for value in values],
)
def test_what_nearly_passes(kind: str, reason: str, value: str) -> None:
    assert reason in judged(kind, value)


@pytest.mark.parametrize(
    ("kind", "value"), [(kind, value) for kind, values in GOOD for value in values]
)
def test_what_nearly_fails(kind: str, value: str) -> None:
    assert judged(kind, value) == set()


def test_the_end_of_a_lost_secret_is_not_told_as_a_name() -> None:
    found = catalogue("Zk9sQ2==\n", {"vars": {"V": {"required": False}}})

    assert reasons(found) == {("line 1", "syntax")}


ALPHABETS = (
    string.ascii_letters + string.digits,
    string.ascii_letters + string.digits + "-_!@%^*+.,",
    string.ascii_lowercase + string.digits,
    "0123456789abcdef",
)


@pytest.mark.parametrize("alphabet", ALPHABETS)
def test_no_random_secret_is_called_weak_or_a_placeholder(alphabet: str) -> None:
    seed = hashlib.sha256(alphabet.encode()).digest()
    chance = random.Random(seed)
    for length in (16, 24, 32, 64):
        for _ in range(60):
            value = "".join(chance.choice(alphabet) for _ in range(length))
            url = f"postgresql://app:{quote(value, safe='')}@db.internal/app"

            assert judged("secret", value) == set()
            assert judged("db", url) == set()
