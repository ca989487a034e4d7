"""The summary of a sweep as text for the terminal."""

from collections.abc import Sequence
from typing import Any

from wann.experiments.sweep.compared import ACCURACY, Compared
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
_COMPARED = ("median", "q1", "q3", "best")


def as_text(
    rows: Sequence[SettingRow], width: int | None = None, compared: Compared | None = None
) -> str:
    """Return the settings of a sweep as a table; columns in which nothing stands are left out.

    Nothing stands where nothing is known, and where nothing failed; networks of 0 connections are a
    result like any other.

    `width` is how many columns the terminal has, `compared` by what runs are compared, on which a
    line follows if there is something to say.
    """
    kept = [key for key in _COLUMNS if key in _ALWAYS or any(_says(row, key) for row in rows)]
    head = [_COLUMNS[key] for key in kept]
    shares = {"accuracy", *(_COMPARED if compared and compared.by == ACCURACY else ())}
    lines = [[_cell(key, getattr(row, key), key in shares) for key in kept] for row in rows]
    table = as_table([head, *lines], width=width)
    return f"{table}\n{compared.why}" if compared and compared.why else table


def _says(row: SettingRow, key: str) -> bool:
    """Whether a field of a row says anything."""
    value = getattr(row, key)
    return value not in (None, "") and not (key == "failed" and value == 0)


def _cell(key: str, value: Any, is_share: bool) -> str:
    if value is None:
        return "-"
    if is_share:
        return in_percent(value)
    if key == "seconds":
        return f"{value:.0f}" if value >= 10 else f"{value:.1f}"
    if key == "connections":
        return f"{value:g}"
    return short(value) if isinstance(value, float) else str(value)
