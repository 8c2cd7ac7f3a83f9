"""The [release] section: what must be true before a release may start."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from gonogo.config.migrating import MigrationsModel
from gonogo.config.section import Section
from gonogo.config.values import Amount, Duration, Ratio, TimeOfDay


class CiModel(Section):
    provider: Literal["github", "gitlab"] = "github"
    repository: str | None = None
    app: str | None = None
    required: Annotated[list[str], Field(min_length=1)]
    wait: Duration = 300.0
    every: Duration = 10.0


class CoverageModel(Section):
    file: str = "coverage.xml"
    minimum: Ratio
    max_age: Duration | None = None
    commit: bool | None = None
    drop: Ratio | None = None


class TestsModel(Section):
    file: str
    max_age: Duration | None = None
    commit: bool | None = None


class ScanModel(Section):
    file: str
    level: Literal["note", "warning", "error"] = "error"
    most: Annotated[int, Field(ge=0)] = 0
    max_age: Duration | None = None
    commit: bool | None = None


class BackupModel(Section):
    file: str | None = None
    url: str | None = None
    headers: dict[str, str] = {}
    command: str | None = None
    timeout: Duration = 30.0
    max_age: Duration
    min_size: Amount = 1.0


class IncidentsModel(Section):
    pages: dict[str, str] | list[str] = []
    issues: str | None = None
    repository: str | None = None


class WindowModel(Section):
    days: list[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]] | None = None
    from_: TimeOfDay = 0
    to: TimeOfDay = 24 * 60
    time_zone: str = "UTC"


def _as_list(value: Any) -> Any:
    """One table is a list of one, so that its faults are told once."""
    return [value] if isinstance(value, dict) else value


class FreezeModel(Section):
    from_: date
    to: date
    reason: str | None = None
    time_zone: str | None = None


class PathModel(Section):
    kind: Literal["github-actions", "railway", "render", "circleci", "local"] | None = None
    status_page: str | None = None
    component: str | None = None
    api: str | None = None
    token_variable: str | None = None
    repository: str | None = None
    workflow: str | None = None
    project: str | None = None
    cli: str | None = None


class ReleaseModel(Section):
    ci: CiModel | None = None
    coverage: CoverageModel | None = None
    tests: TestsModel | None = None
    scans: ScanModel | None = None
    migrations: MigrationsModel | None = None
    backup: BackupModel | None = None
    incidents: IncidentsModel | None = None
    deploy_paths: list[str] | None = None
    paths: dict[str, PathModel] | None = None
    window: Annotated[list[WindowModel], BeforeValidator(_as_list)] | None = None
    freeze: list[FreezeModel] | None = None
    healthy_now: Literal["block", "hold", "warn", "off"] | None = None
