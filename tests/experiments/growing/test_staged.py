"""What generations of a search with stages are scored on."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import wann
from wann.config import SearchConfig
from wann.errors import UserError
from wann.evaluators.threads import ThreadEvaluator
from wann.experiments.growing.growth import Growth, grow
from wann.experiments.growing.make_rounds import check_method
from wann.experiments.growing.staged import Staged, stage_that_begins
from wann.tasks.gym.gym_task import GymTask
from wann.tasks.registry import make_task

POLE = 'gym:CartPole-v1 {"backend": "gymnasium"}'
STAGES = ("0 search_steps=20 weights=1", "0.5 search_steps=none", "0.75 weights=-1,1 episodes=2")
FEW: dict[str, Any] = {
    "task": POLE,
    "generations": 8,
    "population": 6,
    "weights": (1.0, 2.0),
    "weight_series": "fixed",
    "episodes": 1,
    "confirm_episodes": 3,
    "confirm_candidates": 1,
    "stage": STAGES,
}


def test_generations_are_scored_on_what_their_stage_says() -> None:
    staged = Staged(SearchConfig(**FEW), make_task(POLE))
    seen = []
    for generation in range(8):
        config, task = staged.at(generation)
        assert isinstance(task, GymTask)
        seen.append((task.limit, config.weights, config.episodes))
    short, whole = (20, (1.0,), 1), (500, (1.0,), 1)
    assert seen == [short] * 4 + [whole] * 2 + [(500, (-1.0, 1.0), 2)] * 2


def test_without_stages_all_generations_are_alike() -> None:
    config, task = SearchConfig(), make_task("swingup")
    staged = Staged(config, task)
    assert staged.at(0) == staged.at(599) == (config, task)
    assert stage_that_begins(config, 0) is None


def test_stages_that_begin_together_give_way_to_the_last() -> None:
    config = SearchConfig(**{**FEW, "generations": 1, "stage": ["0 episodes=2", "0.3 episodes=3"]})
    assert Staged(config, make_task(POLE)).at(0).config.episodes == 3
    assert stage_that_begins(config, 0) == "0.3 episodes=3"


def test_a_search_is_scored_in_stages_and_confirmed_alike_in_all() -> None:
    with ThreadEvaluator(1) as evaluator:
        growth = Growth(SearchConfig(**FEW), evaluator)
        rows = list(grow(growth))
    assert max(row["best"] for row in rows[:4]) <= 20 < max(row["best"] for row in rows[4:])
    champion = growth.champion
    assert champion is not None
    assert champion.trials == 2 * 3  # weights of the search and its episodes
    assert all(row["champion"] > 0 for row in rows)


def test_a_search_is_the_same_on_any_number_of_workers_and_resumed(tmp_path: Path) -> None:
    few = {key: value for key, value in FEW.items() if key != "task"} | {"figures": False}

    def digest(name: str, threads: int, **how: Any) -> str:
        folder = tmp_path / name
        wann.search(SearchConfig(task=POLE), out=folder, threads=threads, **few, **how)
        if how:
            wann.resume(folder, threads=threads, figures=False)
        found = wann.Run(folder).summary
        assert found.finished
        assert found.generations == 8
        return found.digest

    first = digest("one", 1)
    assert digest("two", 2) == first
    assert digest("resumed", 1, callback=lambda row: row["generation"] == 4) == first
    log = (tmp_path / "resumed" / "log.txt").read_text()
    assert [log.count(f"stage {text}") for text in STAGES] == [1, 1, 1]
    assert "generation 4: stage 0.5 search_steps=none" in log


def test_stages_that_change_nothing_change_no_byte() -> None:
    few = {**FEW, "generations": 3, "weights": (1.0,)}
    found = []
    for stage in ((), ("0 weights=1", "0.4 episodes=1 search_steps=none")):
        with ThreadEvaluator(1) as evaluator:
            growth = Growth(SearchConfig(**{**few, "stage": stage}), evaluator)
            found.append([{**row} for row in grow(growth)])
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("task", "problem"),
    [
        ("swingup", "stage: expected no stuck_steps, as swingup is no environment of Gymnasium"),
        ("gym:CartPole-v1", "compiled where stuck_steps is none, and simulated by Gymnasium where"),
        ("digits", "stage: expected no stuck_steps, as digits is no environment of Gymnasium"),
    ],
)
def test_episodes_that_cannot_be_cut_are_refused_before_anything_is_played(
    task: str, problem: str
) -> None:
    config = SearchConfig(task=task, stage=["0.5 stuck_steps=10"])
    with pytest.raises(UserError, match=problem):
        check_method(config, make_task(task))


def test_a_compiled_environment_is_cut_by_steps() -> None:
    config = SearchConfig(task="gym:CartPole-v1", stage=["0.5 search_steps=10"])
    staged = Staged(config, make_task("gym:CartPole-v1"))
    tasks = [staged.at(generation).task for generation in (0, 599)]
    assert [task.limit for task in tasks if isinstance(task, GymTask)] == [500, 10]
    assert type(tasks[0]) is type(tasks[1])
    rng = np.random.default_rng
    np.testing.assert_array_equal(*(task.draw_episodes(3, rng(1)) for task in tasks))
