"""Evidence that gathers over slices of time: odds that may be looked at as often as one likes.

The method: an e-process over slices (Ville's inequality bounds the chance that the odds *ever*
exceed a limit while all is well by 1 / limit), with half of the weight on a fault that came with
the deployment and the rest spread over later onsets (Shin, Ramdas and Rinaldo, e-detectors).
What one slice may say is capped, so that at least four bad slices are needed.
"""

import math
from collections.abc import Sequence

LEAST = 3.9  # slices at the cap: one tenth under four, so that four of them suffice
LIMIT = 200.0  # odds that are believed
PRIOR, UNSEEN = 1.3, 100  # failures and calls added to a baseline: a small one is no promise
NEAR, HELD = 0.75, 0.09  # of the limit: what must be seen, and the odds until then
BURSTS, REST = 3, 0.5  # slices that a burst may touch, and the share that the rest must have
STRETCH = 1.28  # of the cap in a slice of few calls: three of them are still not enough
SIGMAS = 2.0  # above the expected, hits are many for their share
BURST, SHRINK = 1.5, 0.5  # beyond that many, a slice is a burst; three of them say half as much
FLOOR = 2.5  # nats that one slice may say for the release


class Evidence:
    """The odds for one way of being bad against being like the release before.

    `limit` are the odds at which it will be believed, `slices` how many are planned; `late` is
    how many at the cap it takes where the fault came later than the release.
    A slice speaks in nats: above zero against the release, below zero for it.
    """

    def __init__(self, limit: float, slices: int, late: float = LEAST) -> None:
        self._share = 0.5 / max(1, slices - 1)
        self._unspent = 0.5
        self._early, self._late = 0.5, 0.0
        self._first = True
        self.cap = math.log(limit / 0.5) / LEAST
        needed = math.log(limit / self._share)
        self._late_cap, self._late_most = needed / late, needed / LEAST
        self.total = 0.0
        self.rising = 0.0

    def fold(self, nats: float, stretch: float = 1.0) -> None:
        """Take in one whole slice; `stretch` widens the cap where a slice says little."""
        late = self._started()
        self._early = _bounded(self._early * math.exp(min(nats, stretch * self.cap)))
        self._late = _bounded(late * math.exp(min(nats, self._late_bound(stretch))))
        self._unspent, self._first = self._left(), False
        fair = max(-FLOOR, min(nats, self.cap))
        self.total += fair
        self.rising = max(0.0, self.rising + fair)

    def odds(self, nats: float = 0.0, stretch: float = 1.0) -> float:
        """The odds against the release now, with `nats` of a slice that has not ended."""
        early = self._early * math.exp(min(nats, stretch * self.cap))
        late = self._started() * math.exp(min(nats, self._late_bound(stretch)))
        return early + late + self._left()

    def _late_bound(self, stretch: float) -> float:
        """The most that a slice says for a later fault; four slices are always needed."""
        return min(stretch * self._late_cap, self._late_most)

    def _started(self) -> float:
        return self._late + self._unspent - self._left()

    def _left(self) -> float:
        return self._unspent if self._first else max(0.0, self._unspent - self._share)


def _bounded(value: float) -> float:
    """Odds beyond any limit need no more digits; none at all would never come back."""
    return min(max(value, 1e-300), 1e300)


def usual_share(failures: int, calls: int, least: float, most: float) -> float:
    """The share of failures a release is granted after `failures` in `calls` before it."""
    return min(max(1.25 * (failures + PRIOR) / (calls + UNSEEN), least), most)


class Run:
    """The slices since the evidence began to rise, and whether a share of calls is really bad.

    It is where at least `least` was seen, and no less than `whole` but for one standard error.

    Odds compare two explanations, and the worse may fit better while neither fits: so nothing is
    believed before what was seen is near the limit itself, nor while three slices are all of it.
    """

    def __init__(self, least: float, whole: float = 0.0) -> None:
        self._least = least
        self._whole = whole
        self._slices: list[tuple[int, int]] = []

    def fold(self, calls: int, hits: int, *, over: bool) -> None:
        """Take in one slice; a run that is over is forgotten."""
        if over:
            self._slices.clear()
        elif calls:
            self._slices.append((calls, hits))

    def is_seen(self, calls: int, hits: int) -> bool:
        """Tell whether the run, with a slice that has not ended, has the share that it needs."""
        seen = [*self._slices, (calls, hits)] if calls else self._slices
        rest = sorted(seen, key=lambda each: each[1])[:-BURSTS]
        if not rest or _share(rest) < REST * self._least:
            return False
        share, total = _share(seen), sum(calls for calls, _ in seen)
        return share >= self._least and share + math.sqrt(share / total) >= self._whole


