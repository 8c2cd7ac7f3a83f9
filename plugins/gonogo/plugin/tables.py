"""What there is to ask: one table a fixture name, from the keys of the configuration."""

from collections.abc import Callable, Iterable, Mapping

from gonogo.core.artefact import BackupUrl
from gonogo.core.journey import Way
from gonogo.core.rule import Action
from gonogo.core.subject import Endpoint
from gonogo.plugin.ask import Ask
from gonogo.plugin.release import deploy_paths, services_now
from gonogo.plugin.run import Run

Table = dict[str, Ask]


def _services(run: Run) -> Table:
    return {
        slug: Ask("live", slug, service, "live", slug)
        for slug, service in run.plan.subjects.services.items()
    }


def _paced(run: Run) -> Table:
    return {
        slug: Ask("pace", slug, service, "slow", slug)
        for slug, service in run.plan.subjects.services.items()
        if service.budget is not None
    }


def _released(run: Run) -> Table:
    return {
        slug: Ask("release", slug, service, "not-live", slug)
        for slug, service in run.plan.subjects.services.items()
        if service.version is not None
    }


def _ready(run: Run) -> Table:
    declared = run.plan.subjects.dependencies or {}
    reported = [each for each in declared.values() if each.direct is None]
    named = {each.service.slug for each in reported if each.service is not None}
    return {
        slug: Ask("ready", slug, service, "dependency", slug)
        for slug, service in run.plan.subjects.services.items()
        if service.ready is not None and slug not in named
    }


def _dependencies(run: Run) -> Table:
    return {
        slug: Ask(
            "dependency",
            slug,
            each,
            "database" if each.critical else "dependency",
            each.service.slug if each.service else None,
            each.critical,
        )
        for slug, each in (run.plan.subjects.dependencies or {}).items()
    }


def _smoke(kind: str, subjects: Mapping[str, Endpoint | Way]) -> Table:
    """What may be critical: then its failure rolls back."""
    return {
        slug: Ask(
            kind,
            slug,
            each,
            "critical-path" if each.critical else "smoke",
            each.service,
            each.critical,
        )
        for slug, each in subjects.items()
    }


def _endpoints(run: Run) -> Table:
    return _smoke("endpoint", run.plan.subjects.endpoints)


def _certificates(run: Run) -> Table:
    return {
        slug: Ask("certificate", slug, each, "smoke", slug)
        for slug, each in run.plan.subjects.certificates.items()
    }


def _signals(run: Run) -> Table:
    return {
        slug: Ask("signal", slug, each, each.signal, each.service)
        for slug, each in run.plan.subjects.signals.items()
    }


def _triggers(run: Run) -> Table:
    if not run.watches:
        return {}  # `pytest suites` is over in a minute: a watch is asked for by name
    from gonogo.plugin.watching import asks  # noqa: PLC0415 - few runs watch

    return {ask.slug: ask for ask in asks(run)}


def _environment(kind: str) -> Callable[[Run], Table]:
    def table(run: Run) -> Table:
        asks: Iterable[Ask] = run.environment.asks(kind)
        return {ask.slug: ask for ask in asks}

    return table


def _approvals(run: Run) -> Table:
    target = run.plan.target
    return {target.name: Ask("approval", target.name, target, "approval")} if target.confirm else {}


def _promotions(run: Run) -> Table:
    needed = run.plan.target.requires
    if needed is None:
        return {}
    return {needed.target: Ask("promotion", needed.target, needed, "approval")}


def _checks(run: Run) -> Table:
    return {slug: Ask("check", slug, each, "ci") for slug, each in run.plan.subjects.checks.items()}


def _incidents(run: Run) -> Table:
    found = run.plan.subjects.incidents
    return {slug: Ask("incident", slug, each, "incident") for slug, each in found.items()}


def _deploy_paths(run: Run) -> Table:
    """Not to know whether one path is usable matters only where its failure would."""
    found = deploy_paths(run.plan, run.options.report_dir)
    decides = run.plan.policy.rules["path"].action is not Action.WARN
    return {each.slug: Ask("path", each.slug, each, "path", required=decides) for each in found}


def _path_choice(run: Run) -> Table:
    found = deploy_paths(run.plan, run.options.report_dir)
    return {"any": Ask("path-choice", "any", found, "deploy-path")} if found else {}


def _now(run: Run) -> Table:
    """Ask a target that already serves; where the key is not given, only before a promotion."""
    found = services_now(run.plan)
    return {slug: Ask("today", slug, each, "healthy-now", slug) for slug, each in found.items()}


def _calendars(run: Run) -> Table:
    found = run.plan.subjects.calendars
    return {slug: Ask("window", slug, each, "window") for slug, each in found.items()}


def _artefacts(run: Run) -> Table:
    return {
        slug: Ask(
            "backup" if isinstance(each, BackupUrl) else "artefact",
            slug,
            each,
            "backup" if slug == "backup" else "quality",
        )
        for slug, each in run.plan.subjects.artefacts.items()
    }


def _journeys(run: Run) -> Table:
    return _smoke("journey", run.plan.subjects.journeys)


def _migrations(run: Run) -> Table:
    if run.plan.subjects.migrations is None:
        return {}
    from gonogo.plugin.migrating import asked  # noqa: PLC0415 - few runs have migrations

    return asked(run)


def _front_end(kind: str, name: str) -> Callable[[Run], Table]:
    def table(run: Run) -> Table:
        pages = getattr(run.plan.subjects.front_end, name)
        return {slug: Ask(kind, slug, page, "smoke", slug) for slug, page in pages.items()}

    return table


TABLES: dict[str, Callable[[Run], Table]] = {
    "service": _services,
    "paced_service": _paced,
    "released_service": _released,
    "ready_service": _ready,
    "dependency": _dependencies,
    "endpoint": _endpoints,
    "certificate": _certificates,
    "configured_journey": _journeys,
    "application": _front_end("assets", "applications"),
    "routed_application": _front_end("routes", "applications"),
    "guarded_page": _front_end("headers", "guarded"),
    "plain_page": _front_end("plain", "plain"),
    "cross_origin": _front_end("cross-origin", "crossed"),
    "variable": _environment("variable"),
    "env_file": _environment("file"),
    "env_group": _environment("group"),
    "approval": _approvals,
    "promotion": _promotions,
    "artefact": _artefacts,
    "migrations": _migrations,
    "required_check": _checks,
    "incidents": _incidents,
    "deploy_path": _deploy_paths,
    "deploy_paths": _path_choice,
    "calendar": _calendars,
    "serving": _now,
    "signal": _signals,
    "trigger": _triggers,
}

# Asked at once, before the first test of a file; the others answer one after another.
PROBED = {
    "deploy_path",
    "deploy_paths",
    "serving",
    "service",
    "incidents",
    "released_service",
    "required_check",
    "ready_service",
    "dependency",
    "endpoint",
    "certificate",
    "signal",
}
