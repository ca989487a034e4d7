"""The report on a terminal: tables of what contestants earn, and below them what was found."""

from wann.config.conditions import CONDITIONS
from wann.experiments.comparison.report.entries import Entry
from wann.experiments.comparison.report.intervals import ConditionResult
from wann.experiments.comparison.report.notation import count, legend, mark_of, shown
from wann.experiments.comparison.report.sections import sentences
from wann.experiments.comparison.report.size_tables import SizeTable, size_tables
from wann.experiments.comparison.report.summary import ComparisonSummary
from wann.jobs.tables import as_table


def as_text(summary: ComparisonSummary, width: int | None = None) -> str:
    """Return the tables for a terminal of `width` columns, with the sentences below them.

    A table that is too wide is parted: each part begins with the names.
    """
    heads = [
        "",
        *(CONDITIONS[name].heading for name in summary.conditions),
        "connections",
        "at work",
    ]
    lines = [heads, *(_line(entry, summary) for entry in summary.entries)]
    tables = [as_table(lines, width=width)]
    tables += [_size_table(table, summary, width) for table in size_tables(summary)]
    below = f"against {summary.reference}: {legend(summary.measure)}"
    return "\n".join(["\n\n".join(tables), below, "", *sentences(summary)])


def _size_table(table: SizeTable, summary: ComparisonSummary, width: int | None) -> str:
    lines = [
        [name, *(_cell(found, summary.measure) for found in results)]
        for name, results in table.lines.items()
    ]
    return "\n".join([table.title, as_table([table.heads(), *lines], width=width)])


def _line(entry: Entry, summary: ComparisonSummary) -> list[str]:
    counts = [count(entry.connections), count(entry.at_work)]
    cells = [_cell(entry.conditions.get(name), summary.measure) for name in summary.conditions]
    if entry.errors and not entry.rows and cells:
        cells[0] = "failed"
    return [entry.name, *cells, *counts]


def _cell(found: ConditionResult | None, measure: str) -> str:
    if found is None:
        return "-"
    mark = mark_of(found.against) if found.against else ""
    return f"{shown(found.estimate.mean, measure)} {mark:3}"
