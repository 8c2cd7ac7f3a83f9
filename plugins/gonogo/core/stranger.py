"""A version that is neither the one that was deployed nor one that anybody remembers."""

from collections.abc import Collection
from dataclasses import replace

from gonogo.core.commit import same_commit
from gonogo.core.finding import Finding
from gonogo.core.outcome import Outcome

OLD = "old version everywhere"
STRANGE = "unknown version everywhere"


def told_apart(findings: Collection[Finding], known: Collection[str]) -> tuple[Finding, ...]:
    """Say of `not-live` where what serves was never deployed, as far as `known` commits tell.

    The old version still serving means that the new one took no traffic. A third version has
    taken it, and nobody asked for it. Where nothing is known, what serves is taken for the old one.
    """
    return tuple(
        replace(each, confirmed_by=STRANGE) if known and _is_strange(each, known) else each
        for each in findings
    )


def _is_strange(finding: Finding, known: Collection[str]) -> bool:
    if finding.outcome is not Outcome.FAIL or finding.signal != "not-live":
        return False
    if finding.confirmed_by != OLD or not finding.observed:
        return False
    served = finding.observed.split(", ")
    return not all(any(same_commit(one, each) for each in known) for one in served)
