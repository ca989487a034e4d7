"""The report on a terminal: a table of the entries, and below it what was found."""

from wann.config.conditions import CONDITIONS
from wann.experiments.comparison.report.entries import Entry
from wann.experiments.comparison.report.intervals import ConditionResult
from wann.experiments.comparison.report.notation import MARKS, count, legend, shown
from wann.experiments.comparison.report.summary import ComparisonSummary
from wann.experiments.comparison.report.verdict_text import sentences
from wann.jobs.tables import as_table


def as_text(summary: ComparisonSummary) -> str:
    """Return the table for a terminal, with the sentences below it."""
    heads = [
        "",
        "connections",
        "at work",
        *(CONDITIONS[name].heading for name in summary.conditions),
    ]
    lines = [heads, *(_line(entry, summary) for entry in summary.entries)]
    below = f"against {summary.reference}: {legend()}"
    return "\n".join([as_table(lines), below, "", *sentences(summary)])


def _line(entry: Entry, summary: ComparisonSummary) -> list[str]:
    counts = [entry.name, count(entry.connections), count(entry.at_work)]
    if entry.errors and not entry.rows:
        return [*counts, "failed"]
    return counts + [
        _cell(entry.conditions.get(name), summary.measure) for name in summary.conditions
    ]


def _cell(found: ConditionResult | None, measure: str) -> str:
    if found is None:
        return "-"
    mark = MARKS[found.against.verdict] if found.against else " "
    return f"{shown(found.estimate.mean, measure)} {mark}"
