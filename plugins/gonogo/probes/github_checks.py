"""GitHub's check runs and commit statuses of one commit."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

from gonogo.core.commit import is_commit, same_commit
from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.outcome import Outcome
from gonogo.core.pipeline import Pipeline, State, States, keep_worst
from gonogo.probes.context import Context
from gonogo.probes.github import asked
from gonogo.probes.witness import PATIENCE_S

PAGE = 100  # the most that GitHub gives at once
PAGES = 20
FAILURES = frozenset(
    {"failure", "error", "cancelled", "skipped", "neutral", "timed_out", "stale"}
    | {"action_required", "startup_failure"}
)
Runs = dict[tuple[Any, str], dict[str, Any]]  # by suite and name


async def states(context: Context, pipeline: Pipeline) -> States:
    """Return each name and its state; raises EvidenceUnavailable where the answer is not whole.

    A run that was started again in the same suite replaces the one before. Several suites may
    hold the same name, as those of a push and of a pull request do: then the worst stays.
    """
    found: dict[str, State] = {}
    for (_, name), run in (await _latest(context, pipeline)).items():
        keep_worst(found, name, _state(run))
    if pipeline.app is None:
        async for status in _listed(context, pipeline, "status", "statuses"):
            state = State.of(status.get("state"), FAILURES)
            keep_worst(found, str(status.get("context")), state)
    return found


async def _latest(context: Context, pipeline: Pipeline) -> Runs:
    latest: Runs = {}
    async for run in _listed(context, pipeline, "check-runs", "check_runs"):
        _must_be_of(context.commit or "", run.get("head_sha"))
        if pipeline.app not in {None, _table(run.get("app")).get("slug")}:
            continue
        suite, number = _table(run.get("check_suite")).get("id"), run.get("id")
        known = isinstance(suite, int) and isinstance(number, int)
        key = (suite if known else -len(latest) - 1, str(run.get("name")))
        before = latest.get(key)
        if before is None or before["id"] < number:
            latest[key] = run
    return latest


def _state(run: dict[str, Any]) -> State:
    if run.get("status") == "completed":
        return State.of(run.get("conclusion") or "no conclusion", FAILURES)
    return State(str(run.get("status") or "no state"), Outcome.UNKNOWN)


def _must_be_of(commit: str, named: Any) -> None:
    """Refuse what speaks of another commit; `commit` may also be a branch or a tag."""
    if isinstance(named, str) and is_commit(commit) and not same_commit(named, commit):
        raise EvidenceUnavailable("the API speaks of another commit than was asked for")


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


async def _listed(
    context: Context, pipeline: Pipeline, path: str, key: str
) -> AsyncIterator[dict[str, Any]]:
    commit = quote(context.commit or "", safe="")
    base = f"{pipeline.api.rstrip('/')}/repos/{pipeline.repository}/commits/{commit}/{path}"
    seen, patience = 0, min(PATIENCE_S, pipeline.wait)
    for page in range(1, PAGES + 1):
        url = f"{base}?per_page={PAGE}&page={page}"
        document = await asked(context, url, pipeline.token, pipeline.every, patience)
        entries = _table(document).get(key)
        if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
            raise EvidenceUnavailable(f"the answer of the API holds no {key}")
        for entry in entries:
            yield entry
        seen += len(entries)
        total = document.get("total_count")
        if not isinstance(total, int):
            total = seen if len(entries) < PAGE else seen + 1
        if seen >= total:
            return
        if not entries:
            raise EvidenceUnavailable(f"the API gives {seen} of {total} {key}")
    raise EvidenceUnavailable(f"more than {PAGE * PAGES} {key}")
