"""The report as one HTML file that needs nothing else: no network access, all text escaped."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any, NamedTuple

from wann.experiments.comparison.report.html_table import (
    condition_list,
    entries_table,
    size_table,
    table_key,
    text_table,
)
from wann.experiments.comparison.report.live import Live
from wann.experiments.comparison.report.sections import question, sections
from wann.experiments.comparison.report.size_tables import size_tables
from wann.experiments.comparison.report.summary import ComparisonSummary
from wann.experiments.comparison.report.text_tables import TextSection
from wann.experiments.comparison.rows import Failure
from wann.pages import Section, make_page
from wann.pages.figure import figure_svg
from wann.tasks.spec import named_spec

_AGAIN = (
    "Each command makes the rows of one contestant anew, in a folder of its own. The rows of this "
    "report, with the network of each, lie in"
)


_NO_FIGURES = (
    "The figures and the networks themselves are left out. This makes the report anew with them:"
)
_NO_ROOM = "It is not drawn here, because the page would become too large; `wann render` draws it."
_MOST_DRAWN = 1_200_000  # characters of all drawings together, so that a page stays below some 3 MB


class Picture(NamedTuple):
    """A figure of the page."""

    title: str
    text: str  # below it: what it shows, in plain sentences
    svg: str | None  # None where there is none, and `text` says why


def report_page(
    summary: ComparisonSummary,
    figures: Sequence[Picture] | None,
    drawings: Sequence[Picture],
    commands: Mapping[str, str],
    folder: str,
    live: Live | None = None,
    written_with: str = "",
) -> str:
    """Return the page.

    Args:
        summary: What came out.
        figures: The figures over all entries; None where they are left out.
        drawings: The drawings of the networks.
        commands: The commands that make the rows again, by entry.
        folder: Where the rows lie.
        live: The networks that act on the page; None where there are none.
        written_with: The versions and the machine, in a sentence.
    """
    words = {one.name: _words(one) for one in sections(summary)}
    parts = [
        *_live_section(live),
        *(words.pop(name) for name in ("method", "summary") if name in words),
        Section("table", "sortable", "Results", table_key(summary), _results(summary)),
        Section("sizes", heading="Smaller networks", content=_sizes(summary)),
        Section("figures", "figures", "Figures", content=_all_figures(figures, folder)),
        *words.values(),
        Section(
            "contestants-drawn",
            "figures",
            "The networks",
            "Signals go from left to right. The thicker a connection, the larger its weight; blue "
            "weights are positive and orange ones negative. Networks without weights of their own "
            f"are drawn with connections that are all alike.{_left_out(summary)}",
            _drawings(drawings),
        ),
        Section("failures", heading="Rows that failed", content=_failures(summary.failed)),
        Section(
            "reproduce",
            heading="How to make each row again",
            text=f"{written_with} {_AGAIN} {folder}".strip(),
            content=_commands(commands),
        ),
    ]
    shown = [one for one in parts if one.content or one.name == "live"]
    data: dict[str, Any] = {one.name: {} for one in shown}
    if live is not None:
        data["live"] = live.data
    return make_page(
        f"Grown against pruned: {named_spec(summary.task)}", shown, data, question(summary)
    )


def _live_section(live: Live | None) -> Iterator[Section]:
    if live is not None:
        yield Section("live", live.part, "See them at work", live.text)


def _left_out(summary: ComparisonSummary) -> str:
    """Return that not all networks are shown, where there are too many."""
    left = len(summary.entries) - len(summary.shown_entries)
    if not left:
        return ""
    return (
        f" Here, and in profiles and what acts on this page, stand {summary.reference} and those "
        f"that earn most under the first condition; {left} more are left out."
    )


def _words(part: TextSection) -> Section:
    """Return a part in words as the page has it: its sentences as a list, then its tables."""
    content = "\n".join([_facts(part.sentences), *map(text_table, part.tables)])
    return Section(part.name, heading=part.heading, content=content)


def _facts(found: Sequence[str]) -> str:
    if not found:
        return ""
    items = "\n".join(f"<li>{escape(text).replace(' %', '&nbsp;%')}</li>" for text in found)
    return f'<ul class="facts">\n{items}\n</ul>'


def _results(summary: ComparisonSummary) -> str:
    ways = condition_list(summary.conditions) if summary.conditions else ""
    return f"{entries_table(summary)}\n{ways}"


def _sizes(summary: ComparisonSummary) -> str:
    return "\n".join(size_table(table, summary.measure) for table in size_tables(summary))


def _drawings(pictures: Sequence[Picture]) -> str:
    """Return the drawings as HTML; of those for which there is no room, it is said where they are.

    `pictures` come in the order in which there is room for them.
    """
    found, room = [], _MOST_DRAWN
    for number, picture in enumerate(pictures):
        drawn = _figure(picture, f"d{number}-", "paper")
        if len(drawn) > room:
            text = f"{picture.text}. {_NO_ROOM}"
            drawn = _figure(picture._replace(text=text, svg=None), f"d{number}-", "paper")
        room -= len(drawn)
        found.append(drawn)
    return f'<div class="drawings">{"".join(found)}</div>' if found else ""


def _all_figures(pictures: Sequence[Picture] | None, folder: str) -> str:
    """Return figures as HTML or, where they are left out, how they are made."""
    if pictures is None:
        command = shlex.join(["wann", "render", folder, "--html"])
        return f"<p>{_NO_FIGURES}</p><pre>{escape(command)}</pre>"
    return "\n".join(
        _figure(picture, f"f{number}-", "paper wide") for number, picture in enumerate(pictures)
    )


def _figure(picture: Picture, prefix: str, kind: str) -> str:
    title, text = escape(picture.title), escape(picture.text)
    drawn = ""
    if picture.svg:
        svg = figure_svg(picture.svg, prefix, f"{picture.title}. {picture.text}")
        # What may have to be scrolled can be reached by keys.
        opening = f'class="{kind}" tabindex="0" role="group" aria-label="{title}"'
        drawn = f"<div {opening}>{svg}</div>"
    return (
        f'<figure class="figure"><div class="figure-head"><h3>{title}</h3></div>{drawn}'
        f"<figcaption>{text}</figcaption></figure>"
    )


def _failures(failed: Sequence[Failure]) -> str:
    items = []
    for (champion, name, seed), error in failed:
        which = escape(f"{name}, {champion}, seed {seed}")
        items.append(f'<li>{which}: <span class="failed-row">{escape(error)}</span></li>')
    rows = "\n".join(items)
    return f'<ul class="facts">\n{rows}\n</ul>' if items else ""


def _commands(commands: Mapping[str, str]) -> str:
    """Return the commands as HTML, each once, below the names of those whose rows it makes."""
    made: dict[str, list[str]] = {}
    for name, command in commands.items():
        made.setdefault(command, []).append(name)
    return "\n".join(
        f"<h3>{escape(', '.join(names))}</h3><pre>{escape(command)}</pre>"
        for command, names in made.items()
    )
