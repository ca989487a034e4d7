"""The words on many comparisons: what holds among all of them, and what few units can say."""

import dataclasses

import pytest
from compare_toys import a_plan, row

from wann.config.conditions import TRAINED_WEIGHTS
from wann.experiments.comparison.contestants.make import GROWN
from wann.experiments.comparison.report.held_out import HeldOut
from wann.experiments.comparison.report.multiplicity_text import comparisons, on_many_verdicts
from wann.experiments.comparison.report.notation import legend, mark_of
from wann.experiments.comparison.report.sections import sentences
from wann.experiments.comparison.report.summary import ComparisonSummary, summarise
from wann.experiments.comparison.rows import MeasuredCondition


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


def of_champions(
    champions: int, seeds: int, *, one_structure: bool, scatter: float = 0.01
) -> list[str]:
    """The sentences on champions whose networks, with each seed, are one or are different ones."""
    labels, rows = tuple(f"run{i}" for i in range(champions)), []
    for i, label in enumerate(labels):
        for seed in range(seeds):
            more = scatter * (seed**2 if one_structure else seed**2 + 3 * i)
            rows += [row(GROWN, seed, 0.5, label), row("imp", seed, 0.7 + more, label)]
    plan = a_plan("imp", champions=labels, seeds=tuple(range(seeds)))
    return sentences(summarise(plan, rows, [], HeldOut("return")))


@pytest.mark.parametrize(
    ("shape", "scatter", "has", "has_not"),
    [
        (
            (2, 4, True),
            0.01,
            [
                "With 2 champions nothing is resolved where they have different values",
                "comparisons are over 4 seeds",
                "below 0.12 with 4 seeds",
                "comparisons and their intervals are over seeds alone",
            ],
            ["With 2 champions nothing is resolved:", "with 4 champions"],
        ),
        (
            (4, 4, True),
            0.0,
            ["the same for every seed: ", "seeds change nothing", "with 4 seeds"],
            ["champions change nothing", "with 4 champions", "nothing is resolved"],
        ),
        (
            (4, 4, False),
            0.01,
            ["below 0.12 with 4 champions"],
            ["with 4 seeds,", "over seeds alone"],
        ),
        (
            (2, 4, False),
            0.01,
            ["With 2 champions nothing is resolved: a verdict takes at least 3 champions"],
            ["over seeds alone"],
        ),
    ],
)
def test_units_are_those_of_the_comparisons(
    shape: tuple[int, int, bool], scatter: float, has: list[str], has_not: list[str]
) -> None:
    champions, seeds, one_structure = shape
    found = of_champions(champions, seeds, one_structure=one_structure, scatter=scatter)
    text = " ".join(found)
    assert [part for part in has if part not in text] == [], text
    assert [part for part in has_not if part in text] == [], text


def test_comparisons_without_a_verdict_are_counted_apart() -> None:
    rows = [
        row(name, seed, value + 0.01 * seed**2 * (name != GROWN), label)
        for name, value in ((GROWN, 0.5), ("imp", 0.7))
        for label in ("a", "b")
        for seed in range(4)
    ]
    # Under one condition the champions are different
    rows = [
        one
        if one.job.champion == "a" or one.job.name == GROWN
        else dataclasses.replace(
            one, conditions={**one.conditions, TRAINED_WEIGHTS: MeasuredCondition(0.4, {"n": 4})}
        )
        for one in rows
    ]
    plan = a_plan("imp", champions=("a", "b"), seeds=(0, 1, 2, 3))
    found = summarise(plan, rows, [], HeldOut("return"))
    assert "Of 7 comparisons: 7 better, 0 worse, 0 not resolved. 1 more " in " ".join(
        sentences(found)
    )
