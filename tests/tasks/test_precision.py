"""Swing-up in single precision: near to double, the same everywhere, confirmed in double."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scoring_toys

import wann
from wann.config import SearchConfig
from wann.errors import UserError
from wann.experiments.growing.make_rounds import check_method
from wann.network.weightings import Weightings
from wann.tasks.optional_abilities import in_precision
from wann.tasks.registry import make_task

NAMES = ("swingup", "swingup-hard", "swingup-memory")


def single(name: str, **changed: Any) -> Any:
    return dataclasses.replace(in_precision(make_task(name), "single"), **changed)


@pytest.mark.parametrize("name", NAMES)
def test_a_spec_says_the_precision_and_results_are_in_double(name: str) -> None:
    task, double = single(name), make_task(name)
    assert task.spec == f'{name} {{"precision": "single"}}'
    assert make_task(task.spec) == task
    assert task.held_out == task.confirmed_on == double.held_out == double
    assert (double.spec, in_precision(double, "double")) == (name, double)


@pytest.mark.parametrize("name", NAMES)
def test_few_steps_are_as_in_double_precision(name: str) -> None:
    task = single(name, steps=20)
    episodes = task.draw_episodes(7, np.random.default_rng(0))
    networks = scoring_toys.networks(task, 6)  # recurrent ones come to what no float32 holds
    found, steps = scoring_toys.score(task, episodes, networks)
    near, expected = scoring_toys.score(task.confirmed_on, episodes, networks)
    assert found.tobytes() != near.tobytes()
    np.testing.assert_allclose(found, near, atol=2e-4)
    np.testing.assert_array_equal(steps, expected)


def test_a_lane_is_the_same_whatever_is_beside_it() -> None:
    task = single("swingup", steps=150)
    network = scoring_toys.recurrent_network(task)
    episodes = task.draw_episodes(19, np.random.default_rng(3))
    episodes[::3, 1] = 9.0  # so fast that they leave the track early
    together, _ = scoring_toys.score(task, episodes, [network])
    for lane in (0, 1, 15, 16, 18):
        alone, _ = scoring_toys.score(task, episodes[lane : lane + 1], [network])
        np.testing.assert_array_equal(alone[0, :, 0], together[0, :, lane])


def test_individual_weights() -> None:
    task = single("swingup", steps=15)
    (network,) = scoring_toys.networks(task, 1)
    weights = Weightings.individual(np.random.default_rng(1).normal(size=(3, network.connections)))
    episodes = task.draw_episodes(4, np.random.default_rng(2))
    found, _ = scoring_toys.score(task, episodes, [network], weights)
    near, _ = scoring_toys.score(task.confirmed_on, episodes, [network], weights)
    np.testing.assert_allclose(found, near, atol=2e-4)


def test_a_search_is_the_same_on_any_threads_and_its_champion_is_measured_in_double(
    tmp_path: Path,
) -> None:
    tiny: dict[str, Any] = {"population": 32, "generations": 4, "figures": False}

    def run(name: str, threads: int, **given: Any) -> wann.Run:
        return wann.search("swingup-quick", **tiny, **given, threads=threads, out=tmp_path / name)

    one, two = (run(name, n, precision="single") for name, n in (("one", 1), ("two", 2)))
    assert one.digest == two.digest != run("double", 1).digest
    assert one.config.task == "swingup"
    rounds = run("by-es", 1, precision="single", method="es")
    assert rounds.summary.finished
    stopped = run("stopped", 1, precision="single", callback=lambda row: row["generation"] == 1)
    assert wann.resume(stopped, figures=False).digest == one.digest


@pytest.mark.parametrize("task", ["gym:CartPole-v1", "digits"])
def test_tasks_of_one_precision_are_refused_before_anything_is_scored(task: str) -> None:
    with pytest.raises(UserError, match=r"precision single is for swing-up, and .* has one prec"):
        check_method(SearchConfig(task=task, precision="single"), make_task(task))


def test_a_task_of_ones_own_made_of_it_has_double_precision_alone() -> None:
    named = dataclasses.replace(make_task("swingup"), name="short", steps=9)
    made = make_task("swingup-hard")
    object.__setattr__(made, "_made_from", "module:made")
    for task in (named, made):
        assert task.held_out is task.confirmed_on is task
        assert task.spec in ("short", "module:made")
        with pytest.raises(UserError, match=f"and {task.name} has one precision: leave it out"):
            in_precision(task, "single")


def test_a_search_takes_its_precision_as_a_setting() -> None:
    task = single("swingup")
    with pytest.raises(UserError, match="takes its precision as a setting: give --precision sing"):
        check_method(SearchConfig(task=task.spec), task)


@pytest.mark.parametrize(
    ("spec", "problem"),
    [
        ('swingup {"steps": 3}', "unknown setting of swingup 'steps': expected one of precision"),
        ('swingup-hard {"foo": 3}', "unknown setting of swingup-hard 'foo'"),
        ('swingup {"precision": "half"}', "unknown precision 'half'"),
        ('swingup {"precision": 32}', "unknown precision '32'"),
    ],
)
def test_wrong_settings_of_swing_up_are_refused(spec: str, problem: str) -> None:
    with pytest.raises(UserError, match=problem):
        make_task(spec)
