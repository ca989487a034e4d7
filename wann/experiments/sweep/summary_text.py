"""The summary of a sweep as text for the terminal."""

from collections.abc import Sequence
from typing import Any

from wann.experiments.sweep.summary import SettingRow
from wann.jobs.tables import as_table, in_percent, short

# Fields of a row, and what stands above their columns.
_COLUMNS = {
    "label": "setting",
    "n": "n",
    "accuracy": "accuracy",
    "median": "median",
    "q1": "q1",
    "q3": "q3",
    "best": "best",
    "random_shared": "U(-2, 2)",
    "connections": "connections",
    "seconds": "seconds",
    "failed": "failed",
}
_ALWAYS = ("n", "median")


def as_text(rows: Sequence[SettingRow], width: int | None = None) -> str:
    """Return the settings of a sweep as a table; columns in which nothing stands are left out.

    Nothing stands where nothing is known, and where nothing failed; networks of 0 connections are a
    result like any other.

    `width` is how many columns the terminal has.
    """
    kept = [key for key in _COLUMNS if key in _ALWAYS or any(_says(row, key) for row in rows)]
    head = [_COLUMNS[key] for key in kept]
    lines = [[_cell(key, getattr(row, key)) for key in kept] for row in rows]
    return as_table([head, *lines], width=width)


def _says(row: SettingRow, key: str) -> bool:
    """Whether a field of a row says anything."""
    value = getattr(row, key)
    return value not in (None, "") and not (key == "failed" and value == 0)


def _cell(key: str, value: Any) -> str:
    if value is None:
        return "-"
    if key == "accuracy":
        return in_percent(value)
    if key == "seconds":
        return f"{value:.0f}" if value >= 10 else f"{value:.1f}"
    if key == "connections":
        return f"{value:g}"
    return short(value) if isinstance(value, float) else str(value)
