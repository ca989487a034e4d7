"""The tables of the page: of all entries, and of smaller networks."""

from collections.abc import Iterator, Sequence
from html import escape

from wann.config.conditions import CONDITIONS
from wann.experiments.comparison.report.entries import Entry
from wann.experiments.comparison.report.html_cells import (
    cells_without_rows,
    number_cell,
    paths_cell,
    result_cell,
)
from wann.experiments.comparison.report.notation import legend
from wann.experiments.comparison.report.size_tables import SizeTable
from wann.experiments.comparison.report.summary import ComparisonSummary
from wann.experiments.comparison.report.text_tables import TextTable

# Columns of the table by fields of an entry, with what stands above them.
_SIZES = {"connections": "connections", "effective_connections": "at work"}
_COUNTS = {
    "active_units": "units at work",
    "active_inputs": "inputs at work",
    "depth": "depth",
}
_LATENCIES = {
    "sparse_1": "one input, µs",
    "dense_1": "one input dense, µs",
    "sparse_1000": "1000 inputs, µs",
    "dense_1000": "1000 inputs dense, µs",
}
_COSTS = {
    "env_steps": "steps or examples seen",
    "steps": "training steps",
    "evaluations": "evaluations",
    "seconds": "core-seconds",
}


def entries_table(summary: ComparisonSummary) -> str:
    """Return the table of all entries, results first, as an HTML element that can be sorted."""
    headings = [
        f'<th scope="col"{kind}>{escape(name)}</th>' for name, kind in _columns(summary.conditions)
    ]
    rows = [_row(entry, summary, len(headings)) for entry in summary.entries]
    return _table("Results of all contestants", headings, rows, "sortable")


def size_table(table: SizeTable, measure: str) -> str:
    """Return the table of what contestants earn at several sizes, below its title."""
    headings = [f'<th scope="col">{escape(text)}</th>' for text in table.heads()]
    rows = [
        f'<tr><th scope="row">{escape(name)}</th>'
        f"{''.join(result_cell(found, measure) for found in results)}</tr>"
        for name, results in table.lines.items()
    ]
    return f"<h3>{escape(table.title)}</h3>\n{_table(table.title, headings, rows, 'plain')}"


def text_table(table: TextTable) -> str:
    """Return a table of text, below its title."""
    kinds = [' class="name"' if place < table.names else "" for place in range(len(table.heads))]
    headings = [
        f'<th scope="col"{kind}>{escape(text)}</th>'
        for kind, text in zip(kinds, table.heads, strict=True)
    ]
    rows = []
    for line in table.lines:
        names, numbers = line[: table.names], line[table.names :]
        named = "".join(f'<th scope="row" class="name">{escape(cell)}</th>' for cell in names)
        told = "".join(f"<td>{escape(cell)}</td>" for cell in numbers)
        rows.append(f"<tr>{named}{told}</tr>")
    return f"<h3>{escape(table.title)}</h3>\n{_table(table.title, headings, rows, 'plain')}"


def table_key(summary: ComparisonSummary) -> str:
    """Return how the tables are read."""
    measure = "accuracy" if summary.measure == "accuracy" else "return"
    return (
        f"Each row is a contestant. First stands its mean {measure} in each way of choosing the "
        f"weights, below it the 95 % interval and n, over how many {_units(summary)} it goes; then "
        f"follow sizes, speed and cost. The marks compare with {summary.reference}, {summary.unit} "
        f"by {summary.unit}: {legend(summary.measure)}. A reference row has a size "
        "of its own. Speeds are medians on this machine and no part of the result; they are not "
        "printed."
    )


def _units(summary: ComparisonSummary) -> str:
    if summary.unit == "seed":
        return "seeds"
    return "champions (seeds, where all champions share the network of a seed)"


def condition_list(conditions: Sequence[str]) -> str:
    """Return what the headings of results mean, as an HTML list."""
    items = "\n".join(
        f"<li><strong>{escape(CONDITIONS[name].heading)}</strong>: "
        f"{escape(CONDITIONS[name].weights)}</li>"
        for name in conditions
    )
    return f'<ul class="facts">\n{items}\n</ul>'


def _columns(conditions: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield what stands above the columns, each with its class as an attribute."""
    names = [*(CONDITIONS[name].heading for name in conditions), *_SIZES.values()]
    for name in ("contestant", *names, *_COUNTS.values(), "paths", "flops", "bytes"):
        yield name, ""
    for name in _LATENCIES.values():
        yield name, ' class="machine"'
    for name in _COSTS.values():
        yield name, ""


def _row(entry: Entry, summary: ComparisonSummary, columns: int) -> str:
    name = escape(entry.name) + (" <small>(reference)</small>" if entry.reference_size else "")
    about = escape(entry.about)
    first = f'<th scope="row" data-value="{escape(entry.name)}" title="{about}">{name}</th>'
    counts = entry.counts
    if counts is None:
        return f"<tr>{first}{cells_without_rows(entry, columns - 1)}</tr>"
    cells = [
        *(result_cell(entry.conditions.get(name), summary.measure) for name in summary.conditions),
        *(number_cell(getattr(counts, field)) for field in (*_SIZES, *_COUNTS)),
        paths_cell(entry.paths),
        number_cell(counts.sparse_flops),
        number_cell(counts.sparse_bytes),
        *(number_cell(getattr(entry.latency, field), 1e6, "machine") for field in _LATENCIES),
        *(number_cell(getattr(entry.cost, field)) for field in _COSTS),
    ]
    return f"<tr>{first}{''.join(cells)}</tr>"


def _table(name: str, headings: Sequence[str], rows: Sequence[str], kind: str) -> str:
    """Return a table that scrolls inside itself where the screen is too narrow for it."""
    body = "\n".join(rows)
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(name)}">'
        f'<table class="{kind}" aria-label="{escape(name)}">'
        f"<thead><tr>{''.join(headings)}</tr></thead>"
        f"<tbody>\n{body}\n</tbody></table></div>"
    )
