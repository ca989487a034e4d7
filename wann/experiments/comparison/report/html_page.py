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
from wann.experiments.comparison.report.html_cells import (
    cells_without_rows,
    number_cell,
    paths_cell,
    result_cell,
)
from wann.experiments.comparison.report.notation import legend
from wann.experiments.comparison.report.size_tables import SizeTable, size_tables
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
        sizes="\n".join(_size_table(table, summary.measure) for table in size_tables(summary)),
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
        f"{summary.reference}: {legend(summary.measure)}. A reference row has a size of its own. "
        "Latencies are medians of this machine, no part of the result, and not printed. Click on a "
        "heading to sort."
    )


def _head(summary: ComparisonSummary) -> list[str]:
    columns = [
        "contestant",
        *(CONDITIONS[name].heading for name in summary.conditions),
        *_SIZES.values(),
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
        return f"<tr>{first}{cells_without_rows(entry, len(_head(summary)) - 1)}</tr>"
    cells = [
        first,
        *(result_cell(entry.conditions.get(name), summary.measure) for name in summary.conditions),
        *(number_cell(getattr(counts, field)) for field in _SIZES),
        *(number_cell(getattr(counts, field)) for field in _COUNTS),
        paths_cell(entry.paths),
        number_cell(counts.sparse_flops),
        number_cell(counts.sparse_bytes),
        *(number_cell(getattr(entry.latency, field), 1e6, "machine") for field in _LATENCIES),
        *(number_cell(getattr(entry.cost, field)) for field in _COSTS),
    ]
    return f"<tr>{''.join(cells)}</tr>"


def _size_table(table: SizeTable, measure: str) -> str:
    """Return the table of what contestants earn at several sizes."""
    head = "".join(f'<th scope="col">{text}</th>' for text in table.heads())
    rows = "\n".join(
        f"<tr><td>{escape(name)}</td>{''.join(result_cell(found, measure) for found in results)}"
        "</tr>"
        for name, results in table.lines.items()
    )
    return (
        f'<h3>{escape(table.title)}</h3>\n<div class="scroll"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>\n{rows}\n</tbody></table></div>"
    )


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
