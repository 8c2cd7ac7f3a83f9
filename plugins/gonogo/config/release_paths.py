"""From [release] deploy-paths to the ways that a release can take."""

from collections.abc import Mapping
from dataclasses import dataclass

from gonogo.config.complaints import closest
from gonogo.config.release_models import PathModel, ReleaseModel
from gonogo.config.values import SLUG_FORM, is_slug
from gonogo.core.path import KINDS, ApiPath, DeployPath, LocalPath


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known about a provider; Railway's own status page has no API that is documented."""

    api: str
    variables: tuple[str, ...]
    page: str | None = None
    component: str | None = None


_PROVIDERS = {
    "github-actions": _Known(
        "https://api.github.com",
        ("GITHUB_TOKEN", "GH_TOKEN"),
        "https://www.githubstatus.com",
        "Actions",
    ),
    "circleci": _Known(
        "https://circleci.com",
        ("CIRCLECI_TOKEN", "CIRCLE_TOKEN", "CIRCLECI_CLI_TOKEN"),
        "https://status.circleci.com",
    ),
    "railway": _Known("https://backboard.railway.com", ("RAILWAY_TOKEN", "RAILWAY_API_TOKEN")),
    "render": _Known("https://api.render.com", ("RENDER_API_KEY",), "https://status.render.com"),
}


def deploy_paths(
    release: ReleaseModel | None, environ: Mapping[str, str], found: list[str]
) -> dict[str, DeployPath]:
    """Return the paths in their order; complaints are added to `found`."""
    if release is None or (release.deploy_paths is None and release.paths is None):
        return {}
    names = release.deploy_paths or []
    models = release.paths or {}
    if not names or len(set(names)) < len(names):
        found.append("[release] deploy-paths: name at least one path, and each once")
    found.extend(
        f"[release.paths.{name}]: deploy-paths does not name it{closest(name, names)}"
        for name in models
        if name not in names
    )
    made = (_path(name, models.get(name, PathModel()), environ, found) for name in names)
    return {path.slug: path for path in made if path is not None}


def _path(
    name: str, model: PathModel, environ: Mapping[str, str], found: list[str]
) -> DeployPath | None:
    where = f"[release.paths.{name}]"
    kind = model.kind or name
    if not is_slug(name):
        found.append(f"[release] deploy-paths: {name!r} becomes a test ID: use {SLUG_FORM}")
    elif kind not in KINDS:
        hint = closest(kind, KINDS) or f"; known: {', '.join(KINDS)}"
        found.append(f"{where} kind: {name!r} says none{hint}")
    elif kind == "local":
        if model.cli:
            return LocalPath(name, model.cli)
        found.append(f'{where} cli: name the tool that deploys, such as "railway"')
    else:
        return _api(name, kind, model, environ, found)
    return None


def _api(
    name: str, kind: str, model: PathModel, environ: Mapping[str, str], found: list[str]
) -> ApiPath:
    known = _PROVIDERS[kind]
    variables = (model.token_variable,) if model.token_variable else known.variables
    variable = next((each for each in variables if environ.get(each)), None)
    repository = model.repository or environ.get("GITHUB_REPOSITORY")
    if kind == "github-actions" and not repository:
        where = f"[release.paths.{name}] repository"
        found.append(f'{where}: expected "owner/name", or set GITHUB_REPOSITORY')
    api = environ.get("GITHUB_API_URL") if kind == "github-actions" else None
    page = known.page if model.status_page is None else model.status_page
    return ApiPath(
        slug=name,
        kind=kind,
        api=(model.api or api or known.api).rstrip("/"),
        variables=variables,
        page=page or None,
        component=model.component or (known.component if page == known.page else None),
        repository=repository,
        workflow=model.workflow,
        project=model.project,
        token=environ[variable] if variable else None,
        variable=variable,
    )
