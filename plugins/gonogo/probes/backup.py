"""Predeploy: a backup that a URL serves, as old as its Last-Modified says."""

from datetime import UTC
from email.utils import parsedate_to_datetime

from gonogo.core.age import SKEW_S, age_of, long, too_old
from gonogo.core.answer import Answer, Request
from gonogo.core.artefact import BackupUrl
from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.observation import Observation, Reading
from gonogo.core.outcome import Outcome
from gonogo.core.size import too_small
from gonogo.health import is_page
from gonogo.probes.context import Context
from gonogo.probes.polling import GOOD

TRIES = 3
_BIT = 1024  # bytes that tell a backup from an empty file


async def fresh(context: Context, backup: BackupUrl) -> Observation:
    """Ask with HEAD, and with GET where that does not tell all."""
    reading = Reading(Outcome.UNKNOWN, "not asked")
    for method in ("HEAD", "GET"):
        answer = await _asked(context, backup, method)
        try:
            reading = _judge(answer, backup, context.wall().timestamp())
        except EvidenceUnavailable as silence:
            reading = Reading(Outcome.UNKNOWN, str(silence))
        if reading.outcome in GOOD:
            break
    return Observation(reading)


async def _asked(context: Context, backup: BackupUrl, method: str) -> Answer:
    request = Request(backup.url, method, backup.headers, max_body=_BIT, fresh=True)
    for tried in range(1, TRIES + 1):
        answer = await context.fetch(request)
        if tried == TRIES or not (answer.status is None or answer.status >= 500):
            break
        await context.sleep(float(tried))
    return answer


def _judge(answer: Answer, backup: BackupUrl, now: float) -> Reading:
    text = answer.describe()
    if answer.status in {404, 410}:
        return Reading(Outcome.FAIL, f"{text}: there is no backup", value="missing")
    cut = answer.silence is not None and answer.silence.kind == "too-large"  # we asked for a bit
    if answer.status != 200 or (answer.silence is not None and not cut):
        raise EvidenceUnavailable(text)
    named = "text/html" in answer.headers.get("content-type", "").lower()
    if named or is_page(answer.headers, answer.body):
        raise EvidenceUnavailable(f"{text}, a web page where a backup belongs")
    size = _size(answer, backup, cut=cut)
    age = _age(answer, backup, now)
    if (small := too_small("the newest backup", size, backup.least)) is not None:
        return small
    old = too_old("the newest backup", age, backup.max_age)
    return old or Reading(Outcome.PASS, f"the newest backup is {long(age)} old", value=long(age))


def _size(answer: Answer, backup: BackupUrl, *, cut: bool) -> int:
    """Return how long the body is; many servers say nothing, or nonsense, to HEAD."""
    whole = answer.request.method != "HEAD" and not cut
    told = str(len(answer.body)) if whole else answer.headers.get("content-length", "")
    if not told.isdecimal() and cut and backup.least <= _BIT:
        return _BIT
    if not told.isdecimal():
        raise EvidenceUnavailable(f"{answer.describe()} does not tell its size")
    return int(told)


def _age(answer: Answer, backup: BackupUrl, now: float) -> float:
    """Return the age by our clock; where the server's would judge otherwise, it is open."""
    modified = _moment(answer, "last-modified")
    if modified is None:
        text = f"{answer.describe()} has no Last-Modified that can be read"
        raise EvidenceUnavailable(f"{text}; fix: use a command that reports the time")
    server = _moment(answer, "date")
    ages = [age_of("the newest backup", modified, each) for each in (now, server or now)]
    apart = abs((server or now) - now)
    if apart > SKEW_S and len({age > backup.max_age for age in ages}) > 1:
        raise EvidenceUnavailable(
            f"the clocks of this runner and the server are {long(apart)} apart"
        )
    return ages[0]


def _moment(answer: Answer, header: str) -> float | None:
    try:
        moment = parsedate_to_datetime(answer.headers[header])
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (KeyError, ValueError, OverflowError):
        return None
