"""The watch of a run: one window for all its triggers, and what each has to say at its end."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from gonogo.config.models import WatchModel
from gonogo.core.baseline import Baseline, Call
from gonogo.core.before import CALLS
from gonogo.core.clock import rfc3339
from gonogo.core.finding import Finding
from gonogo.core.observation import Observation, Reading
from gonogo.core.outcome import Outcome
from gonogo.core.past import Identity, PastSample
from gonogo.core.series import NOT_YET
from gonogo.core.subject import Service
from gonogo.core.trigger import Trigger
from gonogo.core.watch import Course, Progress, Span, Window
from gonogo.history.earlier import samples_before
from gonogo.history.failure import Unavailable
from gonogo.plugin.ask import Ask
from gonogo.plugin.baseline import UNREADABLE, looked_at, write
from gonogo.plugin.territory import stage_folder
from gonogo.watching.drawn import Drawn
from gonogo.watching.subjects import ERRORS, LATENCY, Cadence, Watched, health_of, moved, routes_of

if TYPE_CHECKING:
    from gonogo.plugin.run import Run
    from gonogo.probes.context import Context

ENOUGH = 20  # calls without which a baseline is none
_NAMES = {ERRORS: "errors", LATENCY: "latency"}
WINDOW_S = 900.0


def watched(run: "Run") -> Watched:
    """Return what this run watches."""
    subjects, document = run.plan.subjects, run.plan.document
    model = document.watch or WatchModel()
    baseline = run.options.baseline
    latest = run.options.watch or WINDOW_S
    routes = routes_of(subjects.services, subjects.endpoints, subjects.signals)
    other = run.options.baseline_url if baseline is None else None
    span = Span(latest=latest) if baseline is None else Span(baseline, baseline)
    return Watched(
        rules=run.plan.policy.rules,
        span=span,
        cadence=Cadence(model.rate, model.health_every, model.resources_every),
        services=tuple(subjects.services.values()),
        dependencies=tuple((subjects.dependencies or {}).values()),
        signals=tuple(s for s in subjects.signals.values() if s.source != "probe"),
        routes=routes,
        beside=moved(routes, run.plan.target.url, other) if other else (),
    )


def asks(run: "Run") -> Iterator[Ask]:
    """Return one question per trigger."""
    for slug, (signal, service) in watched(run).triggers().items():
        yield Ask("trigger", slug, slug, signal, service)


def answered(run: "Run", ask: Ask) -> Observation:
    """Wait for the end of the window, and say what became of one trigger."""
    watch: Watch = run.watch
    return watch.observed(ask.slug)


class Watch:
    """One window, taken once, at the first question."""

    def __init__(self, run: "Run") -> None:
        self._run = run
        self._watched = watched(run)
        self._sampling = run.options.baseline is not None
        self._progress: Progress | None = None
        self._seen: Progress | None = None  # while the window is open
        self._unusable = ""  # why there is a baseline that cannot be used
        self._never_well: dict[Service, Observation] = {}
        self._calls: list[tuple[float, Call]] = []
        self._seconds = 0.0
        self._ended_at = ""
        self._epoch = 0.0  # of the clock of the window, in seconds of the Unix epoch
        self._drawn = Drawn(self._watched.rules)

    def observed(self, slug: str) -> Observation:
        """What became of one trigger."""
        progress = self._progress or self._taken()
        return self._unstarted(slug) if progress is None else self._told_of(slug, progress)

    def _told_of(self, slug: str, progress: Progress) -> Observation:
        name = _NAMES.get(slug, slug)
        found = [each for each in progress.triggers if each.name in {name, f"{name} resources"}]
        if not found:
            return Observation(Reading(Outcome.UNKNOWN, "nothing was read in the whole window"))
        worst = max(found, key=lambda each: each.outcome.rank)
        if self._sampling and slug in _NAMES:
            worst = self._sampled(worst)
        worst = self._cut_short(worst, progress)
        facts = {"snapshot": True} if self._sampling else {"watch": self._told(progress)}
        uncompared = name == "latency" and worst.odds is None
        text = f"{worst.text}: {self._unusable}" if uncompared and self._unusable else worst.text
        mixed = worst.signal == "not-live" and worst.confirmed_by and not worst.is_gone
        return Observation(
            Reading(worst.outcome, text, worst.signal, worst.observed, worst.threshold),
            confirmed_by="mixed" if mixed else worst.confirmed_by,
            first_at=self._stamp(worst, 0),
            last_at=self._stamp(worst, 1),
            facts=facts,
            charts=self._drawn.charts(slug, str(worst.outcome)),
            advisory=uncompared
            and worst.outcome is Outcome.UNKNOWN
            and self._unusable != UNREADABLE,
        )

    def _cut_short(self, trigger: Trigger, progress: Progress) -> Trigger:
        """A window that was ended by what nobody has chosen to look at proves nothing else."""
        chosen = {_NAMES.get(slug, slug) for slug in self._run.triggers}
        ended = progress.left > 0 and progress.course is not Course.ACCEPT
        failing = {each.name for each in progress.triggers if each.outcome is Outcome.FAIL}
        known = {name.removesuffix(" resources") for name in failing} & chosen
        if known or not ended or not chosen or trigger.outcome is Outcome.FAIL:
            return trigger
        text = f"{trigger.text}; the watch was cut short by {progress.reason}"
        return replace(trigger, outcome=Outcome.UNKNOWN, text=text)

    def confirmed(self, checks: Iterable[str]) -> Iterator[Finding]:
        """What a window that is interrupted now has confirmed so far, for the check of each."""
        if self._seen is None or self._progress is not None or self._sampling:
            return
        of = {check.rpartition("[")[2].removesuffix("]"): check for check in checks}
        for slug, (_, service) in self._watched.triggers().items():
            found = self._told_of(slug, self._seen)
            if found.reading.outcome is not Outcome.FAIL or found.confirmed_by in {None, NOT_YET}:
                continue
            if stage_folder(of.get(slug, "")) == "watch":
                yield Finding(
                    of[slug],
                    Outcome.FAIL,
                    signal=found.reading.signal or "",
                    slug=slug,
                    level=4,
                    service=service,
                    message=self._run.redact(found.reading.text),
                    confirmed_by=found.confirmed_by,
                    first_at=found.first_at,
                    last_at=found.last_at,
                )

    def _stamp(self, trigger: Trigger, which: int) -> str | None:
        """When the first, or the last, sample spoke against the release."""
        if trigger.bad is None:
            return None
        return rfc3339(datetime.fromtimestamp(self._epoch + trigger.bad[which], UTC))

    def _told(self, progress: Progress) -> dict[str, Any]:
        return {
            "course": str(progress.course),
            "reason": self._run.redact(progress.reason),
            "seconds": round(self._seconds, 1),
            "ended_at": self._ended_at,
        }

    def _sampled(self, trigger: Trigger) -> Trigger:
        """Before a deploy nothing is compared: enough calls are all that is asked for."""
        count = len(self._calls)
        outcome = Outcome.PASS if count >= ENOUGH else Outcome.UNKNOWN
        text = f"{count} calls sampled" + ("" if count >= ENOUGH else f", {ENOUGH} needed")
        return replace(trigger, outcome=outcome, text=text, confirmed_by=None, odds=0.0)

    def _unstarted(self, slug: str) -> Observation:
        """What a trigger says where the release was never well: its health speaks, none else."""
        for service, observation in self._never_well.items():
            if slug == health_of(service):
                return observation
        names = ", ".join(service.slug for service in self._never_well)
        return Observation(Reading(Outcome.UNKNOWN, f"not watched, level 1 of {names} failed"))

    def _taken(self) -> Progress | None:
        """Take the window: it ends with its answer, or in a baseline with its time."""
        if not self._never_well:
            self._never_well = self._run.prober.fetched(self._start)
        if self._never_well:
            return None
        self._progress = self._run.prober.fetched(self._take)
        calls = [call for _, call in self._calls]
        if self._sampling and len(calls) >= ENOUGH:
            write(self._run, Baseline.of(calls))
        self._run.past.keep(
            PastSample(
                CALLS,
                at,
                value=call.seconds if call.ok else None,
                outcome=Outcome.PASS if call.ok else Outcome.FAIL,
                series=call.route,
            )
            for at, call in self._calls
        )
        return self._progress

    async def _start(self, context: "Context") -> dict[Service, Observation]:
        """Wait until each service serves the release and is alive; return those that do not."""
        from gonogo.probes.liveness import alive  # noqa: PLC0415 - few runs watch
        from gonogo.probes.release import serving  # noqa: PLC0415 - as above

        found: dict[Service, Observation] = {}
        for service in self._watched.services:
            observation = Observation(Reading(Outcome.PASS, ""))
            if service.version and context.commit and not self._sampling:
                observation = await serving(context, service)
            if observation.good:
                observation = await alive(context, service)
            if not observation.good:
                found[service] = observation
        return found

    async def _take(self, context: "Context") -> Progress:
        import gonogo.probes.http  # noqa: F401, PLC0415 - its import is no part of the window
        from gonogo.watching.drive import decided, drive  # noqa: PLC0415 - few runs watch
        from gonogo.watching.sampling import Kept, samplers  # noqa: PLC0415 - as above

        every = self._watched
        expected = {
            slug: signal
            for slug, (signal, _) in every.triggers().items()
            if slug not in {ERRORS, LATENCY}
        }
        beside = self._run.options.baseline_url is not None and not self._sampling
        baseline = None if self._sampling or beside else self._baseline()
        window = Window(baseline, every.rules, context.now(), every.span, expected, beside=beside)
        kept = Kept()
        began = context.now()
        self._epoch = context.wall().timestamp() - began

        def is_over(progress: Progress) -> bool:
            self._seen = progress
            return progress.left <= 0 if self._sampling else decided(progress)

        found = await drive(context, window, samplers(context, every, window, kept), is_over)
        self._seconds = context.now() - began
        self._ended_at = context.stamp()
        self._calls = sorted(kept.calls, key=lambda each: each[0])
        self._drawn = Drawn(
            every.rules,
            window.baseline if beside else baseline,
            self._calls,
            {slug: tuple(points) for slug, points in kept.values.items()},
            {each.slug: each for each in every.signals},
            context.wall().timestamp(),
        )
        return found

    # the baseline

    def _baseline(self) -> Baseline | None:
        """Return what the history holds of the release before, else what the report folder does."""
        target, options = self._run.plan.target.name, self._run.options
        current = Identity(options.deployment, options.commit)
        try:
            found = self._run.past.ask(lambda h: samples_before(h, target, current, CALLS))
        except Unavailable:
            found = []
        if found:
            return Baseline.of(
                Call(each.series, each.outcome is Outcome.PASS, each.value or 0.0) for each in found
            )
        baseline, self._unusable = looked_at(self._run)
        return baseline
