"""The report as one HTML file that needs nothing else: no network access, all text escaped.

The page forbids itself, by its Content-Security-Policy, to load anything from anywhere.
"""

import re
from collections.abc import Mapping, Sequence
from html import escape
from importlib import resources
from string import Template
from typing import Any, NamedTuple

from wann.experiments.comparison.report.words import MARKS, SHORT, count, sentences, shown

Row = dict[str, Any]
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
_LARGEST_EXACT = 10**6


class Picture(NamedTuple):
    """A figure of the page."""

    title: str
    text: str  # below it
    svg: str | None  # None: there is none, and `text` says why


def make_page(
    summary: Row,
    figures: Sequence[Picture],
    drawings: Sequence[Picture],
    commands: Mapping[str, str],
    place: str,
) -> str:
    """Return the page; `commands` by contestant, `place` is where its rows lie."""
    text = (
        resources.files("wann.experiments.comparison.report")
        .joinpath("template.html")
        .read_text(encoding="utf-8")
    )
    return Template(text).substitute(
        title=escape(f"Grown against pruned: {summary['task']}"),
        sentences="\n".join(
            f"<li>{escape(sentence).replace(' %', '&nbsp;%')}</li>"
            for sentence in sentences(summary)
        ),
        key=escape(_key(summary)),
        head="".join(_head(summary)),
        body="\n".join(_body_row(entry, summary) for entry in summary["entries"]),
        figures="\n".join(_figure(picture, f"f{i}-") for i, picture in enumerate(figures)),
        drawings="\n".join(_figure(picture, f"d{i}-") for i, picture in enumerate(drawings)),
        failed=_failures(summary["failed"]),
        place=escape(
            f"Rows, with the network of each, lie in {place}. The same command makes only what is "
            "missing."
        ),
        commands="\n".join(
            f"<h3>{escape(name)}</h3><pre>{escape(command)}</pre>"
            for name, command in commands.items()
        ),
    )


def inline_svg(content: bytes, prefix: str) -> str:
    """Return an SVG file as an element of a page, its ids with `prefix`, so that those of several do not meet."""
    text = content.decode()
    text = text[text.index("<svg") :]
    text = re.sub(r' d="[^"]*"', _shortened, text)
    text = re.sub(r'\bid="', f'id="{prefix}', text)
    text = re.sub(r"url\(#", f"url(#{prefix}", text)
    return re.sub(r'href="#', f'href="#{prefix}', text)


def _shortened(path: re.Match[str]) -> str:
    """Return path data with two decimals: hundredths of a point, which no screen and no printer shows."""
    return re.sub(r"(\.\d\d)\d+", r"\1", path[0])


def conditions_of(summary: Row) -> list[str]:
    """Return the conditions that were measured, in order."""
    return [
        name for name in SHORT if any(name in entry["conditions"] for entry in summary["entries"])
    ]


def _key(summary: Row) -> str:
    marks = ", ".join(f"{mark} {verdict}" for verdict, mark in MARKS.items())
    return (
        f"Means over {summary['unit']}s with 95 % bootstrap intervals; paired verdicts against "
        f"{summary['reference']}: "
        f"{marks}. A reference row has a size of its own. Latencies are medians of this machine, "
        "no part of the "
        "result, and not printed. Click on a heading to sort."
    )


def _head(summary: Row) -> list[str]:
    columns = ["contestant", *_SIZES.values(), *(SHORT[name] for name in conditions_of(summary))]
    columns += [
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


def _body_row(entry: Row, summary: Row) -> str:
    name = escape(entry["name"]) + (
        " <small>(reference)</small>" if entry["reference_size"] else ""
    )
    cells = [
        f'<td data-value="{escape(entry["name"])}" title="{escape(entry["about"])}">{name}</td>'
    ]
    columns = len(_head(summary))
    if not entry["rows"]:
        error = escape("; ".join(dict.fromkeys(entry["errors"])) or "not made yet")
        kind = "failed: " if entry["errors"] else ""
        empty = '<td data-value=""></td>' * (columns - 2)
        return f'<tr>{cells[0]}<td class="failed" data-value="">{kind}{error}</td>{empty}</tr>'
    structure = entry["structure"]
    cells += [_number(structure[key]) for key in _SIZES]
    cells += [_measure(entry["conditions"].get(name), summary) for name in conditions_of(summary)]
    cells += [_number(structure[key]) for key in _COUNTS]
    cells.append(_paths(entry["paths"]))
    cells += [_number(structure[key]) for key in ("sparse_flops", "sparse_bytes")]
    cells += [_number(entry["latency"][key], 1e6, "machine") for key in _LATENCIES]
    cells += [_number(entry["cost"].get(key)) for key in _COSTS]
    return f"<tr>{''.join(cells)}</tr>"


def _number(value: float | None, factor: float = 1.0, kind: str = "") -> str:
    """Return a cell.

    `kind` is its class, which print leaves out for what is of this machine alone.
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


def _measure(found: Row | None, summary: Row) -> str:
    if found is None:
        return '<td data-value="">-</td>'
    n = f"n {found['n']}"
    if found["low"] is not None:
        n = f"{shown(found['low'], summary).removesuffix(' %')} to {shown(found['high'], summary)}, {n}"
    mark = ""
    if found["against"]:
        verdict = found["against"]["verdict"]
        mark = (
            f' <span class="{verdict.replace(" ", "-")}" title="{verdict}">{MARKS[verdict]}</span>'
        )
    text = f"{shown(found['mean'], summary)}{mark}<small>{n}</small>"
    return f'<td data-value="{found["mean"]!r}">{text}</td>'


def _figure(picture: Picture, prefix: str) -> str:
    drawn = (
        f'<div class="paper">{inline_svg(picture.svg.encode(), prefix)}</div>'
        if picture.svg
        else ""
    )
    return f"<figure><h3>{escape(picture.title)}</h3>{drawn}<figcaption>{escape(picture.text)}</figcaption></figure>"


def _failures(failed: Sequence[Row]) -> str:
    if not failed:
        return ""
    items = []
    for row in failed:
        which = escape(f"{row['name']}, {row['champion']}, seed {row['seed']}")
        items.append(f'<li>{which}: <span class="failed">{escape(row["error"])}</span></li>')
    rows = "\n".join(items)
    return f'<section id="failures"><h2>Failed</h2>\n<ul>\n{rows}\n</ul></section>'
