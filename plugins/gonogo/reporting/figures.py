"""Figures of delivery as a table, JSON, OpenMetrics, and a page of its own with a timeline."""

import html
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime

from gonogo.core.age import long
from gonogo.core.figures import Figures
from gonogo.reporting.timeline import Seen, timeline

_HELP = {
    "deployments": "Deployments that were verified after they were made",
    "change_failure_ratio": "Share of deployments that a run decided against, or that were undone",
    "success_ratio": "Share of deployments that got a complete GO and never failed",
    "restore_seconds": "Median time from the first bad run to the next GO",
    "lead_seconds": "Median time from the commit to its verified deployment",
}


def lasting(seconds: float | None) -> str:
    """Return a duration for people, "-" where there is none."""
    return "-" if seconds is None else long(seconds)


def share(value: float | None) -> str:
    """Return a ratio for people: "97.5 %"."""
    return "-" if value is None else f"{100 * value:.1f} %"


def rows(found: Figures) -> list[tuple[str, str, str]]:
    """Return name, value and note of each figure; the goals are those of the field."""
    frequency = "-" if found.per_week is None else f"{found.per_week:.1f} a week"
    note = f"{found.deployments} in {found.days:.0f} days"
    stopped = f", {found.blocked} blocked" if found.blocked else ""
    broken = "" if found.open_outage is None else f"; not restored for {lasting(found.open_outage)}"
    return [
        ("deployment frequency", frequency, note + stopped),
        ("lead time", lasting(found.lead_time), "commit to verified, median"),
        ("change failure rate", share(found.change_failure_rate), f"{found.failed} failed"),
        ("time to restore", lasting(found.time_to_restore), f"goal: under 5 min{broken}"),
        ("success rate", share(found.success_rate), "goal: 99 %"),
    ]


def table(all_figures: Sequence[Figures]) -> str:
    """Return the figures as text."""
    blocks = []
    for found in all_figures:
        lines = [f"{name:<22}{value:>12}   {note}" for name, value, note in rows(found)]
        runs = ", ".join(f"{n} {decision}" for decision, n in found.runs.items() if n)
        blocks.append("\n".join([found.target, *lines, f"{'runs':<22}{runs or 'none':>12}"]))
    return "\n\n".join(blocks) + "\n"


def as_json(all_figures: Sequence[Figures]) -> str:
    """Return the figures as JSON: seconds, ratios, counts."""
    return json.dumps([asdict(found) for found in all_figures], indent=2) + "\n"


def openmetrics(all_figures: Sequence[Figures]) -> str:
    """Return the figures as OpenMetrics; what is not known has no sample."""
    lines = []
    for name, text in _HELP.items():
        lines += [f"# TYPE gonogo_{name} gauge", f"# HELP gonogo_{name} {text}."]
        for found in all_figures:
            value = _value(found, name)
            if value is not None:
                lines.append(f'gonogo_{name}{{target="{_escaped(found.target)}"}} {value}')
    return "\n".join([*lines, "# EOF"]) + "\n"


def _value(found: Figures, name: str) -> float | None:
    return {
        "deployments": found.deployments,
        "change_failure_ratio": found.change_failure_rate,
        "success_ratio": found.success_rate,
        "restore_seconds": found.time_to_restore,
        "lead_seconds": found.lead_time,
    }[name]


def _escaped(label: str) -> str:
    return label.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def page(
    project: str,
    all_figures: Sequence[Figures],
    runs: Sequence[Seen],
    span: tuple[float, float],
) -> str:
    """Return one HTML file that asks nobody for anything: figures, and a timeline a target."""
    parts = [_section(found, runs, span) for found in all_figures]
    title = html.escape(f"{project}: deployments")
    begin, end = (datetime.fromtimestamp(at, UTC).strftime("%d %B %Y") for at in span)
    return _PAGE.format(title=title, begin=begin, end=end, parts="\n".join(parts))


def _section(found: Figures, runs: Sequence[Seen], span: tuple[float, float]) -> str:
    cells = "".join(
        f"<tr><th>{html.escape(name)}</th><td>{html.escape(value)}</td>"
        f"<td>{html.escape(note)}</td></tr>"
        for name, value, note in rows(found)
    )
    own = [each for each in runs if each.run.target == found.target]
    name = html.escape(found.target)
    return f"<h2>{name}</h2><table>{cells}</table>{timeline(own, span)}"


_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }}
body {{ max-width: 60rem; margin: 2rem auto; padding: 0 1rem }}
th {{ text-align: left; font-weight: normal; padding-right: 2rem }}
td {{ padding-right: 2rem }}
td:nth-of-type(1) {{ text-align: right; font-weight: bold }}
svg {{ width: 100%; margin-top: 1rem }}
</style>
<h1>{title}</h1>
<p>{begin} to {end}</p>
{parts}
</html>
"""
