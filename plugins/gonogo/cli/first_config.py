"""The text of a first gonogo.toml, with a word on what may follow."""

from pathlib import Path
from urllib.parse import urlsplit

from gonogo.config.places import url_fault
from gonogo.core.errors import ConfigError
from gonogo.environment.guess import quoted, table
from gonogo.environment.reading import Sheet
from gonogo.environment.sources import merged

_HEAD = """\
# What gonogo verifies. `gonogo schema` prints a JSON Schema of this file for editors.
project = {project}

[targets.{target}]
{lines}
# control = ["https://api.github.com/zen"]       # reachable whenever the runner's own network is
# provider = "railway"                           # or "render"
# confirm = "deploy-to-{target}"               # predeploy blocks without --gonogo-confirm
"""
_SERVICES = """
# Without this section, /health, /healthz, /api/health, /up and / are tried.
# [services.api]
# live = "/health"                             # level 1
# ready = "/api/v1/health"                     # level 2: what it depends on
# budget = "100ms"
# version = { path = "/health", field = "version" }   # polled until it equals --gonogo-commit
"""
_ENV = """
[env]
undeclared = "warn"                            # error | warn | ignore: names that are not below
# sources = {{ staging = ".env.staging", production = "railway" }}
# schema = ["app.core.config:Settings", ".env.example"]   # merged in order; [env.vars] wins

# A first guess from the names and forms in {file}. A string is a type; a table adds rules:
# required = ["production"], choices = ["a", "b"], distinct = true, max-age = "90d", public = true …
[env.vars]
{table}

# [[env.rules]]
# all-or-none = ["SMTP_USER", "SMTP_PASSWORD"] # or any-of, when = {{ … }} with require = […]
"""
_HISTORY = """
[history]                                      # what runs have found: baselines, statistics, guards
url = "sqlite:///reports/history.sqlite"       # or postgresql+psycopg://…, shared by many runners
"""


def first_config(target: str, url: str | None, env_file: str | None, sheet: Sheet | None) -> str:
    """Return the whole text; raises ConfigError where the URL is none."""
    complaints = url_fault(url, "--url") if url else []
    if url and not complaints and (urlsplit(url).password or urlsplit(url).query):
        complaints = ["--url: leave out the password and the query: the file is for everybody"]
    if complaints:
        raise ConfigError("; ".join(complaints))
    lines = [f"url = {quoted(url.rstrip('/'))}"] if url else []
    lines += [f"env-file = {quoted(env_file)}"] if env_file else []
    head = _HEAD.format(project=quoted(_project()), target=_key(target), lines="\n".join(lines))
    env = _env(sheet, target) if sheet else ""
    return f"{head}{_SERVICES if url else ''}{env}{_HISTORY}"


def _project() -> str:
    name = Path.cwd().name
    return name if name.isprintable() and name else "project"


def _key(target: str) -> str:
    return target if target.replace("-", "").replace("_", "").isalnum() else quoted(target)


def _env(sheet: Sheet, target: str) -> str:
    values = merged([sheet], {})
    given = {name: value.text for name, value in values.found.items()}
    lines = "\n".join(table(given, target))
    return _ENV.format(file=sheet.file, table=lines)
