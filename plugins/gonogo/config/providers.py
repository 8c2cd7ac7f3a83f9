"""From [providers.*] and environment variables to the place of a target at its provider.

Tokens come from environment variables alone. The sections win over the other variables, because
a runner that is itself hosted by the provider has its own ids in its environment.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from gonogo.config.complaints import closest
from gonogo.config.provider_models import ProvidersModel
from gonogo.core.errors import ConfigError
from gonogo.core.provider import Hosting

if TYPE_CHECKING:
    from gonogo.config.load import Plan

TOKENS = ("RAILWAY_TOKEN", "RAILWAY_API_TOKEN", "RENDER_API_KEY", "GITHUB_TOKEN", "GH_TOKEN")
KNOWN = ("railway", "render")  # they know the variables of a target
RESTORING = ("local", *KNOWN)  # they can bring a deployment back


def hosting(
    provider: str,
    target: str,
    providers: ProvidersModel | None,
    environ: Mapping[str, str],
    *,
    own: bool = True,
) -> Hosting:
    """Return where a target runs; `own` is the target of this run, which variables speak of."""
    models = providers or ProvidersModel()
    if provider == "local":
        local = models.local
        state = local.state.get(target) if isinstance(local.state, dict) else local.state
        return Hosting(provider, target, "", state=state, restore=local.restore)
    if provider == "render":
        return Hosting(
            provider,
            target,
            models.render.api,
            _token(environ, "RENDER_API_KEY", target, shared=True),
            service=_id(models.render.service, environ, "RENDER_SERVICE_ID", target, shared=own),
        )
    model = models.railway
    token = _token(environ, "RAILWAY_TOKEN", target, shared=own)
    return Hosting(
        provider,
        target,
        model.api,
        token or _token(environ, "RAILWAY_API_TOKEN", target, shared=True),
        project_token=token is not None,
        project=_id(model.project, environ, "RAILWAY_PROJECT_ID", target, shared=True),
        environment=_id(model.environment, environ, "RAILWAY_ENVIRONMENT_ID", target, shared=own),
        service=_id(model.service, environ, "RAILWAY_SERVICE_ID", target, shared=True),
    )


def restoring(plan: "Plan", environ: Mapping[str, str]) -> Hosting | None:
    """Return where the provider of a plan's target runs it; None where none is configured.

    Raises ConfigError where the provider is none that can bring a deployment back.
    """
    name = plan.target.provider
    if name is None:
        return None
    if name not in RESTORING:
        known = ", ".join(RESTORING)
        text = f"[targets.{plan.target.name}] provider {name!r} is not known ({known})"
        raise ConfigError(f"{text}{closest(name, RESTORING)}")
    place = hosting(name, plan.target.name, plan.document.providers, environ)
    return replace(place, root=str(plan.root))


def tokens(environ: Mapping[str, str]) -> list[str]:
    """Return every token that this process knows, of a provider or of GitHub: none is shown."""
    return [value for name, value in environ.items() if name.startswith(TOKENS)]


def _token(environ: Mapping[str, str], name: str, target: str, *, shared: bool) -> str | None:
    found = environ.get(_of_target(name, target)) or (environ.get(name) if shared else None)
    return found or None


def _id(
    given: str | dict[str, str] | None,
    environ: Mapping[str, str],
    name: str,
    target: str,
    *,
    shared: bool,
) -> str | None:
    written = given.get(target) if isinstance(given, dict) else given
    return written or _token(environ, name, target, shared=shared)


def _of_target(name: str, target: str) -> str:
    """RAILWAY_TOKEN of the target eu-west is RAILWAY_TOKEN_EU_WEST."""
    word = "".join(each if each.isalnum() else "_" for each in target)
    return f"{name}_{word.upper()}"
