"""Numbers and rows as text: for progress lines, tables on a terminal, and CSV files."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from wann.terminal import printable

_GAP = "  "  # between two columns
_SHORTEST_NAME = 18  # columns that names are folded to, at least
_SIGNS = " ,/"  # behind which a name is cut


def short(value: float) -> str:
    """Return a number in few digits: 703, 21.4, -0.352."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def in_percent(share: float) -> str:
    """Return a share as 93.1 %."""
    return f"{100 * share:.1f} %"


def as_table(lines: Sequence[Sequence[str]], left: int = 1, width: int | None = None) -> str:
    """Return lines of cells as a table for the terminal, with two blanks between the columns.

    A table that is wider than `width` has its names folded, and where that is not enough it comes
    in parts, one below the other, each with the names: what stands in a cell is never broken.

    Args:
        lines: of cells, the first of them the head; no line has more cells than it has.
        left: how many columns begin at their left edge, as names do; the others end at their right
            edge, as numbers do.
        width: columns of the terminal; None: as wide as it comes out.
    """
    table = [[printable(cell) for cell in line] for line in lines]
    if width is None or _total(_widths(table)) <= width:
        return _aligned(table, left)
    widths = _widths(table)
    room = width - _total(widths[1:]) - len(_GAP)
    table = _with_names_folded(table, max(room, min(_SHORTEST_NAME, width // 2)))
    parts = _parts(_widths(table), left, width)
    return "\n\n".join(
        _aligned([[line[i] for i in part if i < len(line)] for line in table], left)
        for part in parts
    )


def _aligned(table: Sequence[Sequence[str]], left: int) -> str:
    widths = _widths(table)
    return "\n".join(
        _GAP.join(_padded(cell, widths[i], i < left) for i, cell in enumerate(line)).rstrip()
        for line in table
    )


def _padded(cell: str, width: int, left: bool) -> str:
    blanks = " " * (width - _columns(cell))
    return cell + blanks if left else blanks + cell


def _parts(widths: Sequence[int], left: int, width: int) -> list[list[int]]:
    """Return the columns of each part of a table: the names, and others as long as they fit."""
    names = list(range(left))
    parts = [list(names)]
    for column in range(left, len(widths)):
        asked = _total([widths[i] for i in (*parts[-1], column)])
        if asked > width and len(parts[-1]) > left:
            parts.append(list(names))
        parts[-1].append(column)
    return parts


def _with_names_folded(table: Sequence[Sequence[str]], room: int) -> list[list[str]]:
    """Return the lines with first cells of at most `room`: the rest of a name follows below."""
    folded = []
    for line in table:
        first, *others = _fold(line[0], room)
        folded += [[first, *line[1:]], *([rest] for rest in others)]
    return folded


def _fold(name: str, room: int) -> list[str]:
    """Return a name in pieces of at most `room` columns, cut behind a sign where there is one."""
    pieces = []
    while _columns(name) > room:
        end = next(i for i in range(len(name), 0, -1) if _columns(name[:i]) <= room or i == 1)
        signs = [i for i in range(end // 2, end) if name[i] in _SIGNS]
        end = signs[-1] + 1 if signs else end
        pieces.append(name[:end])
        name = name[end:]
    return [*pieces, name]


def _widths(table: Sequence[Sequence[str]]) -> list[int]:
    return [max(_columns(line[i]) for line in table if i < len(line)) for i in range(len(table[0]))]


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + len(_GAP) * (len(widths) - 1)


def _columns(text: str) -> int:
    """Return how many columns a text takes: Chinese letters and emoji take two."""
    from rich.cells import cell_len  # not at the top: the command line begins without rich

    return cell_len(text)


def as_csv(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return rows of JSON values as CSV, with a column for each key, in order of appearance.

    A value that is an object becomes a column for each of its keys (`accuracy_low`), and a list
    becomes its items with blanks between them. A cell is empty where a row lacks the column, or
    has None there.
    """
    flat = [flatten(row) for row in rows]
    text = io.StringIO()
    columns = list(dict.fromkeys(key for row in flat for key in row))
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(flat)
    return text.getvalue()


def flatten(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row of JSON values without objects and lists in it, as `as_csv` writes it."""
    flat: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, Mapping):
            flat |= {f"{name}_{key}": entry for key, entry in value.items()}
        elif isinstance(value, list):
            flat[name] = " ".join(map(str, value))
        else:
            flat[name] = value
    return flat
