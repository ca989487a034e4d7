"""The tables of smaller networks, in every form of the report."""

from dataclasses import replace

import pytest
from compare_toys import HOSTILE, a_plan, row

from wann.experiments.comparison.contestants.make import DENSE, GROWN
from wann.experiments.comparison.measuring.measures import POINT
from wann.experiments.comparison.report.held_out import HeldOut
from wann.experiments.comparison.report.html_page import report_page
from wann.experiments.comparison.report.markdown_text import make_markdown
from wann.experiments.comparison.report.size_tables import size_tables
from wann.experiments.comparison.report.summary import ComparisonSummary, summarise
from wann.experiments.comparison.report.terminal_table import as_text
from wann.statistics import BETTER


def a_summary() -> ComparisonSummary:
    plan = replace(a_plan("imp", HOSTILE), points={"run-at-20": "digest"})
    rows = []
    for name, value, label, size in (
        (GROWN, 0.6, "run", 50),
        (GROWN, 0.4, "run-at-20", 20),
        ("imp", 0.8, "run", 50),
        ("imp", 0.7, "run-at-20", 20),
        (HOSTILE, 0.8, "run", 50),
        (DENSE, 0.9, "run", 900),
    ):
        for seed in range(3):
            found = row(name, seed, value + 0.01 * seed, label)
            rows.append(replace(found, structure=found.structure._replace(connections=size)))
    return summarise(plan, rows, [], HeldOut("accuracy"))


def test_there_is_a_table_for_each_condition_with_the_largest_first() -> None:
    tables = list(size_tables(a_summary()))
    assert len(tables) == len(POINT)
    assert "individual weights" in tables[0].title
    for table in tables:
        assert table.heads() == ["connections", "50", "20"]
        assert list(table.lines) == [GROWN, "imp", HOSTILE]
        assert table.lines[HOSTILE][1] is None
        small = table.lines["imp"][1]
        assert small is not None
        assert small.estimate.mean == pytest.approx(0.71)
        # against the grown network of the same size
        assert small.against is not None
        assert small.against.mean == pytest.approx(0.3)
        assert small.against.verdict == BETTER
        assert table.lines[GROWN][1].against is None  # type: ignore[union-attr]


def test_all_forms_of_the_report_have_them() -> None:
    summary = a_summary()
    assert "71.0 % +" in as_text(summary, 200)
    assert "| imp | 81.0 % (78.5 % to 83.5 %) + | 71.0 % (68.5 % to 73.5 %) + |" in make_markdown(
        summary, {}
    )
    page = report_page(summary, [], [], {}, "")
    sizes = page.partition('id="sizes"')[2].partition("</section>")[0]
    assert sizes.count("<table") == len(POINT)
    assert "<script>alert" not in page


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_tables_fit_the_terminal(width: int) -> None:
    plan = replace(a_summary())
    named = replace(plan, entries=tuple(e for e in plan.entries if e.name != HOSTILE), curves=())
    table = as_text(named, width).partition("against")[0]
    assert max(map(len, table.splitlines())) <= width
    assert table.count("grown") == table.count("imp") == table.count("dense")
    for heading in ("tuned", "trained", "random signed", "connections", "at work"):
        assert heading in table
