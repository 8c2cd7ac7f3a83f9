"""Credentials that say what they are: shape, issuer, test or live."""

import re
from dataclasses import dataclass

from gonogo.environment.scalars import claims


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of credential; `mark` tells it from others by its first characters."""

    name: str
    shape: re.Pattern[str]
    mark: re.Pattern[str] | None = None
    secret: bool = True
    also: frozenset[str] = frozenset()


def _kind(
    name: str, shape: str, mark: str | None = None, *, secret: bool = True, also: str = ""
) -> Kind:
    found = re.compile(mark) if mark else None
    return Kind(name, re.compile(shape), found, secret, frozenset(also.split()))


_JWT = r"eyJ[A-Za-z0-9_-]+\.eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{20,}"
_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_MODE = re.compile(r"(?:sk|pk|rk)_(test|live)_")
_BODY = r"(?:test|live)_[A-Za-z0-9]{16,}"
_SLACK_PATHS = (
    r"(?:services/T[A-Z0-9]+/B[A-Z0-9]+/[A-Za-z0-9]{16,}"
    r"|(?:workflows|triggers)/[A-Z0-9]+/[A-Z0-9]+(?:/[0-9]+)?/[A-Za-z0-9]{16,})"
)

# The more special mark comes first: "sk-ant-" before "sk-".
KINDS = {
    kind.name: kind
    for kind in (
        _kind("stripe-restricted-key", "rk_" + _BODY, r"rk_(?:test|live)_"),
        _kind(
            "stripe-secret-key",
            "[sr]k_" + _BODY,
            r"sk_(?:test|live)_",
            also="stripe-restricted-key",
        ),
        _kind("stripe-publishable-key", "pk_" + _BODY, r"pk_(?:test|live)_", secret=False),
        _kind("stripe-webhook-secret", r"whsec_[A-Za-z0-9+/=]{24,}", r"whsec_"),
        _kind("anthropic-admin-key", r"sk-ant-admin\d\d-[\w-]{60,}", r"sk-ant-admin"),
        _kind("anthropic-key", r"sk-ant-api\d\d-[\w-]{60,}", r"sk-ant-"),
        _kind("openrouter-key", r"sk-or-v1-[0-9a-f]{64}", r"sk-or-"),
        _kind("openai-admin-key", r"sk-admin-[\w-]{40,}", r"sk-admin-"),
        _kind(
            "openai-key",
            r"sk-(?:(?:proj|svcacct|None)-[\w-]{40,}|[A-Za-z0-9]{32,})",
            r"sk-(?:proj|svcacct|None)-|sk-[A-Za-z0-9]{20}T3BlbkFJ",
        ),
        _kind("google-api-key", r"AIza[\w-]{35}", r"AIza"),
        _kind("aws-access-key-id", r"(?:AKIA|ASIA)[A-Z0-9]{16}", r"(?:AKIA|ASIA)[A-Z0-9]{16}"),
        _kind("aws-secret-access-key", r"[A-Za-z0-9/+]{40}"),
        _kind(
            "github-token",
            r"gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_\w{22,255}",
            r"gh[pousr]_|github_pat_",
        ),
        _kind("gitlab-token", r"gl(?:pat|dt|rt|cbt)-[\w.-]{20,}", r"gl(?:pat|dt|rt|cbt)-"),
        _kind("slack-token", r"xox[abeoprs](?:\.xox[bp])?-[\w-]{10,}", r"xox[abeoprs][-.]"),
        _kind(
            "slack-webhook",
            r"https://hooks\.slack\.com/" + _SLACK_PATHS,
            r"https://hooks\.slack\.com/",
        ),
        _kind("docker-token", r"dckr_[a-z]{3}_[\w-]{20,}", r"dckr_"),
        _kind("npm-token", r"npm_[A-Za-z0-9]{36}", r"npm_[A-Za-z0-9]{20}"),
        _kind("pypi-token", r"pypi-[\w-]{50,}", r"pypi-Ag"),
        _kind("huggingface-token", r"hf_[A-Za-z0-9]{30,}", r"hf_[A-Za-z0-9]{20}"),
        _kind("sendgrid-key", r"SG\.[\w-]{22}\.[\w-]{43}", r"SG\.[\w-]{16,}\."),
        _kind("resend-key", r"re_\w{20,}", r"re_\w{20}"),
        _kind("telegram-bot-token", r"\d{6,12}:[\w-]{35}", r"\d{6,12}:AA[\w-]{20}"),
        _kind("supabase-access-token", r"sbp_[a-z0-9]{40}", r"sbp_"),
        _kind("supabase-secret-key", r"sb_secret_[\w-]{20,}|" + _JWT, r"sb_secret_"),
        _kind(
            "supabase-publishable-key",
            r"sb_publishable_[\w-]{20,}|" + _JWT,
            r"sb_publishable_",
            secret=False,
        ),
        _kind("codecov-token", _UUID + r"|[0-9a-z]{32}"),
        _kind("railway-token", _UUID),
        _kind(
            "private-key",
            r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]+-----END [A-Z ]*PRIVATE KEY-----\s*",
            r"-----BEGIN [A-Z ]*PRIVATE KEY",
        ),
        _kind("sentry-dsn", r"https://[0-9a-f]+(?::[0-9a-f]+)?@[\w.-]+/\d+", secret=False),
    )
}
_ROLES = {"service_role": "supabase-secret-key", "anon": "supabase-publishable-key"}
_MARKS = [(kind.mark, kind.name) for kind in KINDS.values() if kind.mark is not None]
_ANY = re.compile("|".join(f"(?:{mark.pattern})" for mark, _ in _MARKS) + "|eyJ")


def detect(value: str) -> str | None:
    """Return the type of credential that a value says it is, if it says so."""
    if _ANY.match(value) is None:
        return None
    if value.startswith("eyJ"):
        return _ROLES.get(str((claims(value) or {}).get("role")))
    return next((name for mark, name in _MARKS if mark.match(value)), None)


def is_secret(value: str) -> bool:
    """Tell whether a value is a credential that must stay on the server."""
    name = detect(value)
    return name is not None and KINDS[name].secret


def fits(wanted: str, found: str) -> bool:
    """Tell whether a credential of one type serves where another is wanted."""
    return found == wanted or found in KINDS[wanted].also


def mode(value: str) -> str | None:
    """Return test or live, where a credential says so."""
    match = _MODE.match(value)
    return match[1] if match else None


def expiry(value: str) -> float | None:
    """Return when a JSON web token ends, in seconds since 1970."""
    end = (claims(value) or {}).get("exp") if value.startswith("eyJ") else None
    return float(end) if isinstance(end, int | float) else None
