"""The options, each also an environment variable; the command line wins."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from gonogo.config.choice import Choice
from gonogo.core.commit import COMMIT_VARIABLES, DEPLOYMENT_VARIABLES
from gonogo.core.outcome import Stage

_STAGES = [str(stage) for stage in Stage]

TITLE = "gonogo: a decision about a deployment; each option is also a variable, as in GONOGO_TARGET"
STAGE = (
    "what a failure may lead to (default: predeploy for suites/predeploy alone, else postdeploy)"
)
# name, metavar, help
_TEXT_OPTIONS = (
    (
        "target",
        "NAME",
        "a [targets.NAME] of gonogo.toml (default: the only one, or default-target)",
    ),
    (
        "url",
        "URL",
        "base URL to look at, instead of the target's; needs no gonogo.toml",
    ),
    ("config", "FILE", "configuration (default: gonogo.toml, here or in a folder above)"),
    ("commit", "SHA", "the commit that should be serving (default: from the CI's variables)"),
    ("deployment", "ID", "the deployment that should be serving"),
    ("watch", "DURATION", "how long suites/watch may take at most (default: 15m)"),
    (
        "baseline",
        "DURATION",
        "before the deploy: sample for so long what serves, to compare with",
    ),
    ("baseline-url", "URL", "where the version before serves beside the new one, to compare with"),
    ("report-dir", "DIR", "where decision.json and summary.md go (default: reports/out)"),
    ("confirm", "PHRASE", "the phrase that a target with `confirm` wants before a deployment"),
    ("emergency", "REASON", "why the gate is cut short; kept in the record, which then is partial"),
)


@dataclass(frozen=True)
class Options:
    """What was asked for; None means not said."""

    choice: Choice
    stage: Stage | None
    commit: str | None
    deployment: str | None
    report_dir: str
    shadow: bool
    confirm: str | None
    emergency: str | None
    given: bool
    watch: float | None = None  # seconds
    baseline: float | None = None  # seconds
    baseline_url: str | None = None

    @property
    def names_a_window(self) -> bool:
        """True where somebody said how long to watch, or to sample."""
        return self.watch is not None or self.baseline is not None


def add(parser: pytest.Parser) -> None:
    """Declare the options."""
    group = parser.getgroup("gonogo", TITLE)
    for name, metavar, text in _TEXT_OPTIONS:
        group.addoption(f"--gonogo-{name}", metavar=metavar, default=None, help=text)
    group.addoption("--gonogo-stage", choices=_STAGES, default=None, help=STAGE)
    group.addoption(
        "--gonogo-env-file",
        action="append",
        metavar="FILE",
        default=None,
        help="a file of values to validate (repeatable, later wins)",
    )
    group.addoption(
        "--gonogo-shadow",
        action="store_true",
        default=None,
        help="decide and report, but always exit 0",
    )


def read(config: pytest.Config, environ: Mapping[str, str] = os.environ) -> Options:
    """Read the options of a run from the command line, then the environment."""

    def text(name: str) -> str | None:
        given: str | None = config.getoption(f"gonogo_{name.replace('-', '_')}")
        return given if given is not None else environ.get(_variable(name)) or None

    stage = text("stage")
    if stage is not None and stage not in _STAGES:
        raise pytest.UsageError(f"GONOGO_STAGE: expected {' | '.join(_STAGES)}, got {stage!r}")
    files = config.getoption("gonogo_env_file") or _split(environ.get(_variable("env-file")))
    shadow = config.getoption("gonogo_shadow") or _truth(environ.get(_variable("shadow"), ""))
    names = [*(name for name, _, _ in _TEXT_OPTIONS), "stage"]
    baseline = _seconds("baseline", text("baseline"))
    if baseline is not None:
        stage = stage or Stage.PREDEPLOY  # nothing that serves before a deploy is rolled back
    return Options(
        choice=Choice(text("target"), text("url"), text("config"), tuple(files)),
        stage=Stage(stage) if stage else None,
        commit=text("commit") or _commit_of_ci(stage, environ),
        deployment=text("deployment") or _first(environ, DEPLOYMENT_VARIABLES),
        report_dir=text("report-dir") or "reports/out",
        shadow=shadow,
        confirm=text("confirm"),
        emergency=text("emergency"),
        given=bool(files) or shadow or any(text(name) for name in names),
        watch=_seconds("watch", text("watch")),
        baseline=baseline,
        baseline_url=_url("baseline-url", text("baseline-url")),
    )


def mistyped(environ: Mapping[str, str]) -> list[str]:
    """Say which variables are nearly, but not quite, those of an option: nobody reads them."""
    import difflib  # noqa: PLC0415 - a sleeping plugin imports little

    names = (*(name for name, _, _ in _TEXT_OPTIONS), "stage", "env-file", "shadow")
    known = [_variable(name) for name in names]
    others = sorted(name for name in environ if name.startswith("GONOGO_") and name not in known)
    near = ((name, difflib.get_close_matches(name, known, n=1, cutoff=0.85)) for name in others)
    return [f"{name} is not read; did you mean {meant[0]}?" for name, meant in near if meant]


def _seconds(name: str, value: str | None) -> float | None:
    if value is None:
        return None
    from gonogo.config.values import duration  # noqa: PLC0415 - a sleeping plugin imports little

    try:
        seconds = duration(value)
    except ValueError as error:
        raise pytest.UsageError(f"--gonogo-{name}: {error}, got {value!r}") from None
    if seconds <= 0:
        raise pytest.UsageError(f"--gonogo-{name}: a duration above zero is needed, got {value!r}")
    return seconds


def _url(name: str, value: str | None) -> str | None:
    if value is None:
        return None
    from gonogo.config.places import url_fault  # noqa: PLC0415 - as above

    for fault in url_fault(value, f"--gonogo-{name}"):
        raise pytest.UsageError(fault)
    return value.rstrip("/")


def _variable(name: str) -> str:
    return f"GONOGO_{name.replace('-', '_').upper()}"


def _first(environ: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    return next((environ[name] for name in names if environ.get(name)), None)


def _commit_of_ci(stage: str | None, environ: Mapping[str, str]) -> str | None:
    """A scheduled job runs at the newest commit, which need not be the one that was deployed."""
    return None if stage == Stage.SCHEDULED else _first(environ, COMMIT_VARIABLES)


def _split(value: str | None) -> list[str]:
    return [part for part in (value or "").split(os.pathsep) if part]


def _truth(value: str) -> bool:
    return value.strip().lower() in {"1", "true", "yes", "on"}
