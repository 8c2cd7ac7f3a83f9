"""The section [notify]: who is told, when, and in which words."""

from typing import Annotated, Literal

from pydantic import Field

from gonogo.config.section import Section
from gonogo.config.values import Duration, Quota

Event = Literal["problem", "changed", "reminder", "recovered", "go"]
Word = Literal["ROLLBACK", "BLOCK", "HOLD", "INCONCLUSIVE", "GO"]
StageName = Literal["predeploy", "postdeploy", "scheduled"]


class RouteModel(Section):
    urls: list[str]
    """Who is told: Apprise URLs."""
    on: list[Event] | None = None
    """Of what they are told; left out, as [notify] says, and so for the keys below."""
    decisions: list[Word] | None = None
    """Of which decisions; of a recovery, where it was one of them."""
    targets: list[str] | None = None
    """Of which targets."""
    stages: list[StageName] | None = None
    """Of runs of which stages."""
    title: str | None = None
    """A template of the title."""
    body: str | None = None
    """A template of the text."""


class NotifyModel(Section):
    urls: list[str] = []
    """Who is told: Apprise URLs, such as "slack://…"; an empty one is nobody's."""
    on: list[Event] = ["problem", "changed", "reminder", "recovered"]
    """Of what they are told; "go" is every run that is well. Without a history, whatever is not GO
    is a problem.
    """
    decisions: list[Word] | None = None
    """Of which decisions; left out, of all. Of a recovery, where it was one of them."""
    targets: list[str] | None = None
    """Of which targets; left out, of all."""
    stages: list[StageName] | None = None
    """Of runs of which stages; left out, of all."""
    title: str | None = None
    """A template of the title, such as "{what}: {project} @ {target}"; placeholders are {what},
    {decision}, {was}, {event}, {project}, {target}, {url}, {stage}, {commit}, {since}, {lasted},
    {reason}, {reasons}, {next} and {run}.
    """
    body: str | None = None
    """A template of the text, with the same placeholders."""
    routes: list[RouteModel] = []
    """Who is told of something else, or in other words."""
    remind_after: Duration = 4 * 3600.0
    """A problem that lasts is told again after so long, by the next run that sees it."""
    at_most: Quota = (6, 3600.0)
    """How many messages of one target in which time; more are held back until there is room."""
    inconclusive_after: Annotated[int, Field(ge=1, le=100)] = 2
    """How many scheduled runs in a row must be INCONCLUSIVE before anybody is told."""
