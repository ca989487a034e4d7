"""Observations are scaled by what was measured, however far from 0 they are."""

import json

import far_toys
import numpy as np
import pytest
from numpy.typing import NDArray

from wann.errors import UserError
from wann.tasks.gym.gym_task import GymTask
from wann.tasks.gym.settings import Statistics
from wann.tasks.registry import make_task

ORDINARY = [(0.0, 1.0), (1.0, 0.5), (-30.0, 1.0), (1e9, 1e8), (0.0, 1e-9), (1e-9, 1e-8)]
FAR = [(1e3, 5.0), (-1e4, 1.0), (123456789.0, 1.0), (-9876543210.0, 0.7), (1e6 + 0.5, 0.01)]
CONSTANT = [(9876543210.123, 0.0), (-1e6 - 0.1, 0.0), (0.1, 0.0)]

CARTPOLE = Statistics(
    (-0.000722947, -0.0136725, 0.0333482, 0.10326), (0.0618965, 0.577857, 0.0977327, 0.92689)
)


def task_of(*inputs: tuple[float, float]) -> GymTask:
    middle, spread = zip(*inputs, strict=True)
    kwargs = {"kwargs": {"middle": middle, "spread": spread}, "normalise": True}
    task = make_task(f"gym:far_toys:Far {json.dumps(kwargs)}")
    assert isinstance(task, GymTask)
    return task


def seen_in(task: GymTask, episodes: int = 100) -> NDArray[np.float64]:
    """Return observations of a task, scaled."""
    env = far_toys.Far(**task.settings.kwargs)
    rows = []
    for seed in range(episodes):
        rows.append(task.see(env.reset(seed=seed)[0]))
        rows += [task.see(env.observe()) for _ in range(far_toys.STEPS)]
    return np.array(rows)


@pytest.mark.parametrize("inputs", [*ORDINARY, *FAR])
def test_inputs_are_scaled_to_their_spread(inputs: tuple[float, float]) -> None:
    task = task_of(inputs)
    seen = seen_in(task)
    # Those that were measured are 420 numbers, whose mean is off by a twentieth of their spread
    assert abs(seen.mean()) < 0.2
    assert 0.85 < seen.std() < 1.15 or inputs[1] < 1e-6
    assert make_task(task.frozen().spec) == task.frozen()


@pytest.mark.parametrize("inputs", CONSTANT)
def test_inputs_that_never_change_are_0(inputs: tuple[float, float]) -> None:
    task = task_of(inputs)
    assert task.statistics is not None
    assert task.statistics.sd == (1.0,)
    np.testing.assert_allclose(seen_in(task, 2), 0.0, atol=1e-5)


def test_ordinary_ranges_have_six_digits_and_far_ones_those_of_their_spread() -> None:
    found = task_of(*ORDINARY, *FAR).statistics
    assert found is not None
    rows = list(zip(*found, strict=True))
    for mean, sd in rows[: len(ORDINARY)]:
        assert float(f"{mean:.6g}") == mean
        assert float(f"{sd:.6g}") == sd
    for mean, sd in rows[len(ORDINARY) :]:
        assert float(f"{mean:.6g}") != mean
        assert float(f"{sd:.6g}") == sd


def test_ordinary_statistics_are_those_that_were_always_measured() -> None:
    task = make_task('gym:CartPole-v1 {"normalise": true}')
    assert isinstance(task, GymTask)
    assert task.statistics == CARTPOLE


def test_numbers_whose_squares_are_none_are_refused() -> None:
    with pytest.raises(
        UserError, match=r"squares float64 holds, got numbers up to 1\S+e\+300"
    ) as raised:
        task_of((1e300, 1e299)).frozen()
    assert "\n" not in str(raised.value)
