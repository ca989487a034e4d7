"""The words on many comparisons: what holds among all of them, and what few units can say."""

from compare_toys import a_plan, row

from wann.experiments.comparison.contestants.make import GROWN
from wann.experiments.comparison.report.held_out import HeldOut
from wann.experiments.comparison.report.multiplicity_text import comparisons, on_many_verdicts
from wann.experiments.comparison.report.notation import legend, mark_of
from wann.experiments.comparison.report.sections import sentences
from wann.experiments.comparison.report.summary import ComparisonSummary, summarise


def a_summary(*uneven: float) -> ComparisonSummary:
    rows = [row(GROWN, seed, 0.5) for seed in range(len(uneven))]
    rows += [row("imp", seed, 0.6 + more) for seed, more in enumerate(uneven)]
    return summarise(a_plan("imp", seeds=tuple(range(len(uneven)))), rows, [], HeldOut("return"))


def test_what_holds_by_itself_alone_stands_in_brackets() -> None:
    found = a_summary(0.0, 0.02, 0.04)  # p 0.026 in each of eight comparisons
    assert [mark_of(one) for one in comparisons(found)] == ["(+)"] * 8
    text = " ".join(sentences(found))
    assert "The table makes 8 comparisons" in text
    assert "8 more would be called better or worse each by itself" in text
    assert "grown has 0.5; better by itself, but not among all comparisons: imp (0.62)" in text
    assert "(+)" in legend("return")


def test_what_so_few_units_can_say_without_normality_is_told() -> None:
    assert any(
        "no p-value below 0.25 with 3 seeds" in text and "that would take 9" in text
        for text in on_many_verdicts(a_summary(0.0, 0.001, 0.002))
    )
    many = on_many_verdicts(a_summary(*[0.0, 0.001, 0.002] * 4))
    assert len(many) == 1
    assert "no others would be called better" in many[0]
    assert on_many_verdicts(a_summary(0.0, 0.001)) == []
