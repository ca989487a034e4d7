"""From rows to words: what units are, what is said of them, and that nothing of anybody else's gets into the page."""

import re
from dataclasses import replace

import pytest
from compare_toys import FAILED, HOSTILE, a_plan, a_summary, row

from wann.experiments.comparison.contestants.contestants import DENSE, GROWN
from wann.experiments.comparison.report.html_page import Picture, inline_svg, make_page
from wann.experiments.comparison.report.markdown_text import make_markdown, plain
from wann.experiments.comparison.report.summary import summarise
from wann.experiments.comparison.report.tables import entry_table, row_table
from wann.experiments.comparison.report.terminal_table import as_text
from wann.experiments.comparison.report.verdict_text import sentences


def test_entries_have_means_intervals_and_verdicts() -> None:
    found = {entry.name: entry for entry in a_summary(FAILED).entries}
    assert list(found) == [GROWN, "imp", "snip", "rewired", DENSE]
    assert found["imp"].conditions["random_shared"].estimate.mean == pytest.approx(0.81)
    verdicts = {
        name: entry.conditions["tuned_shared"].against
        for name, entry in found.items()
        if entry.rows
    }
    assert verdicts.pop(GROWN) is None
    assert {name: against.verdict for name, against in verdicts.items() if against} == {
        "imp": "better",
        "rewired": "worse",
        DENSE: "better",
    }
    assert found["snip"].errors == (HOSTILE,) * 3
    assert found["snip"].conditions == {}
    assert found["snip"].counts is None
    assert found[DENSE].reference_size


def test_of_several_champions_each_is_one_unit() -> None:
    plan = a_plan("imp", champions=("a", "b"), seeds=(0, 1))
    rows = [
        row(name, seed, level + bonus + 0.1 * seed, champion)
        for name, level in ((GROWN, 0.4), ("imp", 0.5))
        for champion, bonus in (("a", 0.0), ("b", 0.2))
        for seed in (0, 1)
    ]
    found = summarise(plan, rows, [], "accuracy")
    assert found.unit == "champion"
    of_imp = found.entries[1].conditions["random_shared"]
    assert (of_imp.estimate.n, of_imp.estimate.mean) == (2, pytest.approx(0.65))
    assert of_imp.against is not None
    assert of_imp.against.verdict == "not resolved"  # two champions are too few


def test_networks_are_held_against_the_first() -> None:
    plan = a_plan(champions=("a", "b"))
    rows = [
        row(GROWN, seed, 0.5 + bonus, label)
        for label, bonus in (("a", 0.0), ("b", 0.1))
        for seed in range(3)
    ]
    found = summarise(plan, rows, [], "return")
    assert found.reference == "a"
    assert [entry.name for entry in found.entries] == ["a", "b"]
    assert "b (0.6)" in " ".join(sentences(found))


def test_sentences_say_who_is_better_whoever_it_is() -> None:
    text = " ".join(sentences(a_summary(FAILED)))
    assert "grown has 61.0 %; better: imp (81.0 %), dense (91.0 %); worse: rewired (31.0 %)" in text
    assert "lost where its structure is changed, and so is in that structure: rewired (" in text
    assert "Less than 95 % of the connections are at work in grown (80 %)" in text
    assert "one champion cannot say" in text
    assert "missing here: 3 (snip)" in text
    assert "failed" in as_text(a_summary(FAILED))


def test_few_seeds_are_said_to_resolve_nothing() -> None:
    plan = a_plan("imp", seeds=(0,))
    found = summarise(plan, [row(GROWN, 0, 0.5), row("imp", 0, 0.9)], [], "accuracy")
    assert any("nothing is resolved" in sentence for sentence in sentences(found))


def test_what_is_not_made_yet_is_said() -> None:
    plan = a_plan("imp")
    assert "Not finished, 7 rows still to be made" in " ".join(
        sentences(summarise(plan, [row(GROWN, 0, 0.5), row("imp", 0, 0.9)], [], "accuracy"))
    )
    assert "Not finished" not in " ".join(sentences(a_summary(FAILED)))


def test_tables_are_flat_and_whole() -> None:
    summary = a_summary(FAILED)
    lines = entry_table(summary.entries).splitlines()
    assert len(lines) == 1 + 5
    assert "imp_verdict" not in lines[0]
    assert "random_shared_verdict" in lines[0]
    assert str(10**40) in lines[1]
    assert row_table([row("imp", 0, 0.5)], FAILED).count("\n") == 5


def test_nothing_hostile_gets_through() -> None:
    summary = replace(a_summary(FAILED), task=HOSTILE)
    svg = '<?xml version="1.0"?><svg id="a"><use xlink:href="#b"/><g style="clip-path: url(#c)"/></svg>'
    pictures = [Picture(HOSTILE, HOSTILE, svg)]
    page = make_page(summary, pictures, pictures, {HOSTILE: HOSTILE}, HOSTILE)
    assert page.count("<script>") == 1
    assert "<img" not in page
    assert "onerror=alert(1)&gt;" in page
    assert not re.search(r"""(src|href)\s*=\s*["']?(https?:)?//""", page)
    assert "default-src 'none'" in page
    assert "&lt;script&gt;" in page
    assert "$title |" in page  # the user's own text is not a placeholder
    text = make_markdown(summary, {HOSTILE: HOSTILE})
    outside_code = [line for line in text.splitlines() if not line.startswith("    ")]
    assert not re.search(r"(?<!\\)<", "\n".join(outside_code))
    assert plain("a|b\n*c*") == r"a\|b \*c\*"


def test_ids_of_figures_do_not_meet() -> None:
    svg = b'<?xml version="1.0"?>\n<svg id="a"><use xlink:href="#b"/><g style="clip-path: url(#c)"/></svg>'
    assert (
        inline_svg(svg, "p-")
        == '<svg id="p-a"><use xlink:href="#p-b"/><g style="clip-path: url(#p-c)"/></svg>'
    )
