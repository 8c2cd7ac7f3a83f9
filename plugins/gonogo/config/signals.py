"""[signals]: which keys belong to which source, and what they come to."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from gonogo.config.complaints import closest
from gonogo.config.paths import check_path
from gonogo.config.places import join, url_fault
from gonogo.config.signal_models import SignalModel
from gonogo.config.values import duration, ratio
from gonogo.core.provider import Hosting
from gonogo.core.selector import selector
from gonogo.core.signal import MEASURED, SHARES, TRAFFIC, Signal
from gonogo.core.subject import Service

COMMON = ("signal", "source", "service", "every", "limit", "route")
KEYS = {  # of a source, beside the common ones
    "probe": ("path", "headers"),
    "health": ("path", "headers", "field", "fields", "max", "unit"),
    "metrics": ("path", "url", "headers", "query", "queries", "max", "unit", "quantile"),
    "prometheus": ("url", "headers", "query", "queries", "max", "unit"),
    "railway": ("path", "resource", "environment", "quantile"),
    "render": ("path", "resource", "quantile"),
}
MEASURES = {  # what a source can measure, where that is not everything
    "probe": TRAFFIC,
    "railway": ("error-rate", "latency", "memory", "resources"),
    "render": ("error-rate", "latency", "memory", "resources"),
}
Hosted = Callable[[str], Hosting]  # by the name of the provider
QUANTILES = {0.5, 0.9, 0.95, 0.99}  # that Railway knows
BY_PATH = {"probe", "railway", "render"}  # the path says which requests are meant
EVERY = {"probe": 0.1, "metrics": 5.0, "prometheus": 15.0, "railway": 30.0, "render": 30.0}


def signals(
    models: Mapping[str, SignalModel] | None,
    services: Mapping[str, Service],
    hosted: Hosted,
    found: list[str],
) -> dict[str, Signal]:
    """Return what is measured; complaints are added to `found`."""
    return {
        slug: _signal(slug, model, services, hosted, found)
        for slug, model in sorted((models or {}).items())
    }


def secrets_of(found: Iterable[Signal]) -> list[str]:
    """Return the values that no output may show."""
    values: list[str] = []
    for signal in found:
        for _, value in signal.headers:
            values += [value, value.partition(" ")[2]]
    return values


def _signal(
    slug: str,
    model: SignalModel,
    services: Mapping[str, Service],
    hosted: Hosted,
    found: list[str],
) -> Signal:
    where = f'[signals."{slug}"]'
    owner, _, name = slug.rpartition("/")
    kind = model.signal or name
    service = services.get(model.service or owner)
    queries = _queries(model)
    faults = [*_faults(model, kind, service, owner, services), *_query_faults(model, kind, queries)]
    found.extend(f"{where} {fault}" for fault in faults)
    _check_queries(where, model.source, queries, found)
    if model.url:
        found.extend(url_fault(model.url, f"{where} url"))
    return Signal(
        slug=slug,
        signal=kind,
        source=model.source,
        service=service.slug if service else None,
        url=_url(model, service),
        route=model.route or model.path or "" if model.source in BY_PATH else model.route or "",
        headers=tuple(model.headers.items()),
        queries=queries,
        maximum=model.max,
        unit=model.unit,
        quantile=model.quantile or 0.5,
        every=model.every or EVERY.get(model.source, 5.0),
        limit=_limit(where, kind, model.limit, found),
        timeout=service.timeout if service else 10.0,
        hosting=_hosting(model, hosted),
    )


def _queries(model: SignalModel) -> dict[str, str]:
    """Return what is read, by role."""
    queries = {**model.queries, **model.fields}
    value = model.query or model.field
    return {**queries, "value": value} if value else queries


def _check_queries(where: str, source: str, queries: Mapping[str, str], found: list[str]) -> None:
    for each in queries.values():
        if source == "health":
            check_path(each, where, found)
        if source == "metrics":
            try:
                selector(each)
            except ValueError as error:
                found.append(f"{where}: {error}")


def _hosting(model: SignalModel, hosted: Hosted) -> Hosting | None:
    """Return where the provider runs the service; the signal's own ids win."""
    if model.source not in {"railway", "render"}:
        return None
    found = hosted(model.source)
    return replace(
        found,
        service=model.resource or found.service,
        environment=model.environment or found.environment,
    )


def _faults(
    model: SignalModel,
    kind: str,
    service: Service | None,
    owner: str,
    services: Mapping[str, Service],
) -> Iterator[str]:
    source, takes = model.source, KEYS[model.source]
    for name in sorted(model.model_fields_set - {*COMMON, *takes}):
        yield f"{name}: source {source!r} has no use for it; it takes {', '.join(takes)}"
    if kind not in MEASURED:
        known = ", ".join(MEASURED)
        yield f"signal: {kind!r} is none{closest(kind, MEASURED) or f'; known: {known}'}"
    elif kind not in MEASURES.get(source, MEASURED):
        measures = ", ".join(MEASURES[source])
        yield f"source: {source!r} does not measure {kind}; it measures {measures}"
    needs_service = source in {"probe", "health"} or (source == "metrics" and not model.url)
    if service is None and (needs_service or model.service):
        name = model.service or owner
        yield f"service: {name!r} is no service{closest(name, services)}"
    if source == "probe" and not model.path:
        yield 'path: which path is to be asked? such as path = "/v1/models"'
    if source == "railway" and (model.quantile or 0.5) not in QUANTILES:
        yield "quantile: Railway knows 0.5, 0.9, 0.95 and 0.99"
    if source == "prometheus" and not model.url:
        yield 'url: where is the Prometheus server? such as url = "http://prometheus:9090"'


def _query_faults(model: SignalModel, kind: str, queries: Mapping[str, str]) -> Iterator[str]:
    """Complain unless the roles are a whole set: one value, or both of a pair."""
    if model.source not in {"health", "metrics", "prometheus"} or kind not in MEASURED:
        return
    one, many = ("field", "fields") if model.source == "health" else ("query", "queries")
    roles = set(queries) | ({"max"} if model.max else set())
    sets: list[set[str]] = [{"used", "max"} if kind in SHARES else {"total", "errors"}]
    if kind == "latency":
        sets = []
    if kind != "error-rate" or model.source != "metrics":
        sets.append({"value"})
    if roles not in sets:
        asked = [_form(each, one, many) for each in reversed(sets)]
        yield f"{one}: {kind} needs {' or '.join(asked)}"


def _form(roles: set[str], one: str, many: str) -> str:
    if roles == {"value"}:
        return f'{one} = "…"'
    inside = ", ".join(f'{role} = "…"' for role in sorted(roles, reverse=True))
    return f"{many} = {{ {inside} }}"


def _url(model: SignalModel, service: Service | None) -> str:
    if model.url:
        return model.url.rstrip("/") if model.source == "prometheus" else model.url
    if service is None:
        return ""
    if model.source == "health" and not model.path:
        return service.ready or service.live
    return join(service.url, model.path or "/metrics")


def _limit(where: str, kind: str, value: float | str | None, found: list[str]) -> float | None:
    if value is None:
        return None
    try:
        return duration(value) if kind == "latency" else ratio(value)
    except ValueError as error:
        found.append(f"{where} limit: {error}")
        return None
