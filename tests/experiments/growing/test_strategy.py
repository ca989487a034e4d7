"""Pruning by an evolution strategy as a search: rows, front, and the same bytes however run."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from wann.config import SearchConfig
from wann.errors import UserError
from wann.evaluators.threads import ThreadEvaluator
from wann.evolution.search_state import SearchState
from wann.experiments.growing.growth import Growth, grow
from wann.experiments.growing.make_rounds import check_method
from wann.experiments.growing.score_search import ScoreSearch
from wann.experiments.growing.strategy import StrategyRounds
from wann.network.compile import compile_genome
from wann.network.weightings import Weightings
from wann.runs import filenames
from wann.runs.rundir import RunDir
from wann.tasks.registry import make_task

CARTPOLE = make_task("gym:CartPole-v1")
CONFIG = SearchConfig(
    task=CARTPOLE.spec,
    method="es",
    population=24,
    generations=6,
    episodes=1,
    max_connections=40,
    confirm_episodes=4,
)


def results(folder: Path) -> dict[str, bytes]:
    names = [filenames.GENERATIONS, filenames.CHAMPION, filenames.FRONT]
    return {name: (folder / name).read_bytes() for name in names}


def run_of(folder: Path, config: SearchConfig) -> list[dict[str, Any]]:
    with RunDir.create(folder, config) as run, ThreadEvaluator(1) as evaluator:
        growth = Growth(config, evaluator, run)
        rows = list(grow(growth))
        growth.finish()
    return rows


@pytest.mark.parametrize("parent", ["agnostic", "mixed"])
def test_a_run_is_the_same_on_more_threads_and_after_a_kill(tmp_path: Path, parent: str) -> None:
    config = dataclasses.replace(CONFIG, parent=parent)
    rows = run_of(tmp_path / "one", config)
    assert len(rows) == config.rounds == 6 + 2
    assert max(row["median_connections"] for row in rows[3:6]) <= 40
    assert max(row["median_connections"] for row in rows[7:]) <= 20
    assert rows[-1]["champion"] > 100
    with RunDir.create(tmp_path / "two", config) as run, ThreadEvaluator(2) as evaluator:
        killed = Growth(config, evaluator, run)
        killed.step()
        killed.step()
        killed.save()
        killed.step()  # whose row the checkpoint does not know
        resumed = Growth(config, evaluator, run)
        resumed.restore()
        assert resumed.search.generation == 2
        assert [row["generation"] for row in grow(resumed)] == list(range(2, 8))
        resumed.finish()
    assert results(tmp_path / "one") == results(tmp_path / "two")


def test_each_magnitude_is_run_once_where_signs_do_not_matter() -> None:
    with ThreadEvaluator(1) as evaluator:
        rounds = StrategyRounds(CONFIG, CARTPOLE, evaluator)
        rounds.search.ask()
        networks = rounds.search.networks[:5]
        weights = Weightings.shared([-2.0, -0.7, 0.7, 2.0, 0.3])
        episodes = CARTPOLE.draw_episodes(3, np.random.default_rng(0))
        (*found,) = rounds.confirm(networks, weights, episodes)
        whole = evaluator.evaluate(CARTPOLE, networks, weights, episodes)
    assert [one.returns[0].tolist() for one in found] == whole.returns.tolist()
    assert sum(int(one.steps.sum()) for one in found) < int(whole.steps.sum())


def test_each_size_is_sought_as_widely_as_the_first() -> None:
    search = ScoreSearch(CONFIG, 4, 2)
    assert (search.size, [phase.size for phase in search.phases]) == (94, [40, 20])
    for _ in range(6):
        search.ask()
        search.tell(np.arange(24.0))
    assert (search.memory["spread"] != 1.0).any()
    mean = search.memory["mean"]
    search.ask()
    assert (search.memory["spread"] == 1.0).all()
    assert (search.memory["mean"] == mean).all()
    assert compile_genome(search.population[0]).connections <= 40


def test_ask_and_tell_alternate_and_a_state_of_another_search_is_refused() -> None:
    search = ScoreSearch(CONFIG, 4, 2)
    with pytest.raises(RuntimeError, match="call ask"):
        _ = search.networks
    with pytest.raises(RuntimeError, match="before ask"):
        search.tell(np.zeros(24))
    search.ask()
    with pytest.raises(RuntimeError, match="twice"):
        search.ask()
    with pytest.raises(KeyError):
        search.restore(SearchState(1, [], None, {}))
    other = ScoreSearch(dataclasses.replace(CONFIG, hidden_units=(3,)), 4, 2)
    with pytest.raises(ValueError, match="expected arrays of"):
        search.restore(SearchState(1, [], None, other.memory))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"hidden_units": (1,)}, "the parent has 34 places for connections"),
        ({"max_connections": 1}, "has 2 connections at least"),
        ({"population": 10**6}, "expected at most 100,000,000 scores in a generation"),
        ({"activations": ("sin",)}, "agnostic parent compute some of"),
    ],
)
def test_what_cannot_be_pruned_is_refused(changes: dict[str, Any], problem: str) -> None:
    with pytest.raises(UserError, match=problem):
        check_method(dataclasses.replace(CONFIG, **changes), CARTPOLE)
