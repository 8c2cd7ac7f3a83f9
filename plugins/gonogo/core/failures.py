"""The failures among the calls of a watch window, slice by slice."""

from gonogo.core.baseline import Baseline
from gonogo.core.evidence import LIMIT, Share, usual_share

RATIO = 1.67  # how far above the usual share "worse" begins, where the limit is no further
WORSE = (1.0, 2.5)
MOST_BESIDE = 0.4  # the usual share that a version is granted at most for what is beside it


class Failures:
    """Evidence that more than `limit` of the calls fail."""

    def __init__(self, baseline: Baseline | None, limit: float, slices: int) -> None:
        self._limit = limit
        usual = self._usual(baseline, 0.6 * limit)
        worse = [share for share in self._worse(usual) if share < 0.9]
        self._evidence = Share(usual, worse or [0.95], LIMIT, slices, whole=True)
        self.calls = self.failures = 0
        self._slice = (0, 0)

    def _usual(self, baseline: Baseline | None, most: float) -> float:
        failures, calls = (baseline.failures, baseline.calls) if baseline else (0, 0)
        return usual_share(failures, calls, 0.1 * self._limit, most)

    def _worse(self, usual: float) -> list[float]:
        mild = max(self._limit, RATIO * usual)
        return [mild * each for each in WORSE]

    def judge_by(self, beside: Baseline) -> None:
        """From now on compare with what the version before does at the same time.

        Where that one fails often, only what fails clearly more often speaks against the release.
        """
        usual = self._usual(beside, max(MOST_BESIDE, 0.6 * self._limit))
        self._evidence.judge_by(usual, [min(0.95, share) for share in self._worse(usual)])

    def add(self, *, ok: bool) -> None:
        """Count one call."""
        self.calls += 1
        self.failures += not ok

    def count(self, calls: int, failures: int) -> None:
        """Count calls that another has seen."""
        self.calls += calls
        self.failures += failures

    def fold(self) -> None:
        """End the slice."""
        self._evidence.fold(*self._open())
        self._slice = (self.calls, self.failures)

    def share(self) -> float | None:
        """The share of failures of the open slice; None where it has no calls."""
        calls, failures = self._open()
        return failures / calls if calls else None

    def odds(self) -> float:
        """The odds against the release now."""
        return self._evidence.odds(*self._open())

    @property
    def total(self) -> float:
        return self._evidence.total

    @property
    def rising(self) -> float:
        return self._evidence.rising

    def _open(self) -> tuple[int, int]:
        return self.calls - self._slice[0], self.failures - self._slice[1]
