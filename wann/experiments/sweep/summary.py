"""The result of a sweep: a row per setting of its grid, a row per run.

As JSON, CSV, text and figure.
"""

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from wann.experiments.sweep.plan import Plan
from wann.experiments.sweep.states import FAILED, State
from wann.jobs.tables import as_table, short

Row = dict[str, Any]
_COLUMNS = {
    "label": "setting",
    "n": "n",
    "median": "median",
    "q1": "q1",
    "q3": "q3",
    "best": "best",
    "random_shared": "U(-2, 2)",
    "connections": "connections",
    "seconds": "seconds",
    "failed": "failed",
}


def summarise(plan: Plan, states: Sequence[State]) -> list[Row]:
    """Return a row for each setting of the grid.

    Over its `n` finished runs with a champion, of the mean return the median, the quartiles (linear
    between order statistics) and the best; medians of connections, seconds of work and, where
    champions were measured on fresh episodes, of the return at random shared weights.
    """
    rows = []
    for setting in plan.settings:
        of_setting = [state for state in states if state.run.setting is setting]
        found = [state for state in of_setting if state.mean is not None]
        means = [state.mean for state in found if state.mean is not None]
        q1, median, q3 = _quartiles(means)
        rows.append(
            {
                "label": setting.label,
                "setting": _json_values(setting.values),
                "runs": len(of_setting),
                "n": len(found),
                "failed": sum(state.state == FAILED for state in of_setting),
                "median": median,
                "q1": q1,
                "q3": q3,
                "best": max(means, default=None),
                "random_shared": _median([state.random_shared for state in found]),
                "connections": _median([state.connections for state in found]),
                "seconds": _median([state.seconds for state in found]),
            }
        )
    return rows


def describe_runs(states: Sequence[State]) -> list[Row]:
    """Return a row for each run."""
    return [
        {
            "run": state.run.name,
            "label": state.run.setting.label,
            "setting": _json_values(state.run.setting.values),
            "seed": state.run.config.seed,
            "state": state.state,
            "generations": state.generation,
            "mean": state.mean,
            "confirmed": state.best,
            "random_shared": state.random_shared,
            "connections": state.connections,
            "seconds": state.seconds,
            "attempts": state.attempt,
            "digest": state.digest,
            "error": state.error,
        }
        for state in states
    ]


def settings_in_columns(rows: Sequence[Row]) -> list[Row]:
    """Return rows for a CSV table, with a column for each setting of the grid in place of `setting`."""
    return [
        {
            name: value
            for key, entry in row.items()
            for name, value in (entry if key == "setting" else {key: entry}).items()
        }
        for row in rows
    ]


def as_text(rows: Sequence[Row]) -> str:
    """Return the rows of `summarise` as a table for the terminal.

    Columns in which nothing is, are left out.
    """
    kept = [key for key in _COLUMNS if any(row[key] for row in rows) or key in ("n", "median")]
    head = [_COLUMNS[key] for key in kept]
    return as_table([head] + [[_cell(key, row[key]) for key in kept] for row in rows])


def _cell(key: str, value: Any) -> str:
    if value is None:
        return "-"
    if key == "seconds":
        return f"{value:.0f}" if value >= 10 else f"{value:.1f}"
    if key == "connections":
        return f"{value:g}"
    return short(value) if isinstance(value, float) else str(value)


def _json_values(values: Mapping[str, Any]) -> Row:
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in values.items()
    }


def _median(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return statistics.median(known) if known else None


def _quartiles(values: Sequence[float]) -> tuple[float | None, float | None, float | None]:
    if not values:
        return None, None, None
    if len(values) == 1:
        return values[0], values[0], values[0]
    q1, median, q3 = statistics.quantiles(values, n=4, method="inclusive")
    return q1, median, q3
