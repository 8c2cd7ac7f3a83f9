"""From the [dependencies.*] sections to what is asked, through a service or directly."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from gonogo.config.complaints import closest
from gonogo.config.dependency_models import DependencyModel
from gonogo.core.dependency import Direct
from gonogo.core.subject import Dependency, Service

_SCHEMES = {
    "redis": ("redis", "rediss", "unix", "valkey", "valkeys"),
    "tcp": ("tcp",),
    "http": ("http", "https"),
    "statuspage": ("http", "https"),
}
_EXAMPLES = {
    "redis": "redis://cache:6379/0",
    "tcp": "tcp://mail:25",
    "http": "https://api.example.com/health",
    "statuspage": "https://status.example.com",
    "sql": "postgresql://user:password@db:5432/shop",
    "celery": "redis://broker:6379/0",
}
_CELERY = ("task", "args", "queue", "backend", "wait", "warn_depth", "max_depth")
_OWN_KEYS = {"redis": ("write",), "celery": _CELERY}


def dependencies(
    sections: Mapping[str, DependencyModel] | None,
    services: Mapping[str, Service],
    root: Path,
    found: list[str],
) -> dict[str, Dependency] | None:
    """Return the dependencies by slug, None without a section; complaints go to `found`.

    The file of a relative SQLite URL is looked for from `root`.
    """
    if sections is None:
        return None
    return {s: _dependency(s, m, services, root, found) for s, m in sorted(sections.items())}


def secrets(dependencies: Mapping[str, Dependency] | None) -> list[str]:
    """Return the passwords in the URLs."""
    directs = [each.direct for each in (dependencies or {}).values() if each.direct is not None]
    urls = [url for direct in directs for url in (direct.url, direct.backend) if url]
    passwords = [urlsplit(url).password or "" for url in urls]
    return [form for password in passwords if password for form in (password, unquote(password))]


def _dependency(
    slug: str,
    model: DependencyModel,
    services: Mapping[str, Service],
    root: Path,
    found: list[str],
) -> Dependency:
    owner, _, name = slug.rpartition("/")
    service = services.get(owner)
    direct = None
    if model.kind is not None:
        direct = _direct(slug, model, root, found)
    elif service is None:
        found.append(
            f'[dependencies."{slug}"]: {owner or slug!r} is no service'
            f'{closest(owner or slug, services)}; write "service/name" or give a kind'
        )
    elif service.ready is None:
        found.append(f'[dependencies."{slug}"]: [services.{owner}] has no ready endpoint')
    _check_keys(slug, model, found)
    return Dependency(slug, service, name, model.critical, model.budget, model.kind, direct)


def _check_keys(slug: str, model: DependencyModel, found: list[str]) -> None:
    """Complain about keys that this kind does not have."""
    direct = ("url", "timeout")
    owners = {key: kind for kind, keys in _OWN_KEYS.items() for key in keys}
    for key in model.model_fields_set & {*owners, *direct}:
        fits = model.kind is not None if key in direct else owners[key] == model.kind
        if not fits:
            whose = "dependencies with a kind" if key in direct else f"kind {owners[key]!r}"
            name = key.replace("_", "-")
            found.append(f'[dependencies."{slug}"] {name}: belongs to {whose}')


def _direct(slug: str, model: DependencyModel, root: Path, found: list[str]) -> Direct:
    kind = str(model.kind)
    url = model.url or ""
    if not _usable(kind, url):
        where = f'[dependencies."{slug}"] url'
        found.append(f"{where}: expected a URL such as {_EXAMPLES[kind]}")
    limits = (model.warn_depth, model.max_depth)
    if None not in limits and limits[0] > limits[1]:  # type: ignore[operator]
        found.append(f'[dependencies."{slug}"] warn-depth: more than max-depth')
    return Direct(
        kind=kind,
        url=_placed(url, root),
        timeout=model.timeout,
        write=model.write,
        task=model.task,
        args=tuple(model.args),
        queue=model.queue,
        backend=model.backend,
        wait=model.wait,
        warn_depth=model.warn_depth,
        max_depth=model.max_depth,
    )


def _placed(url: str, root: Path) -> str:
    """Let a relative SQLite file start where the other paths of the configuration do."""
    scheme, separator, file = url.partition(":///")
    beside = scheme.partition("+")[0] == "sqlite" and file and not file.startswith((":", "file:"))
    return f"{scheme}{separator}{(root / file).as_posix()}" if beside else url


def _usable(kind: str, url: str) -> bool:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    if any(each.isspace() for each in url) or not parts.scheme or "://" not in url:
        return False
    if kind == "tcp" and not (parts.hostname and port):
        return False
    return parts.scheme in _SCHEMES.get(kind, (parts.scheme,))
