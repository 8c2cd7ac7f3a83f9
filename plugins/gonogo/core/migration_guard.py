"""The guard of a rollback that looks at migrations: pure, from what records say."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

FACT = "migrations"


@dataclass(frozen=True, slots=True)
class _Step:
    """The `migrations` fact of one record, with nothing in it unknown."""

    before: frozenset[str]
    after: frozenset[str]
    pending: tuple[Mapping[str, Any], ...]


def allows_rollback(
    target: Mapping[str, Any] | None, since: Sequence[Mapping[str, Any]], *, configured: bool = True
) -> bool | None:
    """Tell whether the version before can run on the schema of now.

    `target` is the predeploy record of the version to go back to, None where there is none; `since`
    are the predeploy records after it, oldest first, the last one of the deployment in question.
    True: no migration was applied since the target, or each one is compatible. False: one is not,
    or it is not known. None: no migrations are configured, so there is nothing to evaluate.
    """
    if not configured:
        return None
    known = [_step(each.get(FACT)) for each in since]
    steps = [step for step in known if step is not None]
    if not known or known[-1] is None:
        return False
    start = _step((target or {}).get(FACT)) or _Step(steps[0].before, steps[0].before, ())
    return all(_holds(each, start) for each in _pairs([start, *steps]))


def _pairs(steps: Sequence[_Step]) -> list[tuple[_Step, _Step, _Step | None]]:
    return list(zip(steps, steps[1:], [*steps[2:], None], strict=False))


def _holds(neighbours: tuple[_Step, _Step, _Step | None], start: _Step) -> bool:
    """Judge a step between the one before it, which explains where it began, and the next one."""
    previous, step, following = neighbours
    if step.before not in {previous.before, previous.after}:
        return False  # something else changed the schema in between
    if following is not None and following.before == step.before:
        return True  # it was never applied
    ours = {each.get("id") for each in start.pending}
    return all(
        each.get("rollback_compatible") is True or each.get("id") in ours for each in step.pending
    )


def _step(fact: object) -> _Step | None:
    """Read a fact; None where it leaves anything open."""
    if not isinstance(fact, Mapping):
        return None
    before, after, pending = (
        _heads(fact.get("before")),
        _heads(fact.get("after")),
        fact.get("pending"),
    )
    if before is None or after is None or not isinstance(pending, list):
        return None
    if not all(isinstance(each, Mapping) for each in pending) or (before != after and not pending):
        return None
    return _Step(before, after, tuple(pending))


def _heads(value: object) -> frozenset[str] | None:
    if isinstance(value, str):
        return frozenset({value})
    if isinstance(value, Iterable) and not isinstance(value, Mapping | bytes):
        return frozenset(str(each) for each in value)
    return None
