"""The summary of a comparison: what units are, and what entries have."""

import json

import pytest
from compare_toys import FAILED, HOSTILE, a_plan, a_summary, row

from wann.experiments.comparison.contestants.make import DENSE, GROWN
from wann.experiments.comparison.report.held_out import HeldOut
from wann.experiments.comparison.report.sections import sentences
from wann.experiments.comparison.report.summary import summarise


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
    found = summarise(plan, rows, [], HeldOut("accuracy"))
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
    found = summarise(plan, rows, [], HeldOut("return"))
    assert found.reference == "a"
    assert [entry.name for entry in found.entries] == ["a", "b"]
    assert "b (0.6)" in " ".join(sentences(found))


def test_as_json_it_has_every_figure() -> None:
    found = json.loads(json.dumps(a_summary(FAILED).to_json(), allow_nan=False))
    assert found["failed"][0] == {"champion": "run", "name": "snip", "seed": 0, "error": HOSTILE}
    entry = found["entries"][1]
    assert list(entry) == [
        *("name", "about", "reference_size", "seeds", "rows", "errors", "conditions"),
        *("structure", "paths", "latency", "cost"),
    ]
    assert entry["structure"]["connections"] == 50
    assert entry["paths"] == [str(10**40)]
    assert entry["latency"]["sparse_1"] == 1e-5
    assert entry["latency"]["dense_1000"] is None
    assert entry["cost"]["seconds"] == 1.5
    assert list(entry["conditions"]["ensemble"]) == ["mean", "low", "high", "n", "against"]
    without_rows = found["entries"][2]
    assert (without_rows["rows"], without_rows["structure"]) == (0, {})
