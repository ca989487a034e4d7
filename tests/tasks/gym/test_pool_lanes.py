"""Networks that play side by side earn what each earns alone."""

import gymnasium
import numpy as np
import pytest
from scoring_toys import even_network, networks, recurrent_network, score

from wann.network.network import Network, pack
from wann.network.weightings import Weightings
from wann.tasks.gym.both_signs import played_as
from wann.tasks.gym.pool_lanes import PoolLanes
from wann.tasks.registry import make_task
from wann.tasks.task import Task

SEEDS = [3, 4, 5]
SHARED = Weightings.shared([-1.0, 0.5, 1.0, 2.0])


def play(task: Task, some: list[Network], weights: Weightings) -> tuple[np.ndarray, np.ndarray]:
    """Play every weighting and seed with all networks at once, each lane in Gymnasium's own."""
    weighting, seed = np.divmod(np.arange(len(weights) * len(SEEDS)), len(SEEDS))
    packed, sides = pack(some), (task.inputs, task.outputs)
    alike = np.array([played_as(packed, i, sides, weights) for i in range(len(some))])
    played = (alike == np.arange(len(weights)))[:, weighting]
    lanes = PoolLanes(packed, range(len(some)), task._interface, weights[weighting], played)
    envs = [gymnasium.make(task.settings.id) for _ in [*seed] * len(some)]
    seen = np.array(
        [env.reset(seed=SEEDS[i])[0] for env, i in zip(envs, [*seed] * len(some), strict=True)]
    )[lanes.ids]
    while len(lanes.ids) and lanes.step < task.limit:
        actions = task.head.act(lanes.outputs(seen.astype(np.float64)))
        taken = [envs[lane].step(action) for lane, action in zip(lanes.ids, actions, strict=True)]
        seen = np.array([step[0] for step in taken])
        ended = np.array([step[2] or step[3] for step in taken])
        seen = seen[lanes.earn(np.array([float(step[1]) for step in taken]), ended)]
    returns = lanes.returns.reshape(len(some), len(weights), len(SEEDS))
    return np.array([own[same] for own, same in zip(returns, alike, strict=True)]), lanes.taken


@pytest.mark.parametrize("stuck", [None, 30])
def test_networks_earn_side_by_side_what_they_earn_alone(stuck: int | None) -> None:
    limits = "" if stuck is None else f', "stuck_steps": {stuck}'
    task = make_task(f'gym:LunarLander-v3 {{"max_steps": 120, "normalise": true{limits}}}')
    some = [*networks(task), even_network(task), recurrent_network(task), *networks(task, 5)[3:]]
    expected = score(task, np.array(SEEDS), some, SHARED)
    for found, wanted in zip(play(task, some, SHARED), expected, strict=True):
        np.testing.assert_array_equal(found, wanted)


def test_individual_weights_are_those_of_one_network() -> None:
    task = make_task('gym:LunarLander-v3 {"max_steps": 60}')
    (network,) = networks(task, 1)
    drawn = np.random.default_rng(0).uniform(-2, 2, (4, network.connections))
    weights = Weightings.individual(drawn)
    expected = score(task, np.array(SEEDS), [network], weights)
    for found, wanted in zip(play(task, [network], weights), expected, strict=True):
        np.testing.assert_array_equal(found, wanted)
