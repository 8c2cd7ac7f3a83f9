"""Time series of samples, and the rules that say when a failure is confirmed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gonogo.core.outcome import Outcome
from gonogo.core.rule import Rule

GAP_S = 60.0
NOT_YET = "not yet"  # a measured violation that nothing confirms so far
COVERAGE = 0.8


@dataclass(frozen=True, slots=True)
class Sample:
    """One reading: `at` in seconds on any one clock."""

    at: float
    outcome: Outcome


def confirmed_by(samples: Sequence[Sample], rule: Rule) -> str | None:
    """Say how the failure is confirmed ("3 consecutive", "4 of the last 10"), or None.

    PASS and WARN break a streak, UNKNOWN neither breaks nor extends it, and a gap of more than
    60 s between two valid samples breaks it. Only the newest samples speak: a failure that was
    confirmed and then recovered is no longer confirmed.
    """
    if rule.duration is not None:
        lasts = has_lasted(samples, rule.duration, GAP_S)
        return f"every reading for {rule.duration:g}s" if lasts else None
    valid = [sample for sample in samples if sample.outcome is not Outcome.UNKNOWN]
    if streak(valid) >= rule.consecutive:
        return f"{rule.consecutive} consecutive"
    if rule.of_last is not None:
        needed, size = rule.of_last
        if _failures(valid[-size:]) >= needed:
            return f"{needed} of the last {size}"
    return None


def against(samples: Sequence[Sample], rule: Rule) -> tuple[float, float] | None:
    """Return the times of the first and the last failure that the rule looks at now."""
    valid = [sample for sample in samples if sample.outcome is not Outcome.UNKNOWN]
    size = rule.of_last[1] if rule.of_last is not None and rule.duration is None else 0
    seen = valid[-max(size, streak(valid), 1) :]
    failing = [sample.at for sample in seen if sample.outcome is Outcome.FAIL]
    return (failing[0], failing[-1]) if failing else None


def streak(valid: Sequence[Sample]) -> int:
    """Count the failures in a row at the end of a series without UNKNOWN."""
    count = 0
    later: float | None = None
    for sample in reversed(valid):
        if sample.outcome is not Outcome.FAIL:
            break
        if later is not None and later - sample.at > GAP_S:
            break
        later = sample.at
        count += 1
    return count


def has_lasted(samples: Sequence[Sample], duration: float, gap: float) -> bool:
    """Tell whether every valid sample of the last `duration` seconds fails, and they span it.

    A pause of more than `gap` seconds between two of them is no evidence, and breaks the series.
    """
    valid = [sample for sample in samples if sample.outcome is not Outcome.UNKNOWN]
    run: list[Sample] = []
    for sample in reversed(valid):
        broken = run and run[-1].at - sample.at > gap
        if sample.outcome is not Outcome.FAIL or broken:
            break
        run.append(sample)
    return bool(run) and run[0].at - run[-1].at >= duration


def _failures(samples: Iterable[Sample]) -> int:
    return sum(sample.outcome is Outcome.FAIL for sample in samples)


def fold(samples: Sequence[Sample], rule: Rule, planned: int) -> Outcome:
    """Fold a series into one outcome.

    A confirmed failure is FAIL whatever is missing; with fewer than 80 % of the planned samples
    valid the rest is UNKNOWN; an unconfirmed failure is WARN.
    """
    if confirmed_by(samples, rule):
        return Outcome.FAIL
    valid = [sample for sample in samples if sample.outcome is not Outcome.UNKNOWN]
    if not valid or len(valid) < COVERAGE * planned:
        return Outcome.UNKNOWN
    if any(sample.outcome is not Outcome.PASS for sample in valid):
        return Outcome.WARN
    return Outcome.PASS
