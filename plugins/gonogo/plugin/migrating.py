"""What [release] migrations asks, as questions and answers of a run."""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, unquote

from gonogo.core.migration import Migrations
from gonogo.core.observation import Attachment, Observation
from gonogo.migrations import judge
from gonogo.migrations.command import reported
from gonogo.migrations.survey import Surveyed, surveyed
from gonogo.plugin.ask import Ask

if TYPE_CHECKING:
    from gonogo.plugin.run import Run

FACTS = {
    "history": judge.history,
    "database": judge.database,
    "sql": judge.rendered,
    "survival": judge.survivable,
    "downgrade": judge.undoable,
}


class Questions(NamedTuple):
    """One question a fact, for the suite."""

    history: Ask
    database: Ask
    sql: Ask
    survival: Ask
    downgrade: Ask


class Schema:
    """Looks at the migrations of a run once, when the first fact is asked for."""

    def __init__(self, run: "Run", about: Migrations) -> None:
        self._run = run
        self.about = about

    @cached_property
    def found(self) -> Surveyed:
        """Everything that is known of the schema."""
        run, about = self._run, self.about
        values: Mapping[str, str] = run.environment.values
        if about.tool == "command":
            return reported(about, run.plan.root, run.plan.target.name, values)
        url = about.url or values.get(about.variable) or None
        run.redact.add(hidden(url or ""))
        why = f"{about.variable} is {run.environment.absence}; fix: add it, or give url = …"
        return surveyed(about, run.plan.root, url, why, values)


def questions(ask: Ask) -> Questions:
    """Return the question of each fact."""
    return Questions(*(Ask(ask.kind, ask.slug, (ask.subject, name), ask.signal) for name in FACTS))


def asked(run: "Run") -> dict[str, Ask]:
    """Return what is configured, by the tool that keeps the history."""
    about = run.plan.subjects.migrations
    if about is None:
        return {}
    return {about.tool: Ask("migrations", about.tool, Schema(run, about), "migration")}


def answered(run: "Run", ask: Ask) -> Observation:
    """Judge one fact; what it attaches leaves without secrets."""
    schema, name = ask.subject
    seen = FACTS[name](schema.about, schema.found)
    clean = tuple(Attachment(a.name, run.redact(a.text), a.kind) for a in seen.attachments)
    return Observation(seen.reading, facts=seen.facts, attachments=clean)


def hidden(url: str) -> list[str]:
    """Return the URL and its password in every form that a message may hold it in."""
    userinfo = url.partition("://")[2].rpartition("@")[0]
    password = userinfo.partition(":")[2]
    forms = {url, password, unquote(password), quote(unquote(password), safe="")}
    return [form for form in forms if len(form) >= 4]
