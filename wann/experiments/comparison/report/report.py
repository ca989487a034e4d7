"""The report of a comparison, written from its rows.

It is one HTML file, and beside it JSON, CSV tables, figures and Markdown.
"""

from pathlib import Path

from wann.experiments.comparison import filenames
from wann.experiments.comparison.comparison import Comparison
from wann.experiments.comparison.report.command import command_for
from wann.experiments.comparison.report.figures import draw_entry, draw_figures
from wann.experiments.comparison.report.held_out import held_out_of
from wann.experiments.comparison.report.html_page import report_page
from wann.experiments.comparison.report.live import live_of
from wann.experiments.comparison.report.markdown_text import make_markdown
from wann.experiments.comparison.report.summary import ComparisonSummary, summarise
from wann.experiments.comparison.report.tables import curve_table, entry_table, row_table
from wann.files import write_atomically, write_json
from wann.tasks.registry import task_of


def write_report(comparison: Comparison) -> tuple[ComparisonSummary, Path]:
    """Write everything that came out so far; return the summary, and where the HTML report is."""
    folder, plan = comparison.folder, comparison.plan
    task = task_of(plan.task, folder / filenames.PLAN.name)
    rows, failed = comparison.rows(), comparison.failed()
    summary = summarise(plan, rows, failed, held_out_of(task))
    commands = {name: command_for(folder, plan, name) for name in plan.entries}
    written = {
        filenames.ENTRY_TABLE: entry_table(summary.entries),
        filenames.ROW_TABLE: row_table(rows, failed),
        filenames.MARKDOWN: make_markdown(summary, commands),
    }
    if summary.curves:
        written[filenames.CURVE_TABLE] = curve_table(summary.curves)
    write_json(folder / filenames.SUMMARY, summary.to_json())
    for name, text in written.items():
        write_atomically(folder / name, text.encode(errors="backslashreplace"))
    in_table = [row for row in rows if not plan.is_only_in_curves(row.job)]
    figures = list(draw_figures(folder, plan, summary, in_table)) if in_table else []
    drawings = [draw_entry(folder, plan, name, in_table, task) for name in plan.entries]
    live = live_of(folder, plan, in_table, task)
    page = report_page(summary, figures, drawings, commands, str(folder), live)
    write_atomically(folder / filenames.HTML, page.encode(errors="backslashreplace"))
    return summary, folder / filenames.HTML
