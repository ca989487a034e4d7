"""Episodes of recurrent networks in lockstep: each lane remembers its own, whatever ends beside."""

from typing import Any

import numpy as np
import pytest
import scoring_toys
from scoring_toys import WEIGHTS

from wann.envs import cartpole_physics as physics
from wann.network.stepper import Stepper
from wann.network.weightings import Weightings
from wann.tasks.registry import make_task


def played(network: Any, weight: float, start: np.ndarray, limit: int, seen: list[int]) -> float:
    """What a network earns in one episode of swing-up, step by step."""
    stepper, state = Stepper(network, weight), physics.make_lanes(1)
    physics.set_lane(state, 0, start)
    observed = np.empty((physics.OBSERVATIONS, state.shape[1]))
    total = 0.0
    for _ in range(limit):
        physics.observe_lanes(state, observed, 0, 1)
        push = np.full((1, state.shape[1]), stepper(observed[seen, 0])[0])
        physics.step_lanes(state, push, 0, 1)
        total += state[physics.REWARD, 0]
        if physics.off_track(state[physics.X, 0]):
            break
    return total


@pytest.mark.parametrize(
    ("name", "seen"), [("swingup-memory", [0, 2, 3]), ("swingup-hard", [0, 1, 2, 3, 4])]
)
def test_lanes_are_episodes_alone(name: str, seen: list[int]) -> None:
    task: Any = make_task(name)
    network = scoring_toys.recurrent_network(task)
    starts = task.draw_episodes(7, np.random.default_rng(0))
    starts[::2, 1] = 9.0  # so fast that they leave the track early
    returns, _ = scoring_toys.score(task, starts, [network])
    for i, weight in enumerate(WEIGHTS.values[:, 0].tolist()):
        for j, start in enumerate(starts):
            expected = played(network, weight, start, task.steps, seen)
            np.testing.assert_equal(returns[0, i, j], expected)  # no number equals no number


def test_individual_weights_are_those_of_the_connections() -> None:
    task = make_task("swingup-memory")
    network = scoring_toys.recurrent_network(task)
    starts = task.draw_episodes(3, np.random.default_rng(1))
    same = Weightings.individual(np.full(network.connections, 0.5))
    by_each, _ = scoring_toys.score(task, starts, [network], same)
    shared, _ = scoring_toys.score(task, starts, [network], Weightings.shared([0.5]))
    np.testing.assert_allclose(by_each, shared, rtol=0.3)  # sums are scaled once, or term by term


@pytest.mark.parametrize("name", ["gym:CartPole-v1", "gym:Acrobot-v1", "gym:Pendulum-v1"])
def test_what_is_scored_together_is_scored_alike_alone(name: str) -> None:
    task = make_task(name)
    network = scoring_toys.recurrent_network(task)
    feed_forward = scoring_toys.networks(task, 2)
    seeds = np.arange(9)
    together, steps = scoring_toys.score(task, seeds, [feed_forward[0], network, feed_forward[1]])
    for lane in range(len(seeds)):
        alone, _ = scoring_toys.score(task, seeds[lane : lane + 1], [network])
        np.testing.assert_array_equal(alone[0, :, 0], together[1, :, lane])
    assert (steps > 0).all()
