import csv
import io
import statistics
from typing import Any

import numpy as np
import pytest

from wann.config import SearchConfig
from wann.experiments.sweep.plan import SweepPlan
from wann.experiments.sweep.run_states import FAILED, FINISHED, WAITING, FreshReturns, RunState
from wann.experiments.sweep.summary import csv_rows, describe_runs, summarise_settings
from wann.experiments.sweep.summary_text import as_text
from wann.jobs.tables import as_csv

PLAN = SweepPlan(SearchConfig(), {"weights": ((-1.0, 1.0), (2.0,))}, tuple(range(7)))


def finished(index: int, best: float | None, **more: Any) -> RunState:
    return RunState(
        PLAN.runs[index], FINISHED, 600, best, 10 + index, 1, 2.5 * index, f"digest{index}", **more
    )


@pytest.mark.parametrize("number", [1, 2, 3, 4, 7])
def test_quartiles_are_those_of_numpy(number: int) -> None:
    values = np.random.default_rng(number).normal(500, 100, number).tolist()
    states = [finished(i, value) for i, value in enumerate(values)]
    # Counts for nothing as yet
    states += [RunState(run, WAITING, 5, 9999.0, 3) for run in PLAN.runs[number:]]
    row, empty = summarise_settings(PLAN, states)
    expected = np.percentile(values, [25, 50, 75])
    assert [row.q1, row.median, row.q3] == pytest.approx(expected)
    assert (row.n, row.best) == (number, max(values))
    assert row.connections == statistics.median(range(10, 10 + number))
    assert (empty.n, empty.median, empty.best, empty.seconds) == (0, None, None, None)


def test_a_run_without_champion_is_finished_and_counts_for_nothing() -> None:
    row = summarise_settings(PLAN, [finished(0, 7.0), finished(1, None)])[0]
    assert (row.runs, row.n, row.median) == (2, 1, 7.0)


def test_champions_measured_on_fresh_episodes_are_compared_by_that() -> None:
    content = {"training_weights": {"mean": 400.0}, "random_shared": {"mean": 300.0}}
    fresh = FreshReturns.from_json(content)
    row = summarise_settings(PLAN, [finished(0, 500.0, fresh=fresh)])[0]
    assert (row.median, row.random_shared) == (400.0, 300.0)
    assert "U(-2, 2)" in as_text([row])


def test_csv_has_a_column_for_each_setting_and_keeps_every_digit() -> None:
    states = [finished(0, 1 / 3), RunState(PLAN.runs[1], FAILED, error='it said "no",\nand left')]
    rows = list(csv.DictReader(io.StringIO(as_csv(csv_rows(describe_runs(states))))))
    assert [row["weights"] for row in rows] == ["-1.0 1.0", "-1.0 1.0"]
    assert float(rows[0]["mean"]) == 1 / 3
    assert rows[1]["error"] == 'it said "no",\nand left'
    assert rows[1]["mean"] == ""


def test_text_is_aligned_and_leaves_out_what_nobody_has() -> None:
    lines = as_text(summarise_settings(PLAN, [finished(0, 512.4), finished(1, 30.25)])).splitlines()
    assert lines[0].split() == [
        "setting",
        "n",
        "median",
        "q1",
        "q3",
        "best",
        "connections",
        "seconds",
    ]
    assert lines[1].split() == ["weights=-1_1", "2", "271", "151", "392", "512", "10.5", "1.2"]
    assert lines[2].split()[:3] == ["weights=2", "0", "-"]


def test_networks_of_no_connections_are_a_result_and_no_failure_is_none() -> None:
    states = [finished(i, 0.0)._replace(connections=0, seconds=0.0) for i in range(3)]
    lines = as_text(summarise_settings(PLAN, states)).splitlines()
    head, cells = lines[0].split(), lines[1].split()
    assert dict(zip(head, cells, strict=True))["connections"] == "0"
    assert "failed" not in head
    assert "U(-2, 2)" not in lines[0]
    failed = [*states, RunState(PLAN.runs[3], FAILED, error="it left")]
    assert "failed" in as_text(summarise_settings(PLAN, failed)).splitlines()[0]
