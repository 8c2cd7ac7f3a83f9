"""What each run found over time, as one picture: the decisions, and the health of each service."""

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from gonogo.core.finding import Finding
from gonogo.core.outcome import Decision, Outcome
from gonogo.core.past import PastRun

COLOURS: Mapping[str, str] = {
    Decision.GO: "#2e7d32",
    Decision.INCONCLUSIVE: "#607d8b",
    Decision.HOLD: "#ef6c00",
    Decision.BLOCK: "#6a1b9a",
    Decision.ROLLBACK: "#c62828",
    Outcome.PASS: "#2e7d32",
    Outcome.WARN: "#9e9d24",
    Outcome.UNKNOWN: "#607d8b",
    Outcome.FAIL: "#c62828",
}
WIDTH, LABEL, ROW, TICKS = 960.0, 140.0, 30, 5


@dataclass(frozen=True)
class Seen:
    """A run, and the worst that it found of each service."""

    run: PastRun
    services: Mapping[str, Outcome]


def seen(run: PastRun, findings: Iterable[Finding]) -> Seen:
    """Fold the findings of a run."""
    worst: dict[str, Outcome] = {}
    for each in findings:
        if each.service is not None:
            before = worst.get(each.service, Outcome.PASS)
            worst[each.service] = max(before, each.outcome, key=lambda outcome: outcome.rank)
    return Seen(run, worst)


def timeline(found: Sequence[Seen], span: tuple[float, float]) -> str:
    """Return an SVG with a row for the decisions and one a service, from the first run on."""
    inside = sorted((s for s in found if span[0] <= s.run.started < span[1]), key=_worst_last)
    if not inside:
        return "<p>no run</p>"
    begin = min(each.run.started for each in inside)
    scale = (WIDTH - LABEL - 4) / max(span[1] - begin, 1.0)
    services = sorted({name for each in inside for name in each.services})
    parts = [_label("decisions", 0), *(_label(name, n) for n, name in enumerate(services, 1))]
    for each in inside:
        x = LABEL + (each.run.started - begin) * scale
        parts.append(_mark(x, 0, each.run.decision, each.run))
        for n, name in enumerate(services, 1):
            if name in each.services:
                parts.append(_mark(x, n, each.services[name], each.run))
    height = ROW * (len(services) + 1)
    parts += _dates(begin, span[1], height)
    label = f"{len(inside)} runs"
    return (
        f'<svg viewBox="0 0 {WIDTH:g} {height + 24}" role="img" aria-label="{label}" '
        f'fill="currentColor" font-size="13">{"".join(parts)}</svg>{_legend(inside)}'
    )


def _worst_last(each: Seen) -> tuple[int, float]:
    return each.run.decision.rank, each.run.started


def _label(name: str, row: int) -> str:
    shown = name if len(name) <= 18 else f"{name[:17]}…"
    return f'<text x="0" y="{row * ROW + 20}">{html.escape(shown)}</text>'


def _mark(x: float, row: int, word: str, run: PastRun) -> str:
    at = datetime.fromtimestamp(run.started, UTC).strftime("%Y-%m-%d %H:%M UTC")
    commit = html.escape((run.identity.commit or "")[:12])
    return (
        f'<rect x="{x:.1f}" y="{row * ROW + 4}" width="3" height="22" fill="{COLOURS[word]}">'
        f"<title>{f'{word} {at} {commit}'.strip()}</title></rect>"
    )


def _dates(begin: float, end: float, height: int) -> list[str]:
    y = height + 2
    parts = [f'<line x1="{LABEL:g}" y1="{y}" x2="{WIDTH:g}" y2="{y}" stroke="currentColor"/>']
    form = "%d %b" if end - begin > TICKS * 86400 else "%d %b %H:%M"
    for tick in range(TICKS):
        at = datetime.fromtimestamp(begin + (end - begin) * tick / (TICKS - 1), UTC)
        x = LABEL + (WIDTH - LABEL) * tick / (TICKS - 1)
        anchor = "start" if tick == 0 else "end" if tick == TICKS - 1 else "middle"
        parts.append(f'<text x="{x:g}" y="{y + 17}" text-anchor="{anchor}">{at:{form}}</text>')
    return parts


def _legend(found: Sequence[Seen]) -> str:
    words = [each for each in Decision if any(s.run.decision is each for s in found)]
    outcomes = {outcome for each in found for outcome in each.services.values()}
    shown = [*map(str, words), *(str(each) for each in Outcome if each in outcomes)]
    return "<p>" + " ".join(f'<b style="color:{COLOURS[w]}">■</b> {w}' for w in shown) + "</p>"
