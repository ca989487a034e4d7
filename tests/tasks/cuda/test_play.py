"""Episodes on a (simulated) card are those of the CPU, to the bit."""

import dataclasses
from typing import Any

import numpy as np
import pytest
import scoring_toys
from genome_toys import grow
from hypothesis import given
from hypothesis import strategies as st

from wann.activations.table import from_text
from wann.errors import UserError
from wann.network.compile import compile_genome
from wann.network.network import Network, pack
from wann.network.weightings import Weightings
from wann.tasks.cuda import play, room
from wann.tasks.registry import make_task

TASKS = (
    "swingup",
    "swingup-memory",
    'swingup {"precision": "single"}',
    'swingup-memory {"precision": "single"}',
    "gym:CartPole-v1",
    "gym:Acrobot-v1",
    "gym:Pendulum-v1",
    "gym:MountainCar-v0",
    "gym:MountainCarContinuous-v0",
    "gym:wann/CartPoleMemory-v1",
)


def short(name: str, steps: int = 25) -> Any:
    if name.startswith("gym:"):
        return make_task(f'{name} {{"max_steps": {steps}}}')
    return dataclasses.replace(make_task(name), steps=steps)


def assert_same(task: Any, networks: list[Network], weights: Weightings, episodes: Any) -> None:
    with np.errstate(all="ignore"):
        expected, steps = scoring_toys.score(task, episodes, networks, weights)
        returns = np.full(expected.shape, -7.0)
        taken = np.full(len(networks), -7)
        task.score_on_card(networks, weights, episodes, returns, taken)
    np.testing.assert_array_equal(returns, expected)
    np.testing.assert_array_equal(taken, steps)


@pytest.mark.parametrize("name", TASKS)
def test_a_card_scores_what_the_cpu_scores(name: str) -> None:
    task = short(name)
    networks = [*scoring_toys.networks(task), scoring_toys.recurrent_network(task)]
    episodes = task.draw_episodes(2, np.random.default_rng(0))
    assert_same(task, networks, Weightings.shared([-1.0, 2.0]), episodes)


@pytest.mark.parametrize("precision", ["double", "single"])
def test_individual_weights_and_late_rewards(precision: str) -> None:
    task = dataclasses.replace(short("swingup"), first=10, precision=precision)
    network = scoring_toys.recurrent_network(task)
    weights = np.random.default_rng(1).normal(size=(3, network.connections))
    episodes = task.draw_episodes(3, np.random.default_rng(2))
    assert_same(task, [network], Weightings.individual(weights), episodes)


def test_scaled_observations() -> None:
    task = make_task(
        'gym:CartPole-v1 {"max_steps": 20, '
        '"normalise": {"mean": [0.1, 0.0, -0.2, 0.3], "sd": [0.5, 1.0, 2.0, 0.1]}}'
    )
    episodes = task.draw_episodes(2, np.random.default_rng(0))
    assert_same(task, scoring_toys.networks(task), Weightings.shared([1.0]), episodes)


@pytest.mark.parametrize("precision", ["double", "single"])
def test_activations_of_ones_own(precision: str) -> None:
    task = dataclasses.replace(short("swingup", 10), precision=precision)
    code = from_text("softened = x / (1 + abs(x))").code
    changed = compile_genome(grow(3, 25, task.inputs, task.outputs, np.array([code])))
    assert code in changed.activation
    network = scoring_toys.networks(task, 1)[0]
    episodes = task.draw_episodes(2, np.random.default_rng(0))
    assert_same(task, [network, changed], Weightings.shared([1.0]), episodes)


def test_what_does_not_fit_at_once_is_played_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    task = short("swingup", 10)
    networks = scoring_toys.networks(task, 5)
    rows = 1 + task.inputs + max(int(n) for n in np.diff(pack(networks).node_start))
    monkeypatch.setattr(room, "free_bytes", lambda: 2 * (rows + 2) * 4 * room.NUMBER)
    episodes = task.draw_episodes(2, np.random.default_rng(0))
    assert_same(task, networks, Weightings.shared([-1.0, 1.0]), episodes)


def test_a_network_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "free_bytes", lambda: 100)
    task = short("swingup")
    with pytest.raises(UserError, match=r"free memory on the card .* got 0 MB; use fewer episodes"):
        assert_same(
            task,
            scoring_toys.networks(task, 1),
            Weightings.shared([1.0]),
            task.draw_episodes(2, np.random.default_rng(0)),
        )


@given(st.integers(1, 500))
def test_no_network_shares_a_warp_in_part(lanes: int) -> None:
    stride = play.stride_of(lanes)
    assert lanes <= stride < 2 * lanes + 1
    assert stride % 32 == 0 or 32 % stride == 0
