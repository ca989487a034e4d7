"""The report as one HTML file that needs nothing else: no network access, all text escaped.

The page forbids itself, by its Content-Security-Policy, to load anything from anywhere.
"""

import re
from collections.abc import Mapping, Sequence
from html import escape
from importlib import resources
from string import Template
from typing import NamedTuple

from wann.config.conditions import CONDITIONS
from wann.experiments.comparison.report.entries import Entry
from wann.experiments.comparison.report.intervals import ConditionResult
from wann.experiments.comparison.report.notation import MARKS, count, legend, shown
from wann.experiments.comparison.report.summary import ComparisonSummary
from wann.experiments.comparison.report.verdict_text import sentences
from wann.experiments.comparison.rows import Failure

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
_LARGEST_EXACT = 10**6  # number of paths, beyond which only its magnitude is shown


class Picture(NamedTuple):
    """A figure of the page."""

    title: str
    text: str  # below it
    svg: str | None  # None where there is none, and `text` says why


def make_page(
    summary: ComparisonSummary,
    figures: Sequence[Picture],
    drawings: Sequence[Picture],
    commands: Mapping[str, str],
    folder: str,
) -> str:
    """Return the page.

    Args:
        summary: What came out.
        figures: The figures over all entries.
        drawings: The drawings of the networks.
        commands: The commands that make the rows again, by entry.
        folder: Where the rows lie.
    """
    template = resources.files("wann.experiments.comparison.report").joinpath("template.html")
    return Template(template.read_text(encoding="utf-8")).substitute(
        title=escape(f"Grown against pruned: {summary.task}"),
        sentences="\n".join(
            f"<li>{escape(sentence).replace(' %', '&nbsp;%')}</li>"
            for sentence in sentences(summary)
        ),
        key=escape(_key(summary)),
        head="".join(_head(summary)),
        body="\n".join(_body_row(entry, summary) for entry in summary.entries),
        figures="\n".join(_figure(picture, f"f{i}-") for i, picture in enumerate(figures)),
        drawings="\n".join(_figure(picture, f"d{i}-") for i, picture in enumerate(drawings)),
        failed=_failures(summary.failed),
        folder=escape(
            f"Rows, with the network of each, lie in {folder}. The same command makes only what is "
            "missing."
        ),
        commands="\n".join(
            f"<h3>{escape(name)}</h3><pre>{escape(command)}</pre>"
            for name, command in commands.items()
        ),
    )


def inline_svg(content: bytes, prefix: str) -> str:
    """Return an SVG file as an element of a page.

    Its ids get the `prefix`, so that those of several figures in one page differ.
    """
    text = content.decode()
    text = text[text.index("<svg") :]
    text = re.sub(r' d="[^"]*"', _shortened, text)
    text = re.sub(r'\bid="', f'id="{prefix}', text)
    text = re.sub(r"url\(#", f"url(#{prefix}", text)
    return re.sub(r'href="#', f'href="#{prefix}', text)


def _shortened(path: re.Match[str]) -> str:
    """Return path data with two decimals: no screen or printer shows a hundredth of a point."""
    return re.sub(r"(\.\d\d)\d+", r"\1", path[0])


def _key(summary: ComparisonSummary) -> str:
    return (
        f"Means over {summary.unit}s with 95 % bootstrap intervals; paired verdicts against "
        f"{summary.reference}: {legend()}. A reference row has a size of its own. Latencies are "
        "medians of this machine, no part of the result, and not printed. Click on a heading to "
        "sort."
    )


def _head(summary: ComparisonSummary) -> list[str]:
    columns = [
        "contestant",
        *_SIZES.values(),
        *(CONDITIONS[name].heading for name in summary.conditions),
        *_COUNTS.values(),
        "paths",
        "flops",
        "bytes",
        *_LATENCIES.values(),
        *_COSTS.values(),
    ]
    kinds = dict.fromkeys(_LATENCIES.values(), ' class="machine"')
    return [
        f'<th scope="col"{kinds.get(name, "")}><button type="button">{escape(name)}</button></th>'
        for name in columns
    ]


def _body_row(entry: Entry, summary: ComparisonSummary) -> str:
    name = escape(entry.name) + (" <small>(reference)</small>" if entry.reference_size else "")
    first = f'<td data-value="{escape(entry.name)}" title="{escape(entry.about)}">{name}</td>'
    counts = entry.counts
    if counts is None:
        return f"<tr>{first}{_cells_without_rows(entry, len(_head(summary)) - 1)}</tr>"
    cells = [
        first,
        *(_number(getattr(counts, field)) for field in _SIZES),
        *(_result(entry.conditions.get(name), summary.measure) for name in summary.conditions),
        *(_number(getattr(counts, field)) for field in _COUNTS),
        _paths(entry.paths),
        _number(counts.sparse_flops),
        _number(counts.sparse_bytes),
        *(_number(getattr(entry.latency, field), 1e6, "machine") for field in _LATENCIES),
        *(_number(getattr(entry.cost, field)) for field in _COSTS),
    ]
    return f"<tr>{''.join(cells)}</tr>"


def _cells_without_rows(entry: Entry, columns: int) -> str:
    """Return the cells of an entry that has no row: why not, and `columns` - 1 empty ones."""
    error = escape("; ".join(dict.fromkeys(entry.errors)) or "not made yet")
    kind = "failed: " if entry.errors else ""
    empty = '<td data-value=""></td>' * (columns - 1)
    return f'<td class="failed" data-value="">{kind}{error}</td>{empty}'


def _number(value: float | None, factor: float = 1.0, kind: str = "") -> str:
    """Return the cell of a number, times `factor`.

    `kind` is its class in the page: "machine" for what is of this machine alone and is not printed.
    """
    if value is None:
        return f'<td class="{kind}" data-value="">-</td>'
    return (
        f'<td class="{kind}" data-value="{value * factor!r}">{count(round(value * factor, 1))}</td>'
    )


def _paths(paths: Sequence[str]) -> str:
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


def _result(found: ConditionResult | None, measure: str) -> str:
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
        verdict = found.against.verdict
        kind = verdict.replace(" ", "-")
        mark = f' <span class="{kind}" title="{verdict}">{MARKS[verdict]}</span>'
    return f'<td data-value="{mean!r}">{shown(mean, measure)}{mark}<small>{below}</small></td>'


def _figure(picture: Picture, prefix: str) -> str:
    drawn = ""
    if picture.svg:
        drawn = f'<div class="paper">{inline_svg(picture.svg.encode(), prefix)}</div>'
    title, text = escape(picture.title), escape(picture.text)
    return f"<figure><h3>{title}</h3>{drawn}<figcaption>{text}</figcaption></figure>"


def _failures(failed: Sequence[Failure]) -> str:
    if not failed:
        return ""
    items = []
    for (champion, name, seed), error in failed:
        which = escape(f"{name}, {champion}, seed {seed}")
        items.append(f'<li>{which}: <span class="failed">{escape(error)}</span></li>')
    rows = "\n".join(items)
    return f'<section id="failures"><h2>Failed</h2>\n<ul>\n{rows}\n</ul></section>'
