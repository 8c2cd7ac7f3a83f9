"""`for` across scheduled runs: what a row of runs confirms, and what begins anew."""

import pytest

from gonogo.core.finding import Finding
from gonogo.core.lasting import Row, Sighting, confirmed_by_row, longest_pause
from gonogo.core.outcome import Outcome
from gonogo.core.policy import Policy
from gonogo.core.rule import DEFAULT_RULES, Rule
from gonogo.core.series import NOT_YET

WORDS = {"P": Outcome.PASS, "W": Outcome.WARN, "F": Outcome.FAIL, "U": Outcome.UNKNOWN}
NOW = 1_800_000_000.0
MINUTE = 60.0


def policy(duration: float | None) -> Policy:
    rule = DEFAULT_RULES["error-rate"]
    fields = {name: getattr(rule, name) for name in rule.__slots__}
    return Policy({**DEFAULT_RULES, "error-rate": Rule(**{**fields, "duration": duration})})


def failing(**more: object) -> Finding:
    given = {"signal": "error-rate", "service": "api", "confirmed_by": NOT_YET, **more}
    return Finding("a::b", Outcome.FAIL, **given)  # type: ignore[arg-type]


def row(seen: str, minutes: float = 5.0) -> Row:
    """Runs so many minutes apart, the last one that long ago; "." has not asked this check."""
    times = [NOW - minutes * MINUTE * (len(seen) - place) for place in range(len(seen))]
    told = zip(times, seen, strict=True)
    sightings = [
        Sighting(at, "a::b", "api", "error-rate", WORDS[word]) for at, word in told if word != "."
    ]
    return Row(times, sightings)


def confirmed(seen: Row, minutes: float | None = 15.0, finding: Finding | None = None) -> bool:
    table = policy(None if minutes is None else minutes * MINUTE)
    (told,) = confirmed_by_row([finding or failing()], table, seen, NOW)
    return told.confirmed_by == f"every scheduled run for {(minutes or 0) * MINUTE:g}s"


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ("", False),
        ("FF", False),  # ten minutes are not fifteen
        ("FFF", True),
        ("PFFF", True),
        ("FFFP", False),
        ("FFFPF", False),
        ("FFFW", False),
        ("FUF", True),
        ("F.F", True),
        ("FUU", True),  # what was seen before and is seen now, with nothing against it
        ("FUUUU", False),  # a hole of 25 minutes, where 15 are no interruption
        ("FUUUUFFF", True),
        ("UUUU", False),
        ("....", False),
    ],
)
def test_what_a_row_of_runs_confirms(seen: str, *, expected: bool) -> None:
    assert confirmed(row(seen)) is expected


def test_the_longer_of_the_usual_pauses_and_the_rule_bounds_a_hole() -> None:
    assert confirmed(row("FUUUU"), minutes=25)
    assert not confirmed(row("FUUUUU"), minutes=25)


@pytest.mark.parametrize(
    ("minutes_ago", "pause"),
    [
        ([], 5),
        ([60], 5),  # two runs do not tell what is usual
        ([20, 10], 30),
        ([600, 5], 15),  # nor does one long night
        ([600, 0], 5),  # a run that began with this one is not before it
        ([4, 2], 6),
        ([1, 0.5], 5),
    ],
)
def test_how_long_nobody_may_look_away(minutes_ago: list[float], pause: float) -> None:
    starts = [NOW - MINUTE * each for each in minutes_ago]

    assert longest_pause(starts, 5 * MINUTE, NOW) == pytest.approx(pause * MINUTE)


def _other(**more: object) -> Row:
    fields = {"at": NOW - 20 * MINUTE, "check": "a::b", "service": "api", "signal": "error-rate"}
    first = row("FFFF", 5)
    seen = Sighting(**{**fields, "outcome": Outcome.FAIL, **more})  # type: ignore[arg-type]
    return Row(first.starts, [seen, *first.sightings[1:]])


@pytest.mark.parametrize(
    "other", [{"check": "a::c"}, {"service": "web"}, {"signal": "latency"}], ids=str
)
def test_only_the_same_finding_confirms(other: dict[str, object]) -> None:
    assert confirmed(_other(), minutes=20)
    assert not confirmed(_other(**other), minutes=20)


def test_only_what_is_open_and_asks_for_how_long() -> None:
    told = failing(confirmed_by="3 consecutive")

    assert confirmed(row("FFFF"))
    assert not confirmed(row("FFFF"), minutes=None)
    assert not confirmed(row("FFFF"), finding=told)
    assert confirmed_by_row([told], policy(1.0), row("FFFF"), NOW) == (told,)
