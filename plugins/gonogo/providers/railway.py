"""Railway: GraphQL. Errors come with HTTP 200, sealed variables come without a value, or not."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from gonogo.core.errors import Declined, EvidenceUnavailable
from gonogo.core.provider import (
    LISTED,
    Asked,
    Deployed,
    Hosting,
    Provided,
    State,
    newest_first,
)
from gonogo.providers.client import PAGES, Client, Fetch
from gonogo.providers.masked import unveiled

WHERE = "query where { projectToken { projectId environmentId } }"
VARIABLES = """
query variables($projectId: String!, $environmentId: String!, $serviceId: String!) {
  variables(projectId: $projectId, environmentId: $environmentId, serviceId: $serviceId)
}
"""
SEALED = """
query sealed($environmentId: String!, $after: String) {
  environment(id: $environmentId) {
    variables(first: 200, after: $after) {
      edges { node { name isSealed serviceId } }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""
_FIELDS = "id status createdAt meta canRollback"
DEPLOYMENTS = f"""
query deployments($input: DeploymentListInput!, $first: Int) {{
  deployments(input: $input, first: $first) {{ edges {{ node {{ {_FIELDS} }} }} }}
}}
"""
DEPLOYMENT = f"query deployment($id: String!) {{ deployment(id: $id) {{ {_FIELDS} }} }}"
ROLLBACK = "mutation rollback($id: String!) { deploymentRollback(id: $id) }"
# A crashed deployment is the current one: nothing else has taken its place. One that waits for
# an approval takes no traffic by itself.
STATES = {
    "SUCCESS": State.LIVE,
    "SLEEPING": State.LIVE,
    "CRASHED": State.LIVE,
    "BUILDING": State.UNDER_WAY,
    "DEPLOYING": State.UNDER_WAY,
    "INITIALIZING": State.UNDER_WAY,
    "QUEUED": State.UNDER_WAY,
    "WAITING": State.UNDER_WAY,
    "REMOVED": State.REPLACED,
    "REMOVING": State.REPLACED,
    "FAILED": State.ENDED,
    "SKIPPED": State.ENDED,
    "NEEDS_APPROVAL": State.ENDED,
}
_ODD = "Railway answers in a form that is not known"
_DOUBT = "Railway did not tell which variables are sealed"


class Railway:
    """One environment of one project."""

    def __init__(
        self, hosting: Hosting, fetch: Fetch, sleep: Callable[[float], Awaitable[None]]
    ) -> None:
        self._hosting = hosting
        header = "Project-Access-Token" if hosting.project_token else "Authorization"
        token = hosting.token or ""
        headers = {header: token if hosting.project_token else f"Bearer {token}"}
        self._client = Client("Railway", f"{hosting.api}/graphql/v2", headers, fetch, sleep)

    async def variables(self) -> Provided:
        """Return the rendered variables of the service, and the names of those that are sealed."""
        place = await self.place()
        ids = {"projectId": place.project, "environmentId": place.environment}
        data = await self._client.query(VARIABLES, {**ids, "serviceId": place.service})
        found = data.get("variables")
        if not isinstance(found, dict):
            raise EvidenceUnavailable("Railway answers without any variables")
        try:
            sealed = await self._sealed(place)
        except EvidenceUnavailable as silence:
            known = unveiled(found, frozenset(), "Railway")
            return replace(known, doubt=f"{_DOUBT} ({silence})")
        return unveiled(found, sealed, "Railway")

    async def deployments(self) -> list[Deployed]:
        """Return the newest deployments of the service in this environment."""
        place = await self.place()
        ids = {"projectId": place.project, "environmentId": place.environment}
        given = {"input": {**ids, "serviceId": place.service}, "first": LISTED}
        found = (await self._client.query(DEPLOYMENTS, given)).get("deployments")
        try:
            return newest_first(_deployed(edge["node"]) for edge in found["edges"])
        except (KeyError, TypeError):
            raise EvidenceUnavailable(_ODD) from None

    async def status(self, deployment: str) -> Deployed:
        """Return one deployment."""
        await self.place()
        found = await self._client.query(DEPLOYMENT, {"id": deployment})
        return _deployed(found.get("deployment"))

    async def restore(self, goal: Deployed) -> Asked:
        """Roll back; Railway makes a new deployment of it, and does not say which."""
        await self.place()
        found = await self._client.query(ROLLBACK, {"id": goal.id}, act=True)
        if found.get("deploymentRollback") is not True:
            raise Declined(f"Railway did not roll back to {goal.id}, and does not say why")
        return Asked()

    async def place(self) -> Hosting:
        """Complete the ids: a project token knows its project and its environment."""
        hosting = self._hosting
        if hosting.token is None:
            raise EvidenceUnavailable("Railway needs a token: set RAILWAY_TOKEN")
        if hosting.project_token and not (hosting.project and hosting.environment):
            found = (await self._client.query(WHERE, {})).get("projectToken") or {}
            hosting = replace(
                hosting,
                project=hosting.project or found.get("projectId"),
                environment=hosting.environment or found.get("environmentId"),
            )
        for name in ("project", "environment", "service"):
            if not getattr(hosting, name):
                variable = f"RAILWAY_{name.upper()}_ID"
                text = f"which {name} of Railway? set {variable}, or [providers.railway] {name}"
                raise EvidenceUnavailable(text)
        return hosting

    async def query(self, document: str, variables: dict[str, Any]) -> Any:
        """Ask something else of Railway; raises EvidenceUnavailable where there is no answer."""
        return await self._client.query(document, variables)

    async def _sealed(self, place: Hosting) -> frozenset[str]:
        found: set[str] = set()
        after: str | None = None
        for _ in range(PAGES):
            variables = {"environmentId": place.environment, "after": after}
            data = await self._client.query(SEALED, variables)
            nodes, after = _page(data)
            found |= {
                str(node["name"])
                for node in nodes
                if node.get("isSealed") and node.get("serviceId") in {place.service, None}
            }
            if after is None:
                return frozenset(found)
        raise EvidenceUnavailable(f"more than {PAGES} pages")


def _page(data: Any) -> tuple[list[dict[str, Any]], str | None]:
    """Return the nodes of a page, and where the next one begins."""
    try:
        connection = data["environment"]["variables"]
        nodes = [edge["node"] for edge in connection["edges"]]
        info = connection["pageInfo"]
        after = info["endCursor"] if info["hasNextPage"] else None
    except (KeyError, TypeError):
        raise EvidenceUnavailable(_ODD) from None
    return nodes, after


def _deployed(node: Any) -> Deployed:
    """Read one deployment; `meta` holds the commit of one that came from a repository."""
    try:
        word = str(node["status"])
        meta = node.get("meta")
        commit = meta.get("commitHash") if isinstance(meta, dict) else None
        able = node["canRollback"]
        return Deployed(
            id=str(node["id"]),
            state=STATES.get(word, State.UNKNOWN),
            created=datetime.fromisoformat(node["createdAt"]).timestamp(),
            commit=commit if isinstance(commit, str) and commit else None,
            restorable=able if isinstance(able, bool) else None,
            word=word,
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise EvidenceUnavailable(_ODD) from None
