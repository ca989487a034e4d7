"""What chance earns on a test part, and that nothing is said of two networks that have no more."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from compare_toys import a_plan, row

from wann.config.conditions import TRAINED_WEIGHTS, TUNED_WEIGHTS
from wann.experiments.comparison.contestants.make import GROWN
from wann.experiments.comparison.report.held_out import HeldOut, held_out_in, held_out_of
from wann.experiments.comparison.report.intervals import AT_CHANCE, chance_of, condition_result
from wann.experiments.comparison.report.markdown_text import make_markdown
from wann.experiments.comparison.report.sections import sentences
from wann.experiments.comparison.report.summary import ComparisonSummary, summarise
from wann.experiments.comparison.report.tables import entry_table
from wann.experiments.comparison.rows import MeasuredCondition
from wann.statistics import BETTER, NOT_RESOLVED, WORSE
from wann.tasks.registry import make_task

TEN = chance_of([0.1] * 10, 1000)


def of_three(*values: float) -> dict[str | int, float]:
    return dict(enumerate(values))


def test_the_band_holds_every_answer_of_one_class() -> None:
    shares = [0.2, 0.5, 0.3]
    found = chance_of(shares, 400)
    assert found.level == 0.5  # what a constant answer has
    assert found.low < min(shares)
    assert found.high > max(shares)
    # 1.96 standard errors of a share of 0.5 among 400 examples
    assert found.high == pytest.approx(0.5 + 1.96 * 0.025)
    assert chance_of([0.0, 1.0], 10) == (1.0, 0.0, 1.0)


@pytest.mark.parametrize(
    ("mine", "theirs", "expected"),
    [
        ((0.10, 0.10, 0.11), (0.08, 0.07, 0.07), AT_CHANCE),
        ((0.05, 0.05, 0.05), (0.11, 0.11, 0.11), AT_CHANCE),
        ((0.30, 0.31, 0.30), (0.10, 0.10, 0.11), BETTER),
        ((0.10, 0.10, 0.11), (0.90, 0.91, 0.90), WORSE),
        ((0.90, 0.80, 0.70), (0.80, 0.90, 0.71), NOT_RESOLVED),
    ],
)
def test_two_at_chance_get_no_verdict(
    mine: Sequence[float], theirs: Sequence[float], expected: str
) -> None:
    found = condition_result(of_three(*mine), of_three(*theirs), TEN)
    assert found.against is not None
    assert found.against.verdict == expected


def test_the_interval_of_an_accuracy_ends_where_accuracies_end() -> None:
    tables = [
        {("a", 0): 0.99, ("b", 0): 0.5, ("a", 1): 0.98, ("b", 1): 0.6},
        {("a", 0): 0.02, ("b", 0): 0.4, ("a", 1): 0.01, ("b", 1): 0.5},
    ]
    high, low = (condition_result(values, None, TEN).estimate for values in tables)
    assert (high.high, low.low) == (1.0, 0.0)
    returns = condition_result(tables[0], None, None).estimate
    assert returns.high is not None
    assert returns.high > 1.0


def test_returns_know_no_chance() -> None:
    found = condition_result(of_three(0.1, 0.1, 0.11), of_three(0.08, 0.07, 0.07), None)
    assert found.against is not None
    assert found.against.verdict == BETTER
    assert held_out_of(make_task("swingup")) == ("return", None, None)


def test_the_digits_have_their_test_part_and_their_classes() -> None:
    found = held_out_of(make_task("digits"))
    assert found.examples == 450
    assert found.chance is not None
    assert found.chance.level == pytest.approx(52 / 450)
    assert 0.1 < found.chance.high < 0.16


def summary_at(levels: dict[str, float]) -> ComparisonSummary:
    rows = [row(name, seed, level) for name, level in levels.items() for seed in range(3)]
    return summarise(a_plan("imp"), rows, [], HeldOut("accuracy", 1000, TEN))


def test_the_report_says_the_test_size_the_budgets_and_chance() -> None:
    text = " ".join(sentences(summary_at({GROWN: 0.1, "imp": 0.09})))
    assert "Accuracies are of the 1,000 examples of the test part." in text
    assert "8,000 steps of 60 examples" in text
    assert "Chance is 10.0 %, the share of the most frequent class. A network that does not" in text
    assert "grown has 10.0 %; both at chance: imp (9.0 %)" in text
    assert "verdicts, each at the 95 % level" not in text
    assert "o both at chance" in make_markdown(summary_at({GROWN: 0.1, "imp": 0.09}), {})
    returns = summarise(a_plan("imp"), [row(GROWN, 0, 5.0)], [], HeldOut("return"))
    assert "Returns are means over 100 held-out episodes a row." in " ".join(sentences(returns))
    assert "chance" not in make_markdown(returns, {})


@pytest.mark.parametrize(
    ("tuned", "trained", "warned"),
    [(0.156, 0.847, True), (0.80, 0.85, False), (0.10, 0.11, True), (0.9, 0.85, False)],
)
def test_tuning_that_fell_short_is_a_warning(tuned: float, trained: float, warned: bool) -> None:
    own = row("imp", 0, trained)
    conditions = {
        **own.conditions,
        TUNED_WEIGHTS: MeasuredCondition(tuned, {}),
        TRAINED_WEIGHTS: MeasuredCondition(trained, {}),
    }
    rows = [row(GROWN, 0, 0.9), replace(own, conditions=conditions)]
    found = summarise(a_plan("imp"), rows, [], HeldOut("accuracy", 1000, TEN))
    said = [text for text in sentences(found) if text.startswith("Warning: tuning")]
    assert bool(said) == warned
    if warned:
        assert f"imp ({100 * tuned:.1f} % tuned against {100 * trained:.1f} % trained)" in said[0]


UNBALANCED = chance_of([0.5, 0.37, 0.13], 1000)


@pytest.mark.parametrize(
    ("tuned", "trained", "warned"),
    [
        (0.50, 0.52, True),  # tuning came to a constant answer
        (0.498, 0.51, True),
        (0.40, 0.49, False),  # the weights that it came with are no better than that
        (0.58, 0.59, True),
        (0.59, 0.59, False),
    ],
)
def test_tuning_that_falls_short_is_judged_from_the_most_frequent_class(
    tuned: float, trained: float, warned: bool
) -> None:
    own = row("imp", 0, trained)
    conditions = {
        **own.conditions,
        TUNED_WEIGHTS: MeasuredCondition(tuned, {}),
        TRAINED_WEIGHTS: MeasuredCondition(trained, {}),
    }
    rows = [row(GROWN, 0, 0.9), replace(own, conditions=conditions)]
    found = summarise(a_plan("imp"), rows, [], HeldOut("accuracy", 1000, UNBALANCED))
    said = " ".join(sentences(found))
    assert "Chance is 50.0 %, the share of the most frequent class." in said
    assert ("Warning: tuning has not converged for imp" in said) == warned


def test_differences_without_scatter_are_said_to_be_such_and_have_no_p_value() -> None:
    """A deterministic champion, and contestants that answer one class whatever the seed."""
    rows = [row(name, seed, 0.9) for name in (GROWN, "imp") for seed in range(4)]
    alike = summarise(a_plan("imp"), rows, [], HeldOut("accuracy", 1000, TEN))
    assert "there is no scatter" not in " ".join(sentences(alike))  # nor any difference
    rows = [row(GROWN, seed, 0.9) for seed in range(4)]
    rows += [row("imp", seed, 0.1) for seed in range(4)]
    found = summarise(a_plan("imp"), rows, [], HeldOut("accuracy", 1000, TEN))
    assert "the difference is the same for every seed: there is no scatter" in " ".join(
        sentences(found)
    )
    told = list(csv.DictReader(io.StringIO(entry_table(found.entries))))[1]
    verdicts = {name: told[name] for name in told if name.endswith("_verdict") and told[name]}
    assert set(verdicts.values()) == {WORSE}
    assert all(told[name.removesuffix("_verdict") + "_p"] == "" for name in verdicts)


def test_a_summary_says_what_its_results_are_measured_by(tmp_path: Path) -> None:
    file = tmp_path / "summary.json"
    assert held_out_in(file) is None
    for task in ("swingup", "digits"):
        found = held_out_of(make_task(task))
        file.write_text(json.dumps({"measure": found.measure, **found.to_json(), "more": 1}))
        assert held_out_in(file) == found
    for damaged in ("", "{}", '{"measure": "accuracy", "test_examples": 3, "chance": {}}'):
        file.write_text(damaged)
        assert held_out_in(file) is None