def _share(slices: Sequence[tuple[int, int]]) -> float:
    return sum(hits for _, hits in slices) / sum(calls for calls, _ in slices)


class Share:
    """Evidence about a share of calls: is it `usual`, or one of the `worse` shares?

    The worse shares are mixed with equal weights: their evidence is added, so that the odds keep
    their meaning without a choice being made beforehand. The mildest one speaks for acceptance.
    With `whole`, many calls must show the mildest one itself, and not only come near it.
    """

    def __init__(  # noqa: PLR0913 - what a share consists of
        self,
        usual: float,
        worse: Sequence[float],
        limit: float,
        slices: int,
        late: float = LEAST,
        *,
        whole: bool = False,
    ) -> None:
        self._most = HELD * limit
        self._run = Run(NEAR * worse[0], worse[0] if whole else 0.0)
        most = limit * len(worse)
        self._parts = [_Part(usual, share, Evidence(most, slices, late)) for share in worse]

    def judge_by(self, usual: float, worse: Sequence[float]) -> None:
        """From now on be about these shares; what was said before stands."""
        for part, share in zip(self._parts, worse, strict=False):
            part.judge_by(usual, share)

    def fold(self, calls: int, hits: int) -> None:
        """Take in one slice: `hits` of its `calls`."""
        for part in self._parts:
            part.fold(calls, hits)
        self._run.fold(calls, hits, over=self.rising <= 0)

    def odds(self, calls: int = 0, hits: int = 0) -> float:
        """The mixed odds now, with a slice that has not ended."""
        each = [part.evidence.odds(*part.said(calls, hits)) for part in self._parts]
        mixed = sum(each) / len(each)
        return mixed if self._run.is_seen(calls, hits) else min(mixed, self._most)

    @property
    def total(self) -> float:
        """Everything said so far in nats, by the mildest of the worse shares."""
        return self._parts[0].evidence.total

    @property
    def rising(self) -> float:
        """How far the evidence has risen above its lowest, by the mildest of the worse shares."""
        return self._parts[0].evidence.rising


class _Part:
    """One of the worse shares."""

    def __init__(self, usual: float, worse: float, evidence: Evidence) -> None:
        self.evidence = evidence
        self._bursts = 0  # the slices of a burst that has not ended
        self.judge_by(usual, worse)

    def judge_by(self, usual: float, worse: float) -> None:
        """Set the two shares that are told apart."""
        self._worse = worse
        self._hit = math.log(worse / usual)
        self._miss = math.log((1 - worse) / (1 - usual))

    def fold(self, calls: int, hits: int) -> None:
        """Take in one slice."""
        self.evidence.fold(*self.said(calls, hits))
        self._bursts = self._bursts + 1 if self._is_burst(calls, hits) else 0

    def said(self, calls: int, hits: int) -> tuple[float, float]:
        """The nats of a slice, and how far its cap is stretched.

        Where a slice is too small to say much, its cap is a little wider, provided that the hits
        are no more than this share would give. Many more of them are a burst, which may pass: its
        first slices say less, and once it has outlived a blip it speaks as loud as any.
        """
        nats = hits * self._hit + (calls - hits) * self._miss
        if self._is_burst(calls, hits):
            return nats, SHRINK if self._bursts < BURSTS else 1.0
        mean = calls * (self._worse * self._hit + (1 - self._worse) * self._miss)
        said_enough = hits > self._likely(calls) or mean > self.evidence.cap
        return nats, 1.0 if said_enough else STRETCH

    def _is_burst(self, calls: int, hits: int) -> bool:
        """Tell whether hits come far too thick for this share; a burst fades less sharply."""
        return hits > (1.0 if self._bursts else BURST) * self._likely(calls)

    def _likely(self, calls: int) -> float:
        """The most hits that this share would give."""
        mean = calls * self._worse
        return mean + SIGMAS * math.sqrt(mean)
