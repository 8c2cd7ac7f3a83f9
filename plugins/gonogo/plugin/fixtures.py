"""The fixtures of the suites; `pytest --fixtures` shows which section feeds each."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from gonogo.core.errors import EvidenceUnavailable
from gonogo.core.outcome import Outcome
from gonogo.plugin.stash import EVIDENCE, RUN

if TYPE_CHECKING:
    from gonogo.core.observation import Observation
    from gonogo.core.subject import Target
    from gonogo.journeys.client import Http
    from gonogo.journeys.steps import Journey
    from gonogo.plugin.ask import Ask
    from gonogo.plugin.migrating import Questions
    from gonogo.plugin.run import Run


def _run(request: pytest.FixtureRequest) -> "Run":
    run = request.config.stash.get(RUN, None)
    if run is None:
        raise EvidenceUnavailable("gonogo is asleep: run from a folder with suites/, or give a URL")
    return run


def _resolved(request: pytest.FixtureRequest) -> "Ask":
    from gonogo.plugin.params import resolve  # noqa: PLC0415 - a sleeping plugin imports little

    return resolve(request.fixturename or "", request.param, _run(request))


@pytest.fixture
def service(request: pytest.FixtureRequest) -> "Ask":
    """Level 1 of one service of [services.*]."""
    return _resolved(request)


@pytest.fixture
def paced_service(request: pytest.FixtureRequest) -> "Ask":
    """One service of [services.*] that has a budget."""
    return _resolved(request)


@pytest.fixture
def released_service(request: pytest.FixtureRequest) -> "Ask":
    """One service of [services.*] that says which version it serves."""
    return _resolved(request)


@pytest.fixture
def ready_service(request: pytest.FixtureRequest) -> "Ask":
    """One service of [services.*] with a ready endpoint and no declared dependency."""
    return _resolved(request)


@pytest.fixture
def dependency(request: pytest.FixtureRequest) -> "Ask":
    """One dependency of [dependencies.*]."""
    return _resolved(request)


@pytest.fixture
def endpoint(request: pytest.FixtureRequest) -> "Ask":
    """One endpoint of [endpoints.*]."""
    return _resolved(request)


@pytest.fixture
def certificate(request: pytest.FixtureRequest) -> "Ask":
    """The certificate of one service with an https URL."""
    return _resolved(request)


@pytest.fixture
def application(request: pytest.FixtureRequest) -> "Ask":
    """The front end of one service of [services.*] with spa."""
    return _resolved(request)


@pytest.fixture
def routed_application(request: pytest.FixtureRequest) -> "Ask":
    """The same, for the routes that only its browser knows."""
    return _resolved(request)


@pytest.fixture
def guarded_page(request: pytest.FixtureRequest) -> "Ask":
    """One service of [services.*] with security-headers."""
    return _resolved(request)


@pytest.fixture
def plain_page(request: pytest.FixtureRequest) -> "Ask":
    """The same where it is served by https, asked without."""
    return _resolved(request)


@pytest.fixture
def cross_origin(request: pytest.FixtureRequest) -> "Ask":
    """One service of [services.*] with cors."""
    return _resolved(request)


@pytest.fixture
def configured_journey(request: pytest.FixtureRequest) -> "Ask":
    """One journey of [journeys.*]."""
    return _resolved(request)


@pytest.fixture
def signal(request: pytest.FixtureRequest) -> "Ask":
    """One signal of [signals.*]."""
    return _resolved(request)


@pytest.fixture
def http(request: pytest.FixtureRequest) -> "Http":
    """A client for the service of the test: gonogo(service=…), else the only one, else the target.

    Redacting and bounded; no answer at all is UNKNOWN, unless the control URLs answer.
    """
    from gonogo.plugin.journeys import client  # noqa: PLC0415 - a sleeping plugin imports little

    return client(request.node, _run(request))


@pytest.fixture
def journey(request: pytest.FixtureRequest) -> "Iterator[Journey]":
    """Steps, clean-ups and the mark of a walk: journey.step("…"), .cleanup(call, …), .mark."""
    from gonogo.plugin.journeys import begun  # noqa: PLC0415 - as above

    made = begun(request.node, _run(request))
    yield made
    problems = made.close()
    if problems:
        raise EvidenceUnavailable(f"clean-up failed: {'; '.join(problems)}")


@pytest.fixture
def variable(request: pytest.FixtureRequest) -> "Ask":
    """One variable of [env.vars]."""
    return _resolved(request)


@pytest.fixture
def env_file(request: pytest.FixtureRequest) -> "Ask":
    """One file that the values of [env] come from."""
    return _resolved(request)


@pytest.fixture
def env_group(request: pytest.FixtureRequest) -> "Ask":
    """One rule between variables, of [[env.rules]]."""
    return _resolved(request)


@pytest.fixture
def approval(request: pytest.FixtureRequest) -> "Ask":
    """The phrase that [targets.*] confirm asks for."""
    return _resolved(request)


@pytest.fixture
def promotion(request: pytest.FixtureRequest) -> "Ask":
    """The target that [targets.*] requires to have a GO for this commit."""
    return _resolved(request)


@pytest.fixture
def artefact(request: pytest.FixtureRequest) -> "Ask":
    """One file of [release]: coverage, tests, scans or backup."""
    return _resolved(request)


@pytest.fixture
def migrations(request: pytest.FixtureRequest) -> "Questions":
    """What [release] migrations asks: one question a fact."""
    from gonogo.plugin.migrating import questions  # noqa: PLC0415 - few runs have migrations

    return questions(_resolved(request))


@pytest.fixture
def required_check(request: pytest.FixtureRequest) -> "Ask":
    """One name of [release] ci required."""
    return _resolved(request)


@pytest.fixture
def incidents(request: pytest.FixtureRequest) -> "Ask":
    """One place of [release] incidents."""
    return _resolved(request)


@pytest.fixture
def deploy_path(request: pytest.FixtureRequest) -> "Ask":
    """One name of [release] deploy-paths."""
    return _resolved(request)


@pytest.fixture
def deploy_paths(request: pytest.FixtureRequest) -> "Ask":
    """All names of [release] deploy-paths, in their order."""
    return _resolved(request)


@pytest.fixture
def calendar(request: pytest.FixtureRequest) -> "Ask":
    """[release] window, or [release] freeze."""
    return _resolved(request)


@pytest.fixture
def serving(request: pytest.FixtureRequest) -> "Ask":
    """One service of [services.*] as it serves now, for [release] healthy-now."""
    return _resolved(request)


@pytest.fixture
def trigger(request: pytest.FixtureRequest) -> "Ask":
    """One trigger of the watch window: errors, latency, health, a dependency or a signal."""
    return _resolved(request)


@pytest.fixture
def target(request: pytest.FixtureRequest) -> "Target":
    """The target of this run, [targets.*] or --gonogo-url."""
    return _run(request).plan.target


@pytest.fixture
def probe(request: pytest.FixtureRequest) -> "Callable[[Ask], Observation]":
    """Ask a question and return the observation; raises where the witness is silent."""
    from gonogo.plugin.shown import show  # noqa: PLC0415 - a sleeping plugin imports little

    run = _run(request)

    def ask(question: "Ask") -> "Observation":
        observation = run.observe(question, str(request.node.path))
        request.node.stash.setdefault(EVIDENCE, []).append((question, observation))
        run.past.keep(observation.samples)
        show(run, request.node, observation)
        if observation.reading.outcome is Outcome.UNKNOWN and not observation.advisory:
            raise EvidenceUnavailable(str(observation))
        return observation

    return ask
