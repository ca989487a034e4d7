"""What a worker of a sweep does, called in this process."""

import contextlib
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest

from wann.config import SearchConfig
from wann.errors import UserError
from wann.experiments.sweep.filenames import ACCURACY, EVALUATION, WORKER
from wann.experiments.sweep.plan import SweepPlan
from wann.experiments.sweep.run_states import RunStates
from wann.experiments.sweep.sweep import Sweep
from wann.jobs.local import Outcome
from wann.runs import filenames
from wann.runs.rundir import RunDir


@pytest.mark.parametrize("scheme", ["", "file://"])
def test_workers_may_have_another_working_directory(
    scheme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def elsewhere(
        function: Callable[[Any], Any], orders: Any, **_: Any
    ) -> Generator[tuple[int, Outcome], None, None]:
        with contextlib.chdir(tmp_path):
            outcomes = [Outcome(function(order)) for order in orders]
        yield from enumerate(outcomes)

    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    config = SearchConfig(population=4, generations=1, confirm_episodes=2)
    sweep = Sweep.create(f"{scheme}runs/sweep", SweepPlan(config, {}, (0,)))
    assert list(sweep.run(elsewhere, retries=0, checkpoint_seconds=1.0, stopped=lambda: False)) == [
        "seed=0"
    ]
    summary = sweep.summary()
    assert summary.finished
    assert summary.sweep == f"{scheme}runs/sweep"
    assert (tmp_path / "here" / "runs" / "sweep" / "seed=0" / "summary.json").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["here"]


def in_turn(
    function: Callable[[Any], Any], orders: Any, **_: Any
) -> Generator[tuple[int, Outcome], None, None]:
    for index, order in enumerate(orders):
        try:
            yield index, Outcome(function(order))
        except UserError as error:
            yield index, Outcome(problem=str(error))


def test_workers_with_other_versions_are_refused(tmp_path: Path) -> None:
    def to_an_older_one(
        function: Any, orders: Any, **_: Any
    ) -> Generator[tuple[int, Outcome], None, None]:
        return in_turn(
            function,
            [order._replace(identity={**order.identity, "numba": "0.1"}) for order in orders],
        )

    sweep = Sweep.create(
        str(tmp_path), SweepPlan(SearchConfig(population=4, generations=1), {}, (0,))
    )
    assert list(
        sweep.run(to_an_older_one, retries=0, checkpoint_seconds=1.0, stopped=lambda: False)
    ) == ["seed=0"]
    (row,) = sweep.summary().runs
    assert row.state == "failed"
    assert "instead of 0.1: install the same on all machines" in str(row.error)
    assert not (tmp_path / "seed=0").exists()


def a_begun_sweep(folder: Path) -> Sweep:
    config = SearchConfig(population=4, generations=1, confirm_episodes=2)
    sweep = Sweep.create(str(folder), SweepPlan(config, {}, (0,)))
    (run,) = sweep.plan.runs
    RunDir.create(folder / run.name, run.config).close()
    return sweep


@pytest.mark.parametrize("name", [WORKER, EVALUATION, ACCURACY])
def test_a_link_in_the_place_of_what_a_sweep_adds_to_a_run_is_refused(
    name: str, tmp_path: Path
) -> None:
    sweep = a_begun_sweep(tmp_path / "out")
    (tmp_path / "elsewhere").write_text("mine")
    (tmp_path / "out" / "seed=0" / name).symlink_to(tmp_path / "elsewhere")
    list(sweep.run(in_turn, retries=0, checkpoint_seconds=1.0, stopped=lambda: False))
    (row,) = sweep.summary().runs
    assert f"{name} is a link" in str(row.error)
    assert (tmp_path / "elsewhere").read_text() == "mine"
    assert not (tmp_path / "out" / "seed=0" / filenames.GENERATIONS).exists()


def test_what_a_killed_worker_left_is_removed(tmp_path: Path) -> None:
    sweep = a_begun_sweep(tmp_path)
    folder = tmp_path / "seed=0"
    for name in (WORKER, EVALUATION, ACCURACY, filenames.SUMMARY):
        (folder / f".{name}.0123abcd.unfinished").touch()
    (folder / ".notes.txt.0123abcd.unfinished").touch()
    list(sweep.run(in_turn, retries=0, checkpoint_seconds=1.0, stopped=lambda: False))
    assert sweep.summary().finished
    left = [path.name for path in folder.glob(".*")]
    assert left == [".notes.txt.0123abcd.unfinished"]


def test_the_accuracy_is_not_looked_for_before_there_is_a_champion(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweep = a_begun_sweep(tmp_path)
    read: list[str] = []
    known = sweep.store.read
    monkeypatch.setattr(sweep.store, "read", lambda name: (read.append(name), known(name))[1])
    (state,) = RunStates(sweep.store, sweep.plan, "session").read()
    assert (state.state, state.accuracy) == ("waiting", None)
    assert read == [f"seed=0/{WORKER}"]


def test_an_order_to_stop_that_cannot_be_read_stops_nothing_and_fails_nothing(
    tmp_path: Path,
) -> None:
    sweep = Sweep.create(
        str(tmp_path), SweepPlan(SearchConfig(population=4, generations=1), {}, (0,))
    )
    (tmp_path / "stop").mkdir()
    assert list(sweep.run(in_turn, retries=0, checkpoint_seconds=1.0, stopped=lambda: False)) == [
        "seed=0"
    ]
    assert sweep.summary().finished
