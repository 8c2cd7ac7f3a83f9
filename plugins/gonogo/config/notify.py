"""From [notify] to routes; what is a secret in them."""

import re
from collections.abc import Collection, Iterator
from string import Formatter
from urllib.parse import parse_qsl, unquote, urlsplit

from gonogo.config.complaints import closest
from gonogo.config.notify_models import NotifyModel, RouteModel
from gonogo.core.alert import Event, Patience
from gonogo.core.notice import FIELDS, Notify, Route
from gonogo.core.outcome import Decision, Stage

_URL = re.compile(r"[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_LEAST = 4  # characters of a password that can be hidden
_TOKEN = 8  # characters of what may be a token
_LONG = 20  # characters that are a token whatever they are


def notification(
    model: NotifyModel | None, targets: Collection[str], found: list[str]
) -> Notify | None:
    """Return who is told, None where nobody is; complaints are added to `found`.

    A URL that is empty is nobody's: `${SLACK_URL}` need not be filled on every machine.
    """
    if model is None:
        return None
    own = RouteModel(urls=model.urls)
    routes = [_route(own, model, "[notify]", targets, found)]
    routes += [
        _route(each, model, f"[notify.routes.{place}]", targets, found)
        for place, each in enumerate(model.routes)
    ]
    patience = Patience(model.remind_after, model.inconclusive_after, model.at_most)
    named = tuple(route for route in routes if route.urls)
    return Notify(named, patience) if named else None


def _route(
    model: RouteModel, usual: NotifyModel, where: str, targets: Collection[str], found: list[str]
) -> Route:
    """Build a route; what it does not say is as [notify] says."""
    urls = tuple(url.strip() for url in model.urls if url.strip())
    if any(_URL.fullmatch(url) is None for url in urls):
        found.append(f"{where} urls: expected Apprise URLs such as slack://…, got something else")
    chosen = {name: getattr(model, name) or getattr(usual, name) or [] for name in _LISTS}
    if model.targets is not None or where == "[notify]":
        found.extend(
            f"{where} targets: {name!r} is no [targets.*]{closest(name, targets)}"
            for name in chosen["targets"]
            if name not in targets
        )
    for key in ("title", "body"):
        text = getattr(model, key) if where != "[notify]" else getattr(usual, key)
        found.extend(f"{where} {key}: {fault}" for fault in _faults(text or ""))
    return Route(
        urls=urls,
        on=frozenset(Event(each) for each in (usual.on if model.on is None else model.on)),
        decisions=frozenset(Decision(each) for each in chosen["decisions"]),
        targets=frozenset(chosen["targets"]),
        stages=frozenset(Stage(each) for each in chosen["stages"]),
        title=model.title or usual.title,
        body=model.body or usual.body,
    )


_LISTS = ("decisions", "targets", "stages")


def _faults(template: str) -> Iterator[str]:
    """Complain about what is no placeholder of ours: nothing but a name stands in braces."""
    try:
        parts = list(Formatter().parse(template))
    except ValueError:
        yield "a brace that opens no placeholder is written twice: {{ or }}"
        return
    for _, name, form, conversion in parts:
        if name is None:
            continue
        if name not in FIELDS:
            known = ", ".join(FIELDS)
            yield f"unknown placeholder {{{name}}}{closest(name, FIELDS)}; known: {known}"
        elif form or conversion:
            yield f"the placeholder {{{name}}} takes nothing but its name"


def secrets(notify: Notify | None) -> Iterator[str]:
    """Yield the URLs, and those parts of them that can be tokens."""
    for url in {url for route in (notify.routes if notify else ()) for url in route.urls}:
        parts = urlsplit(url)
        password = parts.password or ""
        yield from (each for each in (url, password, unquote(password)) if len(each) >= _LEAST)
        values = [value for _, value in parse_qsl(parts.query)]
        for part in (*re.split("[@:]", parts.netloc), *parts.path.split("/"), *values):
            if _may_be_a_token(part):
                yield from (part, unquote(part))


def _may_be_a_token(part: str) -> bool:
    """Tell a token from a word, and from the name or the address of a host."""
    if len(part) < _TOKEN or _HOST.fullmatch(part):
        return False
    return not part.islower() or any(map(str.isdigit, part)) or len(part) >= _LONG
