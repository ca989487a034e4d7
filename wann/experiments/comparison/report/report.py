"""The report of a comparison, written from its rows.

It is one HTML file, and beside it JSON, CSV tables, figures and Markdown.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from wann.drawing.figures import figure_bytes
from wann.experiments.comparison import filenames
from wann.experiments.comparison.comparison import Comparison
from wann.experiments.comparison.plan import ComparisonPlan
from wann.experiments.comparison.report.command import commands_for
from wann.experiments.comparison.report.figures import ReportFigure, draw_entry, draw_figures
from wann.experiments.comparison.report.held_out import held_out_in, held_out_of
from wann.experiments.comparison.report.html_page import Picture, report_page
from wann.experiments.comparison.report.live import live_of
from wann.experiments.comparison.report.markdown_text import make_markdown
from wann.experiments.comparison.report.summary import ComparisonSummary, summarise
from wann.experiments.comparison.report.tables import (
    curve_table,
    entry_table,
    factor_table,
    row_table,
)
from wann.experiments.comparison.rows import ComparisonRow
from wann.files import write_atomically, write_json
from wann.runs.versions import environment
from wann.tasks.registry import task_of
from wann.tasks.task import Task


class Found(NamedTuple):
    """What came out of a comparison so far, from which its report is written."""

    folder: Path
    plan: ComparisonPlan
    task: Task
    rows: Sequence[ComparisonRow]
    summary: ComparisonSummary
    commands: Mapping[str, str]  # that make the rows of each entry again

    @classmethod
    def of(cls, comparison: Comparison) -> "Found":
        """Return what came out; UserError where a row is damaged, or the task cannot be had."""
        folder, plan = comparison.folder, comparison.plan
        task = task_of(plan.task, folder / filenames.PLAN.name)
        rows = comparison.rows()
        summary = summarise(plan, rows, comparison.failed(), held_out_of(task))
        return cls(folder, plan, task, rows, summary, commands_for(folder, plan))

    @property
    def in_table(self) -> list[ComparisonRow]:
        """The rows but those that only budget curves show."""
        return [row for row in self.rows if not self.plan.is_only_in_curves(row.job)]

    def figures(self) -> "list[ReportFigure]":
        """Return the figures over all entries."""
        return list(draw_figures(self.plan, self.summary, self.in_table))


def write_report(comparison: Comparison, *, figures: bool = True) -> tuple[ComparisonSummary, Path]:
    """Write everything that came out so far; return the summary, and where the HTML report is.

    Without `figures` the report has tables and text alone.
    """
    found = Found.of(comparison)
    _write_tables(found)
    drawn = [_written(found.folder, figure) for figure in found.figures()] if figures else None
    path = found.folder / filenames.HTML
    write_atomically(path, _page(found, drawn).encode(errors="backslashreplace"))
    return found.summary, path


def figures_of(comparison: Comparison) -> list[ReportFigure]:
    """Return the figures over all entries, none where there are no rows.

    The data set of the task need not be there, where the report was written before.
    """
    folder, plan, rows = comparison.folder, comparison.plan, comparison.rows()
    held_out = held_out_in(folder / filenames.SUMMARY)
    if held_out is None:
        held_out = held_out_of(task_of(plan.task, folder / filenames.PLAN.name))
    summary = summarise(plan, rows, comparison.failed(), held_out)
    in_table = [row for row in rows if not plan.is_only_in_curves(row.job)]
    return list(draw_figures(plan, summary, in_table))


def report_text(comparison: Comparison) -> str:
    """Return the HTML report on everything that came out so far; nothing is written."""
    found = Found.of(comparison)
    return _page(found, [figure.picture() for figure in found.figures()])


def _write_tables(found: Found) -> None:
    summary = found.summary
    written = {
        filenames.ENTRY_TABLE: entry_table(summary.entries),
        filenames.ROW_TABLE: row_table(found.rows, summary.failed),
        filenames.MARKDOWN: make_markdown(summary, found.commands, written_with()),
    }
    if summary.curves:
        written[filenames.CURVE_TABLE] = curve_table(summary.curves)
    if summary.factors:
        written[filenames.FACTOR_TABLE] = factor_table(summary.factors)
    write_json(found.folder / filenames.SUMMARY, summary.to_json())
    for name, text in written.items():
        write_atomically(found.folder / name, text.encode(errors="backslashreplace"))


def written_with() -> str:
    """Return with which versions, and on which machine, this report is written."""
    now = environment()
    packages = ", ".join(f"{name} {now[name]}" for name in ("wann", "python", "numpy", "numba"))
    return f"Written with {packages} on {now['platform']}, {now['cores']} cores."


def _written(folder: Path, figure: ReportFigure) -> Picture:
    """Write a figure to the folder as PNG and SVG, and return it as the page shows it."""
    contents = figure_bytes(figure.figure)
    for suffix, content in contents.items():
        write_atomically(folder / f"{figure.name}{suffix}", content)
    return figure.picture(contents[".svg"])


def _page(found: Found, figures: Sequence[Picture] | None) -> str:
    """Return the page; where `figures` is None, the networks are not shown either."""
    folder, plan, task, rows = found.folder, found.plan, found.task, found.in_table
    drawings: list[Picture] = []
    live = None
    if figures is not None:
        names = found.summary.shown_entries
        drawings = [draw_entry(folder, plan, name, rows, task) for name in names]
        shown = [row for row in rows if plan.entry_of(row.job) in names]
        live = live_of(folder, plan, shown, task)
    return report_page(
        found.summary, figures, drawings, found.commands, str(folder), live, written_with()
    )
