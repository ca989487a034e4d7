"""The summary of a study as text for the terminal."""

from collections.abc import Sequence

from wann.experiments.pruning.plateaus import MARGIN
from wann.experiments.pruning.rows import MeanInterval, PlateauRow, StudyRow, SummaryRow
from wann.jobs.tables import as_table

_COLUMNS = (
    "method",
    "control",
    "round",
    "kept",
    "density",
    "effective_density",
    "accuracy",
    "against dense",
    "against method",
    "n",
    "seconds",
)


def as_text(rows: Sequence[SummaryRow], width: int | None = None) -> str:
    """Return the summary as a table for a terminal of so many columns."""
    cells = _without_empty([list(_COLUMNS)] + [_cells(row) for row in rows])
    return as_table(cells, left=1 + ("control" in cells[0]), width=width)


def plateaus_as_text(plateaus: Sequence[PlateauRow]) -> str:
    """Return a line for each plateau."""
    return "\n".join(_plateau_line(row) for row in plateaus)


def held_as_text(rows: Sequence[StudyRow]) -> str:
    """Return a line for each layer that cannot be made smaller in some row, "" if there is none."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        for layer, reason in (row.held or {}).items():
            found.setdefault((layer, reason), []).append(row.method)
    return "\n".join(
        f"{layer} is not made smaller ({', '.join(dict.fromkeys(methods))}): {reason}"
        for (layer, reason), methods in found.items()
    )


def _plateau_line(row: PlateauRow) -> str:
    name = row.method + (f", {row.control}" if row.control else "")
    margin = f"{100 * MARGIN:g} point"
    lost = "" if row.lost is None else f"{100 * row.lost:.2f} %"
    if row.end is None:
        return f"{name}: more than {margin} below the whole model already at {lost}"
    ended = f"lost at {lost}" if lost else "lowest density looked at"
    sure = "" if row.resolved or not lost else ", not resolved"
    end = f"{100 * row.end:.2f} %"
    return f"{name}: within {margin} of the whole model down to {end} ({ended}{sure})"


def _without_empty(cells: list[list[str]]) -> list[list[str]]:
    """Return the cells without columns that hold nothing but their title."""
    filled = [any(line[i] for line in cells[1:]) for i in range(len(_COLUMNS))]
    return [[text for text, keep in zip(line, filled, strict=True) if keep] for line in cells]


def _cells(row: SummaryRow) -> list[str]:
    return [
        row.method,
        row.control or "",
        str(row.round or ""),
        str(row.kept),
        f"{100 * row.density:.2f} %",
        "-" if row.effective_density is None else f"{100 * row.effective_density:.2f} %",
        _percent(row.accuracy),
        row.verdict or "",
        row.verdict_of_control or "",
        str(row.n),
        "-" if row.seconds is None else f"{row.seconds:.0f}",
    ]


def _percent(found: MeanInterval) -> str:
    if found.mean is None:
        return "-"
    spread = "" if found.high is None else f" ± {100 * (found.high - found.mean):.2f}"
    return f"{100 * found.mean:.2f}{spread} %"
