"""Credentials that say what they are: shape, issuer, test or live."""

import re
from typing import NamedTuple

from gonogo.environment.scalars import claims


class Kind(NamedTuple):
    """A type of credential; what begins with one of `starts` says that it is of this type."""

    name: str
    shape: str
    starts: tuple[str, ...] = ()
    secret: bool = True
    also: tuple[str, ...] = ()


def _kind(name: str, shape: str, starts: str = "", *, secret: bool = True, also: str = "") -> Kind:
    return Kind(name, shape, tuple(starts.split()), secret, tuple(also.split()))


_JWT = r"eyJ[A-Za-z0-9_-]+\.eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{20,}"
_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_MODE = r"(?:sk|pk|rk)_(test|live)_"
_BODY = r"(?:test|live)_[A-Za-z0-9]{16,}"
_SLACK = r"https://hooks\.slack\.com/"
_SLACK_PATHS = (
    r"(?:services/T[A-Z0-9]+/B[A-Z0-9]+/[A-Za-z0-9]{16,}"
    r"|(?:workflows|triggers)/[A-Z0-9]+/[A-Z0-9]+(?:/[0-9]+)?/[A-Za-z0-9]{16,})"
)

# The more special start comes first: "sk-ant-admin" before "sk-ant-".
KINDS = {
    kind.name: kind
    for kind in (
        _kind("stripe-restricted-key", "rk_" + _BODY, "rk_test_ rk_live_"),
        _kind(
            "stripe-secret-key", "[sr]k_" + _BODY, "sk_test_ sk_live_", also="stripe-restricted-key"
        ),
        _kind("stripe-publishable-key", "pk_" + _BODY, "pk_test_ pk_live_", secret=False),
        _kind("stripe-webhook-secret", r"whsec_[A-Za-z0-9+/=]{24,}", "whsec_"),
        _kind("anthropic-admin-key", r"sk-ant-admin\d\d-[\w-]{60,}", "sk-ant-admin"),
        _kind("anthropic-key", r"sk-ant-api\d\d-[\w-]{60,}", "sk-ant-"),
        _kind("openrouter-key", r"sk-or-v1-[0-9a-f]{64}", "sk-or-"),
        _kind("openai-admin-key", r"sk-admin-[\w-]{40,}", "sk-admin-"),
        _kind(
            "openai-key",
            r"sk-(?:(?:proj|svcacct|None)-[\w-]{40,}|[A-Za-z0-9]{32,})",
            "sk-proj- sk-svcacct- sk-None-",
        ),
        _kind("google-api-key", r"AIza[\w-]{35}", "AIzaSy"),
        _kind("aws-access-key-id", r"(?:AKIA|ASIA)[A-Z0-9]{16}", "AKIA ASIA"),
        _kind("aws-secret-access-key", r"[A-Za-z0-9/+]{40}"),
        _kind(
            "github-token",
            r"gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_\w{22,255}",
            "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_",
        ),
        _kind("gitlab-token", r"gl[a-z]{2,5}-[\w.-]{20,}", "glpat- gldt- glrt- glcbt-"),
        _kind(
            "slack-token",
            r"xox[abeoprs](?:\.xox[bp])?-[\w-]{10,}",
            "xoxa- xoxb- xoxe- xoxe. xoxo- xoxp- xoxr- xoxs-",
        ),
        _kind("slack-webhook", _SLACK + _SLACK_PATHS, "https://hooks.slack.com/"),
        _kind("docker-token", r"dckr_[a-z]{3}_[\w-]{20,}", "dckr_"),
        _kind("npm-token", r"npm_[A-Za-z0-9]{36}", "npm_"),
        _kind("pypi-token", r"pypi-[\w-]{50,}", "pypi-Ag"),
        _kind("huggingface-token", r"hf_[A-Za-z0-9]{30,}", "hf_"),
        _kind("sendgrid-key", r"SG\.[\w-]{22}\.[\w-]{43}", "SG."),
        _kind("resend-key", r"re_\w{20,}"),
        _kind("telegram-bot-token", r"\d{6,12}:[\w-]{35}"),
        _kind("supabase-access-token", r"sbp_[a-z0-9]{40}", "sbp_"),
        _kind("supabase-secret-key", r"sb_secret_[\w-]{20,}|" + _JWT, "sb_secret_"),
        _kind(
            "supabase-publishable-key",
            r"sb_publishable_[\w-]{20,}|" + _JWT,
            "sb_publishable_",
            secret=False,
        ),
        _kind("codecov-token", _UUID + r"|[0-9a-z]{32}"),
        _kind("railway-token", _UUID),
        _kind(
            "private-key",
            r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]+-----END [A-Z ]*PRIVATE KEY-----\s*",
            "-----BEGIN",
        ),
        _kind("sentry-dsn", r"https://[0-9a-f]+(?::[0-9a-f]+)?@[\w.-]+/\d+", secret=False),
    )
}
_ROLES = {"service_role": "supabase-secret-key", "anon": "supabase-publishable-key"}
_STARTS = tuple(start for kind in KINDS.values() for start in kind.starts)
_OPENAI = "T3BlbkFJ"  # "OpenAI" in base64, in the middle of each of its keys
_MUST_FIT = {"aws-access-key-id", "npm-token", "huggingface-token", "sendgrid-key", "private-key"}


def detect(value: str) -> str | None:
    """Return the type of credential that a value says it is, if it says so."""
    if value.startswith("eyJ"):
        return _ROLES.get(str((claims(value) or {}).get("role")))
    if value.startswith("sk-") and _OPENAI in value:
        return "openai-key"
    if not value.startswith(_STARTS):
        return None
    kind = next(kind for kind in KINDS.values() if value.startswith(kind.starts or _NEVER))
    if kind.name in _MUST_FIT and not fits_shape(kind, value):
        return None  # its start alone is a common word
    return kind.name


_NEVER = ("\0",)


def fits_shape(kind: Kind, value: str) -> bool:
    """Tell whether a value has the whole shape of a credential."""
    return re.fullmatch(kind.shape, value) is not None


def is_secret(value: str) -> bool:
    """Tell whether a value is a credential that must stay on the server."""
    name = detect(value)
    return name is not None and KINDS[name].secret


def fits(wanted: str, found: str) -> bool:
    """Tell whether a credential of one type serves where another is wanted."""
    return found == wanted or found in KINDS[wanted].also


def mode(value: str) -> str | None:
    """Return test or live, where a credential says so."""
    match = re.match(_MODE, value)
    return match[1] if match else None


def expiry(value: str) -> float | None:
    """Return when a JSON web token ends, in seconds since 1970."""
    end = (claims(value) or {}).get("exp") if value.startswith("eyJ") else None
    return float(end) if isinstance(end, int | float) else None
