"""The ledger: every expected check against what was received. What is missing is UNKNOWN."""

from collections.abc import Iterable
from dataclasses import replace

from gonogo.core.finding import Finding
from gonogo.core.outcome import Outcome


class Ledger:
    """Collects findings by node ID and closes into one finding per expected check."""

    def __init__(self) -> None:
        self._expected: dict[str, None] = {}
        self._received: dict[str, Finding] = {}
        self._reruns: dict[str, list[str]] = {}
        self._blanks: list[Finding] = []

    def expect(self, checks: Iterable[str]) -> None:
        """Add node IDs that must report."""
        self._expected.update(dict.fromkeys(checks))

    def receive(self, finding: Finding) -> None:
        """Take a finding. Of two for one check the worse stays."""
        known = self._received.get(finding.check)
        if known is None or finding.outcome.rank > known.outcome.rank:
            self._received[finding.check] = finding

    def rerun(self, check: str, message: str = "") -> None:
        """Note that an attempt was thrown away; what it found does not count, and is told."""
        self._reruns.setdefault(check, []).append(message)
        self._received.pop(check, None)

    def blank(self, where: str, message: str) -> None:
        """Note something that prevented checks from existing at all (an import error, say)."""
        finding = Finding(where, Outcome.UNKNOWN, signal="ledger", message=message)
        if finding not in self._blanks:  # several workers may note the same
            self._blanks.append(finding)

    @property
    def expected(self) -> tuple[str, ...]:
        """Node IDs in the order of collection."""
        return tuple(self._expected)

    def close(self, missing: str = "did not report") -> tuple[Finding, ...]:
        """Return one finding per check; `missing` says why a check has none."""
        silent = (
            Finding(check, Outcome.UNKNOWN, signal="ledger", message=missing, attempts=0)
            for check in self._expected
            if check not in self._received
        )
        findings = [*self._received.values(), *silent, *self._blanks]
        return tuple(self._with_reruns(finding) for finding in findings)

    def _with_reruns(self, finding: Finding) -> Finding:
        before = self._reruns.get(finding.check, [])
        if not before:
            return finding
        told = f"attempt {len(before) + 1}, before: {before[-1]}" if before[-1] else ""
        message = "; ".join(part for part in (finding.message, told) if part)
        return replace(finding, reruns=len(before), message=message)
