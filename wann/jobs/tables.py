"""Numbers and rows as text: for progress lines, tables on a terminal, and CSV files."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any


def short(value: float) -> str:
    """Return a number in few digits: 703, 21.4, -0.352."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def as_table(lines: Sequence[Sequence[str]], left: int = 1) -> str:
    """Return lines of cells as a table for the terminal, with two blanks between the columns.

    The first line is the head, and no line has more cells than it has. The first `left` columns
    begin at their left edge, as names do; the others end at their right edge, as numbers do.
    """
    columns = range(len(lines[0]))
    widths = [max(len(line[i]) for line in lines if i < len(line)) for i in columns]
    return "\n".join(
        "  ".join(
            cell.ljust(widths[i]) if i < left else cell.rjust(widths[i])
            for i, cell in enumerate(line)
        ).rstrip()
        for line in lines
    )


def as_csv(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return rows of JSON values as CSV, with a column for each key, in order of appearance.

    A value that is an object becomes a column for each of its keys (`accuracy_low`), and a list
    becomes its items with blanks between them. A cell is empty where a row lacks the column, or
    has None there.
    """
    flat = [_flatten(row) for row in rows]
    text = io.StringIO()
    columns = list(dict.fromkeys(key for row in flat for key in row))
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(flat)
    return text.getvalue()


def _flatten(row: Mapping[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, Mapping):
            flat |= {f"{name}_{key}": entry for key, entry in value.items()}
        elif isinstance(value, list):
            flat[name] = " ".join(map(str, value))
        else:
            flat[name] = value
    return flat
