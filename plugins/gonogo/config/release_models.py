"""The [release] section: what must be true before a release may start."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from gonogo.config.migrating import MigrationsModel
from gonogo.config.section import Section
from gonogo.config.values import Amount, Duration, Ratio, TimeOfDay


class CiModel(Section):
    provider: Literal["github", "gitlab"] = "github"
    """Who is asked."""
    repository: str | None = None
    """owner/name; default: what the CI's variables say."""
    app: str | None = None
    """github: count only checks of this app."""
    required: Annotated[list[str], Field(min_length=1)]
    """The names of the checks that must have succeeded for the commit."""
    wait: Duration = 300.0
    """How long to wait for checks that are still running."""
    every: Duration = 10.0
    """How often to ask."""


class CoverageModel(Section):
    file: str = "coverage.xml"
    """Cobertura XML or LCOV."""
    minimum: Ratio
    """The least share of lines."""
    max_age: Duration | None = None
    """How old the file may be."""
    commit: bool | None = None
    """It must be of the commit that is deployed, as the file or one beside it says."""
    drop: Ratio | None = None
    """How much may be lost against the last GO."""


class TestsModel(Section):
    file: str
    """JUnit XML; a pattern may name several."""
    max_age: Duration | None = None
    """How old the file may be."""
    commit: bool | None = None
    """It must be of the commit that is deployed."""


class ScanModel(Section):
    file: str
    """SARIF."""
    level: Literal["note", "warning", "error"] = "error"
    """Results below this level do not count."""
    most: Annotated[int, Field(ge=0)] = 0
    """So many are allowed."""
    max_age: Duration | None = None
    """How old the file may be."""
    commit: bool | None = None
    """It must be of the commit that is deployed."""


class BackupModel(Section):
    file: str | None = None
    """The newest backup, as a file; one of file, url and command."""
    url: str | None = None
    """The newest backup, as a URL whose headers tell its age and size."""
    headers: dict[str, str] = {}
    """What is sent to that URL."""
    command: str | None = None
    """Prints JSON with `at`, and `size` or `ok` where it knows them."""
    timeout: Duration = 30.0
    """How long the command may take."""
    max_age: Duration
    """How old the newest backup may be."""
    min_size: Amount = 1.0
    """How large it must be."""


class IncidentsModel(Section):
    pages: dict[str, str] | list[str] = []
    """Status pages: known names, or a table of name to URL."""
    issues: str | None = None
    """A label: an open issue that has it is an incident."""
    repository: str | None = None
    """Where those issues are, owner/name."""


class WindowModel(Section):
    days: list[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]] | None = None
    """On these days; default: on all."""
    from_: TimeOfDay = 0
    """From this time of day."""
    to: TimeOfDay = 24 * 60
    """To this time of day."""
    time_zone: str = "UTC"
    """Of this zone, such as Europe/Berlin."""


def _as_list(value: Any) -> Any:
    """One table is a list of one, so that its faults are told once."""
    return [value] if isinstance(value, dict) else value


class FreezeModel(Section):
    from_: date
    """The first day."""
    to: date
    """The last day."""
    reason: str | None = None
    """Why; told with the finding."""
    time_zone: str | None = None
    """Of this zone; default: that of the window, else UTC."""


class PathModel(Section):
    kind: Literal["github-actions", "railway", "render", "circleci", "local"] | None = None
    """What it is; default: its name."""
    status_page: str | None = None
    """A status page that must say that it works."""
    component: str | None = None
    """The part of that page that speaks; default: all of it."""
    api: str | None = None
    """Where the API is that must take the token."""
    token_variable: str | None = None
    """The variable that holds the token."""
    repository: str | None = None
    """github-actions: owner/name."""
    workflow: str | None = None
    """github-actions: the file of the workflow that deploys; it must be enabled."""
    project: str | None = None
    """circleci: the project's slug."""
    cli: str | None = None
    """local: the tool that deploys; it must be installed, and the work tree clean."""


class ReleaseModel(Section):
    ci: CiModel | None = None
    """Checks that must have succeeded for the commit."""
    coverage: CoverageModel | None = None
    """What a coverage file must show."""
    tests: TestsModel | None = None
    """What a file of test results must show: none failed."""
    scans: ScanModel | None = None
    """What a file of a scanner must show."""
    migrations: MigrationsModel | None = None
    """Whether the schema can follow the release, and a rollback the schema."""
    backup: BackupModel | None = None
    """How old the newest backup may be."""
    incidents: IncidentsModel | None = None
    """Where open incidents are announced."""
    deploy_paths: list[str] | None = None
    """By which ways a release can go out, in the order of preference."""
    paths: dict[str, PathModel] | None = None
    """What is to be known of each of them."""
    window: Annotated[list[WindowModel], BeforeValidator(_as_list)] | None = None
    """When deployments go out; one table or several."""
    freeze: list[FreezeModel] | None = None
    """Days on which they do not."""
    healthy_now: Literal["block", "hold", "warn", "off"] | None = None
    """What it leads to that the target is ill before the deployment."""
