"""The rollback guard: what must hold before an automatic rollback."""

from collections.abc import Mapping

GUARDS = (
    "preexisting",
    "no_target",
    "target_not_restorable",
    "rollback_unsafe_migration",
    "attempt_budget",
    "rollback_of_rollback",
    "frozen",
)

Guard = Mapping[str, bool | None]
UNGUARDED: Guard = dict.fromkeys(GUARDS)


def refusal(guard: Guard) -> str | None:
    """Return the name of the first guard that does not hold; None is "not evaluated"."""
    return next((name for name in GUARDS if guard.get(name) is False), None)
