"""CartPole without velocities is CartPole, of which less is seen."""

from pathlib import Path

import gymnasium
import numpy as np
from gymnasium.utils.env_checker import check_env

import wann.envs  # noqa: F401 - registers the environment
from wann.api.search import search


def test_it_is_cartpole_of_which_less_is_seen() -> None:
    ours, theirs = gymnasium.make("wann/CartPoleMemory-v1"), gymnasium.make("CartPole-v1")
    rng = np.random.default_rng(0)
    for seed in range(3):
        seen, _ = ours.reset(seed=seed)
        whole, _ = theirs.reset(seed=seed)
        over = False
        while not over:
            np.testing.assert_array_equal(seen, whole[[0, 2]])
            assert seen in ours.observation_space
            action = rng.integers(2)
            seen, *rest = ours.step(action)
            whole, *expected = theirs.step(action)
            assert rest == expected
            over = rest[1] or rest[2]


def test_gymnasium_takes_it() -> None:
    check_env(gymnasium.make("wann/CartPoleMemory-v1").unwrapped, skip_render_check=True)


def test_networks_with_memory_balance_the_pole_and_others_do_not(tmp_path: Path) -> None:
    found = {
        recurrent: search(
            "cartpole-memory",
            recurrent=recurrent,
            generations=40,
            seed=0,
            figures=False,
            progress=False,
            out=tmp_path / str(recurrent),
        ).summary.mean
        for recurrent in (True, False)
    }
    assert found[True] == 500
    assert found[False] < 100
