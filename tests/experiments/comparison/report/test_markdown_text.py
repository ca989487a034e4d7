"""The report as Markdown: nothing of anybody else is more than text in it."""

import platform
import re
from dataclasses import replace

from compare_toys import FAILED, HOSTILE, a_plan, a_summary

from wann.experiments.comparison.report.held_out import HeldOut
from wann.experiments.comparison.report.markdown_text import make_markdown, plain
from wann.experiments.comparison.report.report import written_with
from wann.experiments.comparison.report.summary import summarise


def test_nothing_hostile_gets_through() -> None:
    summary = replace(a_summary(FAILED), task=HOSTILE)
    text = make_markdown(summary, {HOSTILE: HOSTILE}, written_with())
    assert plain(f"python {platform.python_version()}") in text
    outside_code = [line for line in text.splitlines() if not line.startswith("    ")]
    assert not re.search(r"(?<!\\)<", "\n".join(outside_code))
    assert plain("a|b\n*c*") == r"a\|b \*c\*"


def test_what_is_not_made_yet_has_not_failed() -> None:
    lines = make_markdown(a_summary(), {}).splitlines()
    (line,) = [line for line in lines if line.startswith("| snip |")]
    assert "| not made yet |" in line
    assert "failed" not in line


def test_a_line_has_as_many_cells_as_the_table_where_no_row_was_made() -> None:
    nothing = summarise(a_plan("imp", "snip"), [], FAILED, HeldOut("accuracy"))
    lines = make_markdown(nothing, {}).splitlines()
    head = next(number for number, line in enumerate(lines) if line.startswith("| contestant"))
    columns = {line.count("|") for line in lines[head : head + 2 + len(nothing.entries)]}
    assert columns == {4}
