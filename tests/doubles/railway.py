"""Railway's GraphQL API on loopback.

Its rules: one address, POST alone; a project token belongs to one environment and comes in a
header of its own, any other one is a bearer; whatever goes wrong in a query comes with HTTP 200
and `errors`; a document that is no query comes with 400; sealed variables come without a value.
Queries are parsed and checked against the part of Railway's schema that stands here.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from graphql import GraphQLError, build_schema, graphql_sync
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

SDL = """
scalar EnvironmentVariables
scalar DateTime
type Query {
  me: User!
  apiToken: ApiTokenContext!
  projectToken: ProjectToken!
  environment(id: String!, projectId: String): Environment!
  variables(
    environmentId: String!, projectId: String!, serviceId: String, unrendered: Boolean
  ): EnvironmentVariables!
}
extend type Query {
  httpMetricsGroupedByStatus(
    endDate: DateTime!, environmentId: String!, method: String, path: String, serviceId: String!,
    startDate: DateTime!, stepSeconds: Int
  ): [HttpMetricsByStatusResult!]!
  httpDurationMetrics(
    endDate: DateTime!, environmentId: String!, method: String, path: String, serviceId: String!,
    startDate: DateTime!, statusCode: Int, stepSeconds: Int
  ): HttpDurationMetricsResult!
  metrics(
    averagingWindowSeconds: Int, endDate: DateTime, environmentId: String, groupBy: [MetricTag!],
    measurements: [MetricMeasurement!]!, projectId: String, sampleRateSeconds: Int,
    serviceId: String, startDate: DateTime!
  ): [MetricsResult!]!
}
type HttpMetricsByStatusResult { statusCode: Int! samples: [HttpMetricsSample!]! }
type HttpMetricsSample { ts: Int! value: Float! }
type HttpDurationMetricsResult { samples: [HttpDurationMetricsSample!]! }
type HttpDurationMetricsSample { ts: Int! p50: Float! p90: Float! p95: Float! p99: Float! }
enum MetricMeasurement { CPU_USAGE CPU_LIMIT MEMORY_USAGE_GB MEMORY_LIMIT_GB DISK_USAGE_GB }
enum MetricTag { DEPLOYMENT_ID DEPLOYMENT_INSTANCE_ID SERVICE_ID }
type MetricsResult { measurement: MetricMeasurement! tags: MetricTags! values: [Metric!]! }
type MetricTags { deploymentId: String deploymentInstanceId: String serviceId: String }
type Metric { ts: Int! value: Float! }
scalar DeploymentMeta
enum DeploymentStatus {
  BUILDING CRASHED DEPLOYING FAILED INITIALIZING NEEDS_APPROVAL QUEUED REMOVED REMOVING SKIPPED
  SLEEPING SUCCESS WAITING
}
input DeploymentStatusInput { in: [DeploymentStatus!], notIn: [DeploymentStatus!] }
input DeploymentListInput {
  environmentId: String, includeDeleted: Boolean, projectId: String, serviceId: String
  status: DeploymentStatusInput
}
type Deployment {
  id: ID! status: DeploymentStatus! createdAt: DateTime! meta: DeploymentMeta canRollback: Boolean!
}
type QueryDeploymentsConnection { edges: [QueryDeploymentsConnectionEdge!]! pageInfo: PageInfo! }
type QueryDeploymentsConnectionEdge { cursor: String! node: Deployment! }
extend type Query {
  deployment(id: String!): Deployment!
  deployments(
    after: String, before: String, first: Int, input: DeploymentListInput!, last: Int
  ): QueryDeploymentsConnection!
}
type Mutation { deploymentRollback(id: String!): Boolean! }
type User { id: ID! name: String email: String! }
type ApiTokenContext { workspaces: [ApiTokenWorkspace!]! }
type ApiTokenWorkspace { id: String! name: String! }
type ProjectToken { id: ID! name: String! projectId: String! environmentId: String! }
type Environment {
  id: ID!
  name: String!
  variables(after: String, before: String, first: Int, last: Int): EnvironmentVariablesConnection!
}
type EnvironmentVariablesConnection {
  edges: [EnvironmentVariablesConnectionEdge!]!
  pageInfo: PageInfo!
}
type EnvironmentVariablesConnectionEdge { cursor: String! node: Variable! }
type PageInfo {
  hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String
}
type Variable { id: ID! name: String! isSealed: Boolean! serviceId: String environmentId: String }
"""
PROJECT, PRODUCTION, STAGING, SERVICE = "project-1", "env-production", "env-staging", "service-api"
PROJECT_TOKEN = "5f1c8a72-" + "0e4d-4b6a-9c31-77aa01b2c3d4"
ACCOUNT_TOKEN = "a81d55e0-" + "3c2b-47f9-8e10-19bb42c5d6e7"
WORKSPACE_TOKEN = "c3f7e9b4-" + "6d1a-42c8-b5f0-28cc53d7e8f9"
INJECTED = {"RAILWAY_ENVIRONMENT_ID": PRODUCTION, "RAILWAY_SERVICE_ID": SERVICE}
PAGE = 2  # of sealed names: small, so that everybody has to turn pages


@dataclass
class Railway:
    """Answers below `/railway`: `values` and `sealed` by environment, or `errors` instead.

    `instead` are whole answers given before any other.
    """

    server: HTTPServer
    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    sealed: dict[str, list[str]] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)  # fields of Query that end in an error
    instead: list[Response] = field(default_factory=list)
    errors: list[Any] | None = None
    statuses: dict[int, float] = field(default_factory=dict)  # requests a step
    durations: dict[str, float] = field(default_factory=dict)  # p50 … p99, milliseconds
    levels: dict[str, dict[str, float]] = field(default_factory=dict)  # by measurement, instance
    lag: float = 0.0  # seconds that the newest point is old
    paths: list[str | None] = field(default_factory=list)  # that were asked for
    deployments: list[dict[str, Any]] = field(default_factory=list)  # the newest first
    lost: bool = False  # a mutation is carried out, and its answer gets lost
    becomes: str | None = "SUCCESS"  # the state of what a rollback makes; None: it answers false
    on_rollback: Callable[[str], object] = field(default=lambda _name: None)

    def __post_init__(self) -> None:
        self._schema = build_schema(SDL)
        self.server.expect_request("/railway/graphql/v2").respond_with_handler(self._answer)
        self.url = self.server.url_for("/railway")

    def environ(self, token: str = "RAILWAY_TOKEN") -> dict[str, str]:
        """What a runner has in its environment."""
        value = PROJECT_TOKEN if token == "RAILWAY_TOKEN" else ACCOUNT_TOKEN
        return {token: value, "RAILWAY_SERVICE_ID": SERVICE}

    def _answer(self, request: Request) -> Response:
        if self.instead:
            return self.instead.pop(0)
        if request.method != "POST" or request.mimetype != "application/json":
            return _json({"errors": [{"message": "Must provide query string"}]}, 400)
        if self.errors is not None:
            return _json({"errors": self.errors, "data": None})
        body = json.loads(request.data)
        done = graphql_sync(
            self._schema,
            body["query"],
            root_value=_Root(self, request),
            variable_values=body.get("variables"),
        )
        if self.lost and "mutation" in body["query"]:
            return Response("", 502)
        invalid = done.data is None and any(not error.path for error in done.errors or ())
        return _json(done.formatted, 400 if invalid else 200)

    def deployed(self, name: str, status: str, commit: str | None, minutes: float) -> None:
        """Add a deployment, made so many minutes ago; what can be rolled back to is REMOVED."""
        self.deployments.append(
            {
                "id": name,
                "status": status,
                "createdAt": _moment(time.time() - 60 * minutes),
                "meta": {"commitHash": commit, "branch": "main"} if commit else {},
                "canRollback": status == "REMOVED",
            }
        )
        self.deployments.sort(key=lambda each: each["createdAt"], reverse=True)

    def rolled_back(self, name: str) -> bool:
        """Make a new deployment of an old one, as a rollback does."""
        old = next((each for each in self.deployments if each["id"] == name), None)
        if old is None:
            raise GraphQLError("Deployment not found")
        if not old["canRollback"]:
            raise GraphQLError("This deployment cannot be rolled back to: its image has expired")
        if self.becomes is None:
            return False
        if self.becomes == "SUCCESS":
            for each in self.deployments:
                if each["status"] in {"SUCCESS", "CRASHED", "SLEEPING"}:
                    each.update(status="REMOVED", canRollback=True)
        self.deployed(f"{name}-again", self.becomes, old["meta"].get("commitHash"), 0)
        self.on_rollback(name)
        return True


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")


class _Root:
    """Resolves the fields of Query, each for who asks."""

    def __init__(self, railway: Railway, request: Request) -> None:
        self._railway = railway
        bearer = request.headers.get("Authorization", "").removeprefix("Bearer ")
        self._account = bearer == ACCOUNT_TOKEN
        self._workspace = bearer in {ACCOUNT_TOKEN, WORKSPACE_TOKEN}
        self._project = request.headers.get("Project-Access-Token") == PROJECT_TOKEN

    def _check(self, name: str, allowed: bool) -> None:
        if name in self._railway.refused:
            raise GraphQLError("Problem processing request")
        if not allowed:
            code = {"code": "INTERNAL_SERVER_ERROR"}
            raise GraphQLError("Not Authorized", extensions=code)

    def _check_environment(self, name: str, environment: str) -> None:
        self._check(name, self._workspace or (self._project and environment == PRODUCTION))

    def me(self, _info: Any) -> dict[str, str]:
        self._check("me", self._account)
        return {"id": "u1", "name": "ci", "email": "ci@shop.internal"}

    def apiToken(self, _info: Any) -> dict[str, Any]:  # noqa: N802 - the API's own name
        self._check("apiToken", self._workspace)
        return {"workspaces": [{"id": "w1", "name": "acme"}]}

    def projectToken(self, _info: Any) -> dict[str, str]:  # noqa: N802 - the API's own name
        self._check("projectToken", self._project)
        ids = {"projectId": PROJECT, "environmentId": PRODUCTION}
        return {"id": "t", "name": "ci", **ids}

    def variables(self, _info: Any, **ids: Any) -> dict[str, Any]:
        environment = ids["environmentId"]
        self._check_environment("variables", environment)
        if ids["projectId"] != PROJECT or environment not in self._railway.values:
            raise GraphQLError("Environment not found")
        if ids.get("serviceId") != SERVICE:
            return {}
        return {**self._railway.values[environment], **INJECTED}

    def environment(self, _info: Any, **ids: Any) -> dict[str, Any]:
        self._check_environment("environment", ids["id"])

        def page(_info: Any, first: int = PAGE, after: str | None = None) -> dict[str, Any]:
            return self._page(ids["id"], min(first, PAGE), int(after or 0))

        return {"id": ids["id"], "name": ids["id"], "variables": page}

    def httpMetricsGroupedByStatus(self, _info: Any, **asked: Any) -> list[dict[str, Any]]:  # noqa: N802 - the API's own name
        times = self._times("httpMetricsGroupedByStatus", asked, asked.get("stepSeconds"))
        return [
            {"statusCode": status, "samples": [{"ts": ts, "value": value} for ts in times]}
            for status, value in self._railway.statuses.items()
        ]

    def httpDurationMetrics(self, _info: Any, **asked: Any) -> dict[str, Any]:  # noqa: N802 - as above
        times = self._times("httpDurationMetrics", asked, asked.get("stepSeconds"))
        found = self._railway.durations
        return {"samples": [{"ts": ts, **found} for ts in times] if found else []}

    def metrics(self, _info: Any, **asked: Any) -> list[dict[str, Any]]:
        times = self._times("metrics", asked, asked.get("sampleRateSeconds"))
        tagged = "DEPLOYMENT_INSTANCE_ID" in asked.get("groupBy", [])
        return [
            {
                "measurement": kind,
                "tags": {"deploymentInstanceId": name if tagged else None},
                "values": [{"ts": ts, "value": value} for ts in times],
            }
            for kind in asked["measurements"]
            for name, value in self._railway.levels.get(kind, {}).items()
        ]

    def deployment(self, _info: Any, **ids: Any) -> dict[str, Any]:
        self._check("deployment", self._workspace or self._project)
        for each in self._railway.deployments:
            if each["id"] == ids["id"]:
                return each
        raise GraphQLError("Deployment not found")

    def deployments(self, _info: Any, **asked: Any) -> dict[str, Any]:
        wanted = asked["input"]
        self._check_environment("deployments", wanted["environmentId"])
        if (wanted["projectId"], wanted["serviceId"]) != (PROJECT, SERVICE):
            return {"edges": [], "pageInfo": {"hasNextPage": False, "hasPreviousPage": False}}
        found = self._railway.deployments[: asked.get("first") or 20]
        edges = [{"cursor": each["id"], "node": each} for each in found]
        return {"edges": edges, "pageInfo": {"hasNextPage": False, "hasPreviousPage": False}}

    def deploymentRollback(self, _info: Any, **ids: Any) -> bool:  # noqa: N802 - the API's own name
        self._check("deploymentRollback", self._workspace or self._project)
        return self._railway.rolled_back(ids["id"])

    def _times(self, name: str, asked: dict[str, Any], step: int | None) -> list[int]:
        """Return the times of the points, as whole steps of the Unix epoch."""
        self._check_environment(name, asked["environmentId"])
        if asked["serviceId"] != SERVICE:
            raise GraphQLError("Service not found")
        self._railway.paths.append(asked.get("path"))
        first, last = (datetime.fromisoformat(asked[key]) for key in ("startDate", "endDate"))
        if first >= last:
            raise GraphQLError("startDate must be before endDate")
        newest = int(last.timestamp() - self._railway.lag)
        return list(range(newest, int(first.timestamp()), -(step or 60)))[::-1]

    def _page(self, environment: str, first: int, start: int) -> dict[str, Any]:
        known = [(name, False) for name in self._railway.values[environment]]
        known += [(name, True) for name in self._railway.sealed.get(environment, [])]
        end = start + first
        edges = [
            {
                "cursor": str(number),
                "node": {"id": name, "name": name, "isSealed": sealed, "serviceId": SERVICE},
            }
            for number, (name, sealed) in enumerate(known[start:end], start + 1)
        ]
        more = {"hasNextPage": end < len(known), "hasPreviousPage": start > 0}
        return {"edges": edges, "pageInfo": {**more, "endCursor": str(end)}}


def _json(document: Any, code: int = 200) -> Response:
    return Response(json.dumps(document), code, mimetype="application/json")
