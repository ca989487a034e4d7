"""The cells of the page's tables: each with the value that its column is sorted by."""

from collections.abc import Sequence
from html import escape

from wann.experiments.comparison.report.entries import Entry
from wann.experiments.comparison.report.intervals import ConditionResult
from wann.experiments.comparison.report.notation import count, mark_of, shown, verdict_in_words

_LARGEST_EXACT = 10**6  # number of paths, beyond which only its magnitude is shown


def cells_without_rows(entry: Entry, columns: int) -> str:
    """Return the cells of an entry that has no row: why not, and `columns` - 1 empty ones."""
    error = escape("; ".join(dict.fromkeys(entry.errors)) or "not made yet")
    kind = "failed: " if entry.errors else ""
    empty = '<td data-value=""></td>' * (columns - 1)
    return f'<td class="failed-row" data-value="">{kind}{error}</td>{empty}'


def number_cell(value: float | None, factor: float = 1.0, kind: str = "") -> str:
    """Return the cell of a number, times `factor`.

    `kind` is its class in the page: "machine" for what is of this machine alone and is not printed.
    """
    if value is None:
        return f'<td class="{kind}" data-value="">-</td>'
    return (
        f'<td class="{kind}" data-value="{value * factor!r}">{count(round(value * factor, 1))}</td>'
    )


def paths_cell(paths: Sequence[str]) -> str:
    """Return the cell of path counts, which may be beyond what floats hold."""
    numbers = [int(text) for text in paths]
    text = " to ".join(
        f"{number:,}" if number < _LARGEST_EXACT else _power(number)
        for number in dict.fromkeys((min(numbers), max(numbers)))
    )
    return f'<td data-value="{len(str(max(numbers)))}.{str(max(numbers))[:15]}">{text}</td>'


def _power(number: int) -> str:
    digits = str(number)
    return f"{digits[0]}.{digits[1]}e{len(digits) - 1}"


def result_cell(found: ConditionResult | None, measure: str) -> str:
    """Return the cell of a condition: mean, mark of the verdict, interval, number of units."""
    if found is None:
        return '<td data-value="">-</td>'
    mean, low, high, units = found.estimate
    below = f"n {units}"
    if low is not None:
        bounds = f"{shown(low, measure).removesuffix(' %')} to {shown(high, measure)}"
        below = f"{bounds}, {below}"
    mark = ""
    if found.against:
        kind = found.against.verdict.replace(" ", "-")
        told = verdict_in_words(found.against)
        mark = f' <span class="{kind}" title="{told}">{mark_of(found.against)}</span>'
    return f'<td data-value="{mean!r}">{shown(mean, measure)}{mark}<small>{below}</small></td>'
