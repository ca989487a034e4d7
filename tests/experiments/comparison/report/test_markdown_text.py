"""The report as Markdown: nothing of anybody else is more than text in it."""

import re
from dataclasses import replace

from compare_toys import FAILED, HOSTILE, a_summary

from wann.experiments.comparison.report.markdown_text import make_markdown, plain


def test_nothing_hostile_gets_through() -> None:
    summary = replace(a_summary(FAILED), task=HOSTILE)
    text = make_markdown(summary, {HOSTILE: HOSTILE})
    outside_code = [line for line in text.splitlines() if not line.startswith("    ")]
    assert not re.search(r"(?<!\\)<", "\n".join(outside_code))
    assert plain("a|b\n*c*") == r"a\|b \*c\*"
