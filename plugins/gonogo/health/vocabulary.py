"""Which words mean well, not so well and ill, in any spelling and in short sentences."""

import re
from typing import Any, Literal

Status = Literal["pass", "warn", "fail", "unknown"]

WORST_FIRST: tuple[Status, ...] = ("fail", "warn", "pass", "unknown")

_GOOD = frozenset(
    "ok okay oks pass passed passing up healthy alive ready running success successful "
    "succeeded good green online available operational true serving working works pong normal live "
    "fine yes connected active imok reachable nominal complete completed accepting "
    "initialized started open".split()
)
_WARN = frozenset(
    "warn warning warnings degraded yellow orange partial partially partiallyavailable impaired "
    "slow starting startup initializing initialising draining unstable limited maintenance "
    "maintenancemode degradedperformance partialoutage minor recovering syncing "
    "warmingup restarting rebooting".split()
)
_BAD = frozenset(
    "fail failed fails failing failure failures down unhealthy error errors errored critical dead "
    "red offline ko nok notok bad unavailable outage crashed crash false disconnected stopped "
    "stopping no outofservice shuttingdown shutdown unreachable timeout timedout majoroutage major "
    "notready notserving notavailable sealed broken inactive fatal exception traceback refused "
    "unable cannot couldnt cant lost exhausted rejected serviceunavailable disabledbyfile "
    "terminated aborted panic problem problems partialfailure notconnected notrunning exited "
    "killed halted hung stuck".split()
)
_NO_IDEA = frozenset(
    "unknown na none skip skipped disabled pending undefined null notapplicable unset "
    "unspecified notconfigured notchecked".split()
)
_NOT = frozenset("not no non never isnt arent wasnt without zero 0 nothing nor".split())
# In a sentence these tell what goes on, not that it goes well: "running checks".
_VAGUE = frozenset("running complete completed started open accepting yes true live active".split())
_FILLER = frozenset(
    "a all am an and api app application are check checks everything i im is it its result results "
    "server service services state status system systems the we with".split()
)
_TOKEN = re.compile(r"[a-z]+|\d+|[^\x00-\x7f]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SEPARATORS = re.compile(r"[\s_\-.!]+")
_LONGEST = 2000


def rate(value: Any) -> Status:
    """Rate a word, a short sentence, a boolean or an HTTP status code."""
    if isinstance(value, bool):
        return "pass" if value else "fail"
    if isinstance(value, int | float):
        return _rate_code(value)
    if not isinstance(value, str):
        return "unknown"
    return rate_word(value) or _rate_sentence(value[:_LONGEST])


def rate_word(value: str) -> Status | None:
    """Rate a single word of the vocabulary; None where it is not one."""
    plain = squeeze(value)
    if plain in _GOOD:
        return "pass"
    if plain in _WARN:
        return "warn"
    if plain in _BAD:
        return "fail"
    if plain in _NO_IDEA:
        return "unknown"
    return (
        _rate_code(int(plain)) if len(plain) == 3 and plain.isascii() and plain.isdigit() else None
    )


def squeeze(name: str) -> str:
    """Return a name without case, separators and punctuation: "Out_Of-Service" is outofservice."""
    return _SEPARATORS.sub("", name[:_LONGEST].casefold().replace("'", ""))


def worst(statuses: list[Status]) -> Status:
    """Return the worst of several; what is not known counts only where nothing else does."""
    return next((status for status in WORST_FIRST if status in statuses), "unknown")


def _rate_code(number: float) -> Status:
    if 200 <= number < 300:
        return "pass"
    return "fail" if 400 <= number < 600 else "unknown"


def _rate_sentence(text: str) -> Status:
    """Rate by its words: bad news anywhere counts, good news only where nothing else is said."""
    tokens = _TOKEN.findall(_CAMEL.sub(" ", text).casefold().replace("'", ""))
    kinds = [_kind(tokens, place) for place in range(len(tokens))]
    if "fail" in kinds:
        return "fail"
    if "warn" in kinds:
        return "warn"
    known = "pass" in kinds and all(kind in {"pass", "filler"} for kind in kinds)
    return "pass" if known else "unknown"


def _kind(tokens: list[str], place: int) -> str:
    token = tokens[place]
    negated = bool(_NOT & set(tokens[max(0, place - 2) : place]))
    if token in _NOT:
        return "negation"
    if token in _GOOD:
        good = "other" if token in _VAGUE and len(tokens) > 1 else "pass"
        return "fail" if negated else good
    if token in _BAD:
        return "unsure" if negated else "fail"
    if token in _WARN:
        return "unsure" if negated else "warn"
    return "filler" if token in _FILLER else "other"
