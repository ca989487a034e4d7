"""The tables of the report as CSV: of entries, rows, points of budget curves, and factors."""

from collections.abc import Mapping, Sequence
from typing import Any

from wann.experiments.comparison.report.budget_curves import BudgetCurves
from wann.experiments.comparison.report.entries import Entry
from wann.experiments.comparison.report.factors import Factors
from wann.experiments.comparison.report.intervals import ConditionResult
from wann.experiments.comparison.rows import ComparisonRow, Failure
from wann.jobs.tables import as_csv

Line = dict[str, Any]  # cells by column

# What of a difference stands in the words of a report alone
_OF_WORDS = ("scatter", "over")


def entry_table(entries: Sequence[Entry]) -> str:
    """Return a CSV table with a line for each entry."""
    return as_csv([_entry_line(entry) for entry in entries])


def row_table(rows: Sequence[ComparisonRow], failed: Sequence[Failure]) -> str:
    """Return a CSV table with a line for each row, and for each that failed."""
    return as_csv([*map(_row_line, rows), *(failure.to_json() for failure in failed)])


def curve_table(curves: Sequence[BudgetCurves]) -> str:
    """Return a CSV table with a line for each point of a budget curve and condition."""
    return as_csv(
        [
            {
                "champion": of_champion.champion,
                "name": name,
                "connections": point.connections,
                "condition": condition,
                **found.estimate._asdict(),
                "verdict": found.against.verdict if found.against else None,
                "alone": found.against.alone if found.against else None,
            }
            for of_champion in curves
            for name, points in of_champion.curves.items()
            for point in points
            for condition, found in point.conditions.items()
        ]
    )


def factor_table(factors: Factors) -> str:
    """Return a CSV table with a line for each cell, effect and condition."""
    cells = [
        {"what": "cell", **one.cell._asdict(), "name": one.name, "searches": one.searches}
        | {"condition": condition, **found._asdict()}
        for one in factors.cells
        for condition, found in one.results.items()
    ]
    effects = [
        {"what": "effect", "name": one.title, "pairs": one.pairs, "condition": condition}
        | {name: value for name, value in found._asdict().items() if name not in _OF_WORDS}
        for one in factors.effects
        for condition, found in one.results.items()
    ]
    return as_csv([*cells, *effects])


def _entry_line(entry: Entry) -> Line:
    line: Line = {"name": entry.name, "rows": entry.rows}
    line |= entry.counts._asdict() if entry.counts else {}
    line["paths"] = " ".join(entry.paths)
    for name, found in entry.conditions.items():
        line |= _condition_cells(name, found)
    line |= _with_prefix("latency", entry.latency._asdict())
    line |= _with_prefix("cost", entry.cost._asdict())
    return line | {"error": "; ".join(dict.fromkeys(entry.errors))}


def _condition_cells(name: str, found: ConditionResult) -> Line:
    cells = _with_prefix(name, found.estimate._asdict())
    if found.against:
        of_difference = found.against._asdict()
        bounds = {end: of_difference[end] for end in ("mean", "low", "high")}
        told = {end: of_difference[end] for end in ("p", "p_holm", "verdict", "alone")}
        cells |= _with_prefix(f"{name}_difference", bounds) | _with_prefix(name, told)
    return cells


def _row_line(row: ComparisonRow) -> Line:
    return {
        **row.job._asdict(),
        "task": row.task,
        "budget": row.budget,
        "seconds": row.seconds,
        "about": row.about,
        **{name: found.mean for name, found in row.conditions.items()},
        **row.structure.to_dict(),
        **row.measures,
        **_with_prefix("cost", row.cost),
        "error": "",
    }


def _with_prefix(prefix: str, cells: Mapping[str, Any]) -> Line:
    return {f"{prefix}_{name}": value for name, value in cells.items()}
