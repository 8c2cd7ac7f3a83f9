"""From spa, security-headers and cors of the services to what a browser would meet."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from gonogo.config.complaints import closest
from gonogo.config.models import CorsModel, ServiceModel
from gonogo.config.places import join
from gonogo.core.frontend import HEADERS, CrossOrigin, Page
from gonogo.core.subject import Service


@dataclass(frozen=True)
class FrontEnd:
    """Each by the slug of its service."""

    applications: Mapping[str, Page] = field(default_factory=dict)
    guarded: Mapping[str, Page] = field(default_factory=dict)
    plain: Mapping[str, Page] = field(default_factory=dict)
    crossed: Mapping[str, CrossOrigin] = field(default_factory=dict)


def front_end(
    sections: Mapping[str, ServiceModel] | None,
    services: Mapping[str, Service],
    found: list[str],
) -> FrontEnd:
    """Return what there is to look at; complaints are added to `found`."""
    models = sections or {}
    pages = {slug: _page(services[slug], model) for slug, model in models.items()}
    guarded = {slug: page for slug, page in pages.items() if page.required}
    return FrontEnd(
        applications={slug: pages[slug] for slug, model in models.items() if model.spa},
        guarded=guarded,
        plain={slug: page for slug, page in guarded.items() if page.plain},
        crossed={
            slug: _crossed(services[slug], model.cors, services, found)
            for slug, model in models.items()
            if model.cors is not None
        },
    )


def _page(service: Service, model: ServiceModel) -> Page:
    asked = model.security_headers
    parts = urlsplit(service.url)
    usual = parts.scheme == "https" and parts.port in {None, 443}
    return Page(
        slug=service.slug,
        url=join(service.url, "/"),
        timeout=service.timeout,
        routes=model.spa if isinstance(model.spa, str) else "/",
        required=HEADERS if asked is True else tuple(asked or ()),
        plain=f"http://{parts.hostname}{parts.path.rstrip('/')}/" if usual else None,
    )


def _crossed(
    service: Service, model: CorsModel, services: Mapping[str, Service], found: list[str]
) -> CrossOrigin:
    where = f"[services.{service.slug}.cors]"
    asked = services.get(model.service or service.slug)
    if asked is None:
        hint = closest(str(model.service), services)
        found.append(f"{where} service: {model.service!r} is no service{hint}")
        asked = service
    parts = urlsplit(model.origin)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query:
        found.append(f"{where} origin: expected scheme and host, such as https://shop.example")
    url = join(asked.url, model.path)
    return CrossOrigin(service.slug, url, model.origin, asked.timeout, model.public)
