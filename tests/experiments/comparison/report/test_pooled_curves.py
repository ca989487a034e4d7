"""Budget curves of several champions are one, with intervals over champions and seeds."""

from dataclasses import replace

import pytest
from compare_toys import a_plan, row

from wann.config.conditions import RANDOM_SHARED
from wann.experiments.comparison.contestants.make import DENSE, GROWN
from wann.experiments.comparison.plan import ComparisonPlan
from wann.experiments.comparison.report.budget_curves import curves_of
from wann.experiments.comparison.report.figures import draw_figures
from wann.experiments.comparison.report.held_out import HeldOut
from wann.experiments.comparison.report.markdown_text import make_markdown
from wann.experiments.comparison.report.pooled_curves import pooled_curves_of
from wann.experiments.comparison.report.summary import summarise
from wann.experiments.comparison.rows import ComparisonRow

CHAMPIONS = ("a", "b", "c", "d")


def at_budgets() -> tuple[ComparisonPlan, list[ComparisonRow]]:
    nearest = {size: {label: f"{label}-at-{size - 1}" for label in CHAMPIONS} for size in (20, 40)}
    plan = replace(
        a_plan("imp", champions=CHAMPIONS),
        budgets=nearest,
        nearest={label: "digest" for some in nearest.values() for label in some.values()},
    )
    rows = [
        row(name, seed, level + 0.01 * number + 0.003 * (seed * number % 3), label)
        for name, level in ((GROWN, 0.6), ("imp", 0.7), (DENSE, 0.9))
        for number, label in enumerate(CHAMPIONS)
        for seed in plan.seeds
    ]
    for size, labels in nearest.items():
        for seed in plan.seeds:
            rows.append(row("imp", seed, 0.5 + size / 100 + 0.001 * seed, f"budget-{size}"))
            rows += [
                row(GROWN, seed, 0.4 + size / 100 + 0.01 * number + 0.001 * seed, label)
                for number, label in enumerate(labels.values())
            ]
    return plan, rows


def test_what_is_made_to_a_budget_is_the_same_for_all_champions() -> None:
    (found,) = pooled_curves_of(*at_budgets(), None)
    assert {name: len(points) for name, points in found.curves.items()} == {GROWN: 2, "imp": 2}
    grown, imp = (found.curves[name][0].conditions[RANDOM_SHARED] for name in (GROWN, "imp"))
    assert (grown.estimate.n, imp.estimate.n) == (4, 3)  # champions, and seeds
    assert grown.estimate.mean == pytest.approx(0.616)
    assert imp.against is not None
    assert (imp.against.n, imp.against.verdict) == (4, "better")


def test_it_has_an_interval_over_seeds_where_few_champions_have_a_network() -> None:
    plan, rows = at_budgets()
    few = replace(plan, budgets={20: {"a": "a-at-19"}, 40: {}})
    (found,) = pooled_curves_of(few, rows, None)
    alone, without = (point.conditions[RANDOM_SHARED] for point in found.curves["imp"])
    assert (alone.estimate.n, without.estimate.n) == (3, 3)
    assert alone.against is not None
    assert alone.against.n == 1  # the champion that has one
    assert without.estimate.low is not None
    assert without.against is None  # and so no mark stands behind it


def test_of_one_champion_contestants_at_a_budget_are_held_against_its_network_there() -> None:
    plan, rows = at_budgets()
    budgets = {20: {"a": "a-at-19"}, 40: {"a": "a"}}  # the larger is that of the champion itself
    alone = replace(plan, champions={"a": "digest"}, budgets=budgets)
    sized = [
        replace(one, structure=one.structure._replace(connections=size))
        for one in rows
        for size in (20, 40)
        if one.job.champion == f"budget-{size}"
    ]
    others = [one for one in rows if not one.job.champion.startswith("budget-")]
    (found,) = curves_of(alone, [*others, *sized], None)
    points = {point.connections: point.conditions for point in found.curves["imp"]}
    against = [points[size][RANDOM_SHARED].against for size in (20, 40)]
    assert [one and one.n for one in against] == [3, 3]
    assert [one and one.mean for one in against] == pytest.approx([0.1, 0.301])


def test_one_champion_or_no_budget_has_none() -> None:
    plan, rows = at_budgets()
    assert pooled_curves_of(replace(plan, budgets={}), rows, None) == []
    alone = replace(plan, champions={"a": "digest"})
    assert pooled_curves_of(alone, rows, None) == []


def test_they_stand_for_those_of_all_champions() -> None:
    plan, rows = at_budgets()
    summary = summarise(plan, rows, [], HeldOut("accuracy"))
    assert [curves.champion for curves in summary.curves] == ["4 champions", *CHAMPIONS]
    assert [curves.champion for curves in summary.shown_curves] == ["4 champions"]
    assert "4 champions and networks of their runs at each budget" in make_markdown(summary, {})
    in_table = [one for one in rows if not plan.is_only_in_curves(one.job)]
    names = [figure.name for figure in draw_figures(plan, summary, in_table)]
    assert names == ["conditions", "curves-4-champions", "profile", "signed_profile"]


def test_of_many_networks_the_reference_and_the_best_are_drawn() -> None:
    labels = tuple(f"n{number:02}" for number in range(20))
    rows = [
        row(GROWN, seed, 0.01 * number, label)
        for number, label in enumerate(labels)
        for seed in range(3)
    ]
    summary = summarise(a_plan(champions=labels), rows, [], HeldOut("return"))
    assert summary.shown_entries == ["n00", *labels[9:]]
