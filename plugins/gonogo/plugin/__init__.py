"""The pytest plugin: asleep until a gonogo suite is collected or a `--gonogo-*` option is given."""

from collections.abc import Generator
from pathlib import Path

import pytest

from gonogo.core.errors import ConfigError
from gonogo.plugin import early, options, territory
from gonogo.plugin.fixtures import (
    application,
    approval,
    artefact,
    calendar,
    certificate,
    configured_journey,
    cross_origin,
    dependency,
    deploy_path,
    deploy_paths,
    endpoint,
    env_file,
    env_group,
    guarded_page,
    http,
    incidents,
    journey,
    migrations,
    paced_service,
    plain_page,
    probe,
    promotion,
    ready_service,
    released_service,
    required_check,
    routed_application,
    service,
    serving,
    signal,
    target,
    trigger,
    variable,
)
from gonogo.plugin.stash import RUN

__all__ = [
    "application",
    "approval",
    "artefact",
    "calendar",
    "certificate",
    "configured_journey",
    "cross_origin",
    "dependency",
    "deploy_path",
    "deploy_paths",
    "endpoint",
    "env_file",
    "env_group",
    "guarded_page",
    "http",
    "incidents",
    "journey",
    "migrations",
    "paced_service",
    "plain_page",
    "probe",
    "promotion",
    "ready_service",
    "released_service",
    "required_check",
    "routed_application",
    "service",
    "serving",
    "signal",
    "target",
    "trigger",
    "variable",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    options.add(parser)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config, args: list[str]
) -> Generator[None, None, None]:
    if not early.is_ours(args, early_config.invocation_params.dir):
        return (yield)
    early.forget(early_config)
    try:
        return (yield)
    except SystemExit as error:
        raise early.usage_error(error) from None


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        "gonogo(critical, level, service, signal, required): what a failure of this check means",
    )
    given = options.read(config)
    paths = territory.arguments(config)
    if config.option.help or config.option.markers or config.option.version:
        return
    if given.given or any(territory.enters(path) for path in paths):
        wake(config, given)


def wake(config: pytest.Config, given: options.Options) -> None:
    """Load the plan and register the parts that do the work."""
    from gonogo.plugin.session import Awake  # noqa: PLC0415 - a sleeping plugin imports little

    try:
        awake = Awake(config, given)
    except ConfigError as error:
        folder = Path(config.invocation_params.dir, given.report_dir)
        (folder / "decision.json").unlink(missing_ok=True)  # an older decision must not be read
        raise pytest.UsageError(f"gonogo: {error}") from None
    config.stash[RUN] = awake.run
    config.pluginmanager.register(awake, "gonogo.awake")
    if awake.gate is not None:
        config.pluginmanager.register(awake.last_word, "gonogo.last-word")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    run = metafunc.config.stash.get(RUN, None)
    if run is None:
        return
    from gonogo.plugin.params import parametrize  # noqa: PLC0415 - as above

    parametrize(metafunc, run)
