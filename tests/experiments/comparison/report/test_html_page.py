"""The page of a report: nothing of anybody else is more than text in it."""

import re
from dataclasses import replace

from compare_toys import FAILED, HOSTILE, a_summary

from wann.experiments.comparison.report.html_page import Picture, inline_svg, make_page

SVG = (
    '<?xml version="1.0"?>\n<svg id="a"><use xlink:href="#b"/><g style="clip-path: url(#c)"/></svg>'
)


def test_nothing_hostile_gets_through() -> None:
    summary = replace(a_summary(FAILED), task=HOSTILE)
    pictures = [Picture(HOSTILE, HOSTILE, SVG)]
    page = make_page(summary, pictures, pictures, {HOSTILE: HOSTILE}, HOSTILE)
    assert page.count("<script>") == 1
    assert "<img" not in page
    assert "onerror=alert(1)&gt;" in page
    assert not re.search(r"""(src|href)\s*=\s*["']?(https?:)?//""", page)
    assert "default-src 'none'" in page
    assert "&lt;script&gt;" in page
    assert "$title |" in page  # the user's own text is not a placeholder


def test_ids_of_figures_do_not_meet() -> None:
    assert (
        inline_svg(SVG.encode(), "p-")
        == '<svg id="p-a"><use xlink:href="#p-b"/><g style="clip-path: url(#p-c)"/></svg>'
    )
