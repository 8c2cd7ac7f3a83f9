"""How long an API wants to be left alone."""

from datetime import UTC
from email.utils import parsedate_to_datetime

from gonogo.core.answer import Answer

SECONDARY_S = 60.0  # what GitHub asks for where it names none


def limit_of(answer: Answer, now: float) -> float | None:
    """Return for how many seconds the API wants no more requests; None where it does not say so.

    GitHub says it with 403 or 429, `retry-after` and `x-ratelimit-*`; GitLab with 429,
    `retry-after` and `ratelimit-*`. `now` is in epoch seconds.
    """
    if answer.status not in {403, 429}:
        return None
    headers = answer.headers
    if "retry-after" in headers:
        return _after(headers["retry-after"], now)
    for prefix in ("x-ratelimit", "ratelimit"):
        if headers.get(f"{prefix}-remaining", "").strip() == "0":
            return max(1.0, _number(headers.get(f"{prefix}-reset"), now + SECONDARY_S) - now)
    secondary = b"rate limit" in answer.body[:2000].lower()
    return SECONDARY_S if answer.status == 429 or secondary else None


def _after(told: str, now: float) -> float:
    if told.strip().isdecimal():
        return float(min(int(told), 86400))
    try:
        moment = parsedate_to_datetime(told)
    except (ValueError, OverflowError):
        return SECONDARY_S
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(1.0, moment.timestamp() - now)


def _number(text: str | None, otherwise: float) -> float:
    return float(text) if text is not None and text.strip().isdecimal() else otherwise
