"""The page of a report: nothing of anybody else is more than text in it."""

import re
from dataclasses import replace

from compare_toys import FAILED, HOSTILE, a_summary
from render_toys import a_figure

from wann.experiments.comparison.report.html_page import Picture, report_page
from wann.pages.web_files import script


def test_nothing_hostile_gets_through() -> None:
    entries = list(a_summary(FAILED).entries)
    entries[1] = replace(entries[1], name=HOSTILE)
    summary = replace(a_summary(FAILED), task=HOSTILE, entries=tuple(entries))
    pictures = [Picture(HOSTILE, HOSTILE, a_figure(HOSTILE))]
    page = report_page(summary, pictures, pictures, {HOSTILE: HOSTILE}, HOSTILE)
    assert page.count("</script>") == 2  # the data and the page's own
    assert "<img" not in page
    assert "onerror=alert(1)&gt;" in page
    own = page.replace(script(), "")
    assert not re.search(r"""(src|href)\s*=\s*["']?(https?:)?//""", own)
    assert not re.search(r"""<[^>]*\b(style|on\w+)=\"""", own)
    assert "&lt;script&gt;" in page
    assert "$title |" in page  # the user's own text is not a placeholder


WORDS = ["method", "summary", "resolved", "threats", "costs"]


def test_sections_without_content_are_left_out() -> None:
    page = report_page(a_summary(), [], [], {}, "folder")
    assert re.findall(r'<section id="([^"]*)"', page) == [*WORDS[:2], "table", *WORDS[2:]]
    found = re.findall(r'<section id="([^"]*)"', report_page(a_summary(FAILED), [], [], {}, "f"))
    assert found == [*WORDS[:2], "table", *WORDS[2:], "failures"]


def test_results_stand_first_in_the_table() -> None:
    page = report_page(a_summary(), [], [], {}, "folder")
    section = page.partition('id="table"')[2].partition("</section>")[0]
    heads = re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', section)
    assert heads[:3] == ["contestant", "tuned", "trained"]
    assert heads.index("random") < heads.index("connections") < heads.index("depth")
    assert len(set(heads)) == len(heads)
    rows = re.findall(r"<tr><th scope=\"row\".*</tr>", section)
    assert {row.count("<t") - 1 for row in rows} == {len(heads)}


def test_a_command_stands_once_below_all_whose_rows_it_makes() -> None:
    commands = {"grown": "one", "imp": "another", "dense": "one"}
    page = report_page(a_summary(), [], [], commands, "folder")
    found = re.findall("<h3>([^<]*)</h3><pre>([^<]*)</pre>", page)
    assert found == [("grown, dense", "one"), ("imp", "another")]


def test_drawings_for_which_there_is_no_room_are_named() -> None:
    path = f'<path d="{"M 1 2 " * 90_000}"/>'
    large = Picture("large", "In FILE", f'<svg viewBox="0 0 1 1">{path}</svg>')
    small = Picture("small", "Small", a_figure("small"))
    page = report_page(a_summary(), [], [large, large, large, small], {}, "folder")
    assert len(page) < 1_600_000
    found = re.findall(r"<h3>(large|small)</h3></div>(<div)?", page)
    assert found == [("large", "<div"), ("large", "<div"), ("large", ""), ("small", "<div")]
    assert page.count("In FILE. It is not drawn here") == 1
