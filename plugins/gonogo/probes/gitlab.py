"""GitLab's pipelines of one commit: their jobs, and the statuses that others have set."""

import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote, urlencode

from gonogo.core.answer import Request
from gonogo.core.commit import same_commit
from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.pipeline import Pipeline, State, States, keep_worst
from gonogo.probes.addresses import same_party
from gonogo.probes.context import Context
from gonogo.probes.witness import PATIENCE_S, Refused, Reply, replied

PAGE = 100  # the most that GitLab gives at once
PAGES = 20
MOST = 20  # pipelines of a commit whose jobs are asked for
WHOLE = 40  # characters of a commit; GitLab finds pipelines by no less
FAILURES = frozenset("failed canceled skipped manual".split())
_DONE = FAILURES | {"success"}
_NEXT = re.compile(r'<([^>]+)>\s*;\s*rel="next"')


async def states(context: Context, pipeline: Pipeline) -> States:
    """Return each name and its state; raises EvidenceUnavailable where the answer is not whole.

    Of each source (push, merge request, schedule …) and ref the newest pipeline is asked; where
    two have a job of one name, the newer speaks. Statuses count for names that no job has.
    """
    asker = _Asker(context, pipeline)
    commit = await asker.whole(context.commit or "")
    found: dict[str, State] = {}
    for each in await asker.newest(commit):
        own = await asker.jobs(each)
        found = {**own, **found}
    outer: dict[str, tuple[int, State]] = {}
    async for status in asker.listed(f"repository/commits/{commit}/statuses", {}):
        name, number = str(status.get("name")), status.get("id")
        order = number if isinstance(number, int) else 0
        if name not in outer or outer[name][0] < order:
            outer[name] = order, _state(status)
    return {**{name: state for name, (_, state) in outer.items()}, **found}


def _state(job: dict[str, Any]) -> State:
    allowed = job.get("allow_failure") is True and job.get("status") == "failed"
    return State.of(job.get("status"), FAILURES, ", and allowed to fail" if allowed else "")


class _Asker:
    """Asks one project."""

    def __init__(self, context: Context, pipeline: Pipeline) -> None:
        self._context = context
        self._pipeline = pipeline
        self._headers = ((pipeline.header, pipeline.token),) if pipeline.token else ()
        project = quote(pipeline.repository, safe="")
        self._base = f"{pipeline.api.rstrip('/')}/projects/{project}"

    async def whole(self, commit: str) -> str:
        """Return the commit in full; raises EvidenceUnavailable where there is no such."""
        if len(commit) >= WHOLE:
            return commit.lower()
        reply = await self._reply(f"{self._base}/repository/commits/{quote(commit, safe='')}")
        found = reply.document.get("id") if isinstance(reply.document, dict) else None
        if not isinstance(found, str) or not found:
            raise EvidenceUnavailable("the answer of the API holds no commit")
        return found

    async def newest(self, commit: str) -> list[dict[str, Any]]:
        """Return the newest of each source and ref, the newest first; GitLab lists no children."""
        query = {"sha": commit, "order_by": "id", "sort": "desc"}
        newest: dict[tuple[str, str], dict[str, Any]] = {}
        async for each in self.listed("pipelines", query):
            if not isinstance(each.get("id"), int) or not same_commit(str(each.get("sha")), commit):
                raise EvidenceUnavailable("the API speaks of another commit than was asked for")
            key = str(each.get("source")), str(each.get("ref"))
            if key not in newest or newest[key]["id"] < each["id"]:
                newest[key] = each
        return sorted(newest.values(), key=lambda each: -int(each["id"]))[:MOST]

    async def jobs(self, pipeline: dict[str, Any]) -> dict[str, State]:
        """Return the jobs and the triggers of a pipeline; one that is being made has none yet."""
        found: dict[str, State] = {}
        for kind in ("jobs", "bridges"):
            path = f"pipelines/{pipeline['id']}/{kind}"
            async for job in self.listed(path, {"include_retried": "false"}):
                keep_worst(found, str(job.get("name")), _state(job))
        if not found and pipeline.get("status") not in _DONE:
            text = f"pipeline {pipeline['id']} is {pipeline.get('status')}, and has no jobs yet"
            raise EvidenceUnavailable(text)
        return found

    async def listed(self, path: str, query: dict[str, str]) -> AsyncIterator[dict[str, Any]]:
        """Return the entries of all pages; raises EvidenceUnavailable."""
        url: str | None = f"{self._base}/{path}?{urlencode({**query, 'per_page': str(PAGE)})}"
        first = url or ""
        for _ in range(PAGES):
            reply = await self._reply(url or "")
            if not isinstance(reply.document, list) or not _tables(reply.document):
                raise EvidenceUnavailable(f"the answer of the API is no list of {path}")
            for entry in reply.document:
                yield entry
            url = self._onward(first, reply)
            if url is None:
                return
        raise EvidenceUnavailable(f"more than {PAGE * PAGES} {path}")

    def _onward(self, first: str, reply: Reply) -> str | None:
        """Return the next page, by number or by link; None after the last."""
        number = reply.headers.get("x-next-page", "none").strip()
        link = _NEXT.search(reply.headers.get("link", ""))
        if number.isdecimal():
            return f"{first}&page={number}"
        if link is None:
            if not number or len(reply.document) < PAGE:
                return None
            raise EvidenceUnavailable("the API does not say whether there is another page")
        if not same_party(self._base, link[1]):
            raise EvidenceUnavailable("the next page of the API lies on another host")
        return link[1]

    async def _reply(self, url: str) -> Reply:
        request = Request(url, headers=self._headers, max_body=8 << 20)
        patience = min(PATIENCE_S, self._pipeline.wait)
        try:
            return await replied(self._context, request, self._pipeline.every, patience)
        except Refused as refused:  # a job's own token may read little
            raise type(refused)(f"{refused}; fix: GITLAB_TOKEN with read_api") from None


def _tables(entries: list[Any]) -> bool:
    return all(isinstance(each, dict) for each in entries)
