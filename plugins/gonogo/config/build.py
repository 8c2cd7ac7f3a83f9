"""From the sections of the file to the subjects that probes ask."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from gonogo.config import models
from gonogo.config.complaints import closest
from gonogo.config.dependencies import dependencies
from gonogo.config.frontend import FrontEnd, front_end
from gonogo.config.journeys import expectation, journeys
from gonogo.config.migrating import migrations
from gonogo.config.paths import check_path
from gonogo.config.places import join, url_fault
from gonogo.config.providers import hosting
from gonogo.config.release import artefacts, checks, incidents
from gonogo.config.release_paths import deploy_paths
from gonogo.config.release_times import calendars
from gonogo.config.signals import Hosted, signals
from gonogo.core.artefact import Artefact
from gonogo.core.incident import Incidents
from gonogo.core.journey import Way
from gonogo.core.migration import Migrations
from gonogo.core.path import DeployPath
from gonogo.core.pipeline import RequiredCheck
from gonogo.core.signal import Signal
from gonogo.core.subject import (
    Certificate,
    Dependency,
    Endpoint,
    Polling,
    Service,
    Target,
    Version,
)
from gonogo.core.window import Calendar

DEFAULT_SERVICE = "app"
GUESSES = ("/healthz", "/api/health", "/up", "/")


@dataclass(frozen=True)
class Subjects:
    """What can be asked, by slug. None where the file has no such section."""

    services: Mapping[str, Service] = field(default_factory=dict)
    dependencies: Mapping[str, Dependency] | None = None
    endpoints: Mapping[str, Endpoint] = field(default_factory=dict)
    certificates: Mapping[str, Certificate] = field(default_factory=dict)
    artefacts: Mapping[str, Artefact] = field(default_factory=dict)
    checks: Mapping[str, RequiredCheck] = field(default_factory=dict)
    incidents: Mapping[str, Incidents] = field(default_factory=dict)
    paths: Mapping[str, DeployPath] = field(default_factory=dict)  # in the order of preference
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    journeys: Mapping[str, Way] = field(default_factory=dict)
    front_end: FrontEnd = field(default_factory=FrontEnd)
    migrations: Migrations | None = None
    signals: Mapping[str, Signal] = field(default_factory=dict)


def build(
    document: models.Document,
    target: Target,
    root: Path,
    found: list[str],
    environ: Mapping[str, str],
) -> Subjects:
    """Build the subjects of one target; complaints are added to `found`."""
    if document.services is None:
        services = {DEFAULT_SERVICE: _guessed(target)} if target.url or target.command else {}
    else:
        services = {
            slug: _service(slug, model, target, found)
            for slug, model in sorted(document.services.items())
        }
    endpoints = document.endpoints
    return Subjects(
        services=services,
        dependencies=dependencies(document.dependencies, services, root, found),
        endpoints={s: _endpoint(s, m, services, found) for s, m in sorted(endpoints.items())}
        if endpoints is not None
        else _default_endpoints(services),
        certificates=_certificates(services),
        artefacts=artefacts(document.release, found),
        checks=checks(document.release, environ, found),
        incidents=incidents(document.release, environ, found),
        paths=deploy_paths(document.release, environ, found),
        calendars=calendars(document.release, found),
        journeys=journeys(document.journeys, services, target, found),
        front_end=front_end(document.services, services, found),
        migrations=migrations(document.release.migrations if document.release else None),
        signals=signals(document.signals, services, _hosted(document, target, environ), found),
    )


def _hosted(document: models.Document, target: Target, environ: Mapping[str, str]) -> Hosted:
    return lambda provider: hosting(provider, target.name, document.providers, environ)


def _guessed(target: Target) -> Service:
    guesses = tuple(join(target.url, path) for path in GUESSES)
    return Service(DEFAULT_SERVICE, target.url, join(target.url, "/health"), guesses=guesses)


def _service(slug: str, model: models.ServiceModel, target: Target, found: list[str]) -> Service:
    base = model.url.get(target.name) if isinstance(model.url, dict) else model.url
    if base:
        found.extend(url_fault(base, f"[services.{slug}] url"))
    base = base or target.url
    if not base and not target.command:
        found.append(
            f"[services.{slug}] url: neither the service nor [targets.{target.name}] has one"
        )
    version = model.version
    if version is not None:
        check_path(version.field, f"[services.{slug}.version] field", found)
    return Service(
        slug=slug,
        url=base,
        live=join(base, model.live),
        ready=None if model.ready is None else join(base, model.ready),
        budget=model.budget,
        timeout=model.timeout,
        startup=Polling(model.startup.attempts, model.startup.interval),
        version=None
        if version is None
        else Version(join(base, version.path), version.field, version.wait),
    )


def _endpoint(
    slug: str, model: models.EndpointModel, services: Mapping[str, Service], found: list[str]
) -> Endpoint:
    owner = model.service or slug.rpartition("/")[0]
    service = services.get(owner)
    if service is None and not model.path.startswith(("http://", "https://")):
        service = next(iter(services.values())) if len(services) == 1 else None
        if service is None:
            found.append(f'[endpoints."{slug}"]: {owner!r} is no service{closest(owner, services)}')
    headers = dict(model.headers)
    body = None if model.body is None else model.body.encode()
    if model.json_ is not None:
        body = json.dumps(model.json_).encode()
        headers.setdefault("Content-Type", "application/json")
    return Endpoint(
        slug=slug,
        url=join(service.url if service else "", model.path),
        service=service.slug if service else None,
        method=model.method,
        headers=tuple(headers.items()),
        body=body,
        expect=expectation(model.expect, f'[endpoints."{slug}"]', found),
        critical=model.critical,
        timeout=model.timeout,
        retry=Polling(model.retry.attempts, model.retry.interval),
    )


def _default_endpoints(services: Mapping[str, Service]) -> dict[str, Endpoint]:
    """With nothing configured: the front page and an unknown page give no server error."""
    found: dict[str, Endpoint] = {}
    for slug, service in services.items():
        for name, path in (("root", "/"), ("unknown-page", "/gonogo-unknown-page")):
            key = f"{slug}.{name}" if "/" in slug else f"{slug}/{name}"
            found[key] = Endpoint(key, join(service.url, path), service=slug)
    return found


def _certificates(services: Mapping[str, Service]) -> dict[str, Certificate]:
    found: dict[str, Certificate] = {}
    for slug, service in services.items():
        parts = urlsplit(service.url)
        if parts.scheme == "https" and parts.hostname:
            found[slug] = Certificate(slug, parts.hostname, parts.port or 443)
    return found
