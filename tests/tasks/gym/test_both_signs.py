"""A network that does the same under w and -w plays once for both, and earns what it would."""

import numpy as np
import pytest
from scoring_toys import even_network, networks, score

from wann.network.network import pack
from wann.network.weightings import Weightings
from wann.tasks.gym import both_signs, gym_task
from wann.tasks.gym.both_signs import played_as
from wann.tasks.registry import make_task

EPISODES = np.array([3, 4, 5])
SHARED = Weightings.shared([-1.5, 0.5, 1.5, -0.5, 2.0])


def test_each_magnitude_is_played_once() -> None:
    task = make_task('gym:LunarLander-v3 {"max_steps": 30}')
    packed, sides = pack([even_network(task), *networks(task, 1)]), (task.inputs, task.outputs)
    assert played_as(packed, 0, sides, SHARED).tolist() == [0, 1, 0, 1, 4]
    assert played_as(packed, 1, sides, SHARED).tolist() == [0, 1, 2, 3, 4]
    own = Weightings.individual(np.ones((2, 3)))
    assert played_as(packed, 0, sides, own).tolist() == [0, 1]


@pytest.mark.parametrize("backend", ["gymnasium", "envpool"])
def test_it_earns_what_it_would_in_all_its_episodes(
    backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if backend == "envpool":
        pytest.importorskip("envpool", reason="needs pip install 'wann[envpool]' (some 750 MB)")
    task = make_task(f'gym:LunarLander-v3 {{"max_steps": 60, "backend": "{backend}"}}')
    some = [*networks(task, 1), even_network(task), *networks(task, 1)]
    returns, steps = score(task, EPISODES, some, SHARED)
    monkeypatch.setattr(both_signs, "same_for_both_signs", lambda *_: False)
    assert gym_task.played_as is played_as
    expected, all_steps = score(task, EPISODES, some, SHARED)
    np.testing.assert_array_equal(returns, expected)
    assert steps[[0, 2]].tolist() == all_steps[[0, 2]].tolist()
    assert steps[1] < 0.7 * all_steps[1]


@pytest.mark.filterwarnings("ignore:.*precision lowered")
def test_a_pool_without_a_lane_to_play_is_not_begun() -> None:
    pytest.importorskip("envpool", reason="needs pip install 'wann[envpool]' (some 750 MB)")
    task = make_task('gym:CartPole-v1 {"max_steps": 5, "backend": "envpool"}')
    episodes, both = np.arange(150), Weightings.shared([-1.0, 1.0])  # in three pools of 128 lanes
    returns, steps = score(task, episodes, [even_network(task)], both)
    np.testing.assert_array_equal(returns[:, 0], returns[:, 1])
    assert steps[0] == returns[0, 0].sum() > 0
