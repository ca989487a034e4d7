"""The report on a terminal: tables of what contestants earn, and below them what was found."""

from collections.abc import Sequence

from wann.config.conditions import CONDITIONS
from wann.experiments.comparison.report.entries import Entry
from wann.experiments.comparison.report.intervals import ConditionResult
from wann.experiments.comparison.report.notation import MARKS, count, legend, shown
from wann.experiments.comparison.report.size_tables import SizeTable, size_tables
from wann.experiments.comparison.report.summary import ComparisonSummary
from wann.experiments.comparison.report.verdict_text import sentences
from wann.jobs.tables import as_table

_GAP = 2  # blanks between two columns


def as_text(summary: ComparisonSummary, width: int) -> str:
    """Return the tables for a terminal of `width` columns, with the sentences below them.

    A table that is too wide is parted: each part begins with the names.
    """
    heads = [
        "",
        *(CONDITIONS[name].heading for name in summary.conditions),
        "connections",
        "at work",
    ]
    tables = [
        "\n\n".join(_parts([heads, *(_line(one, summary) for one in summary.entries)], width))
    ]
    tables += [_size_table(table, summary, width) for table in size_tables(summary)]
    below = f"against {summary.reference}: {legend(summary.measure)}"
    return "\n".join(["\n\n".join(tables), below, "", *sentences(summary)])


def _parts(lines: Sequence[Sequence[str]], width: int) -> list[str]:
    """Return a table as one or several tables that fit the width, each with the first column."""
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    parts: list[list[int]] = [[]]
    for column in range(1, len(widths)):
        taken = widths[0] + sum(_GAP + widths[i] for i in (*parts[-1], column))
        if parts[-1] and taken > width:
            parts.append([])
        parts[-1].append(column)
    return [as_table([[line[0], *(line[i] for i in part)] for line in lines]) for part in parts]


def _size_table(table: SizeTable, summary: ComparisonSummary, width: int) -> str:
    lines = [
        [name, *(_cell(found, summary.measure) for found in results)]
        for name, results in table.lines.items()
    ]
    return "\n".join([table.title, "\n\n".join(_parts([table.heads(), *lines], width))])


def _line(entry: Entry, summary: ComparisonSummary) -> list[str]:
    counts = [count(entry.connections), count(entry.at_work)]
    cells = [_cell(entry.conditions.get(name), summary.measure) for name in summary.conditions]
    if entry.errors and not entry.rows and cells:
        cells[0] = "failed"
    return [entry.name, *cells, *counts]


def _cell(found: ConditionResult | None, measure: str) -> str:
    if found is None:
        return "-"
    mark = MARKS[found.against.verdict] if found.against else " "
    return f"{shown(found.estimate.mean, measure)} {mark}"
