"""The report on a terminal: a table of the entries, and below it what was found."""

from wann.experiments.comparison.report.entries import Entry
from wann.experiments.comparison.report.intervals import ConditionResult
from wann.experiments.comparison.report.notation import HEADINGS, MARKS, count, legend, shown
from wann.experiments.comparison.report.summary import ComparisonSummary
from wann.experiments.comparison.report.verdict_text import sentences


def as_text(summary: ComparisonSummary) -> str:
    """Return the table for a terminal, with the sentences below it."""
    heads = ["", "connections", "at work", *(HEADINGS[name] for name in summary.conditions)]
    lines = [heads, *(_line(entry, summary) for entry in summary.entries)]
    widths = [max(len(line[i]) for line in lines if i < len(line)) for i in range(len(heads))]
    table = ["  ".join(_aligned(line, widths)) for line in lines]
    below = f"against {summary.reference}: {legend()}"
    return "\n".join([*table, below, "", *sentences(summary)])


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


def _aligned(line: list[str], widths: list[int]) -> list[str]:
    """Return the cells of a line with blanks: the first stands on the left, others on the right."""
    cells = list(zip(line, widths, strict=False))
    return [text.rjust(width) if i else text.ljust(width) for i, (text, width) in enumerate(cells)]
