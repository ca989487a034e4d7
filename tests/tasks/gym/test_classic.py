"""The jitted twins against Gymnasium: the same seeds, the same actions, step by step."""

import json

import gymnasium
import numpy as np
import pytest
from genome_toys import grow

from wann.activations import Activation
from wann.envs import classic_physics as physics
from wann.envs.classic_observations import observe_lanes
from wann.kernels.vectors import LANES
from wann.network.compile import compile_genome
from wann.network.network import pack
from wann.network.weightings import Weightings
from wann.tasks.gym.classic import KINDS, draw_start
from wann.tasks.registry import make_task

NAMES = sorted(KINDS)
# Of which networks put out values that a rounding error cannot change much.
CALM = np.array([Activation.LINEAR, Activation.TANH, Activation.RELU, Activation.ABSOLUTE])


def lanes(kind: int, seeds: list[int]) -> np.ndarray:
    state = np.zeros((physics.STATE_ROWS, LANES))
    state[:4, : len(seeds)] = np.array([draw_start(kind, seed) for seed in seeds]).T
    return state


def observed(kind: int, state: np.ndarray) -> np.ndarray:
    values = np.zeros((physics.OBSERVATIONS[kind], LANES))
    observe_lanes(kind, state, values, 0, LANES)
    return values


@pytest.mark.parametrize("name", NAMES)
def test_sizes_and_limits_are_gymnasiums(name: str) -> None:
    env, task, kind = gymnasium.make(name), make_task(f"gym:{name}"), KINDS[name]
    assert env.observation_space.shape == (physics.OBSERVATIONS[kind],) == (task.inputs,)
    assert task.outputs == physics.OUTPUTS[kind] == task.head.outputs
    assert env.spec.max_episode_steps == physics.STEPS[kind] == task.limit
    assert task.workers == "threads"


@pytest.mark.parametrize("name", NAMES)
def test_a_seed_is_the_same_start(name: str) -> None:
    kind = KINDS[name]
    for seed in (0, 7, 2**31 - 1):
        env = gymnasium.make(name)
        observation, _ = env.reset(seed=seed)
        np.testing.assert_array_equal(
            draw_start(kind, seed)[: len(env.unwrapped.state)], env.unwrapped.state
        )
        # Acrobot takes sine and cosine of its start in float32, and of all later states in float64.
        np.testing.assert_allclose(
            observed(kind, lanes(kind, [seed]))[:, 0], observation, rtol=2e-7, atol=1e-9
        )


@pytest.mark.parametrize("name", NAMES)
def test_steps_are_gymnasiums(name: str) -> None:
    """The same actions, and before each step the state of Gymnasium: errors do not add up."""
    kind, task = KINDS[name], make_task(f"gym:{name}")
    rng = np.random.default_rng(1)
    seeds = list(range(LANES))
    envs = [gymnasium.make(name, disable_env_checker=True) for _ in seeds]
    for env, seed in zip(envs, seeds, strict=True):
        env.reset(seed=seed)
    state, alive, checked = lanes(kind, seeds), set(seeds), 0
    bias = rng.normal(size=(task.outputs, LANES))  # pushes to one side: the bounds are reached, too
    for _ in range(physics.STEPS[kind]):
        outputs = np.ascontiguousarray(0.8 * bias + rng.normal(size=(task.outputs, LANES)))
        physics.step_lanes(kind, state, outputs, 0, LANES)
        seen = observed(kind, state)
        for lane, action in zip(seeds, task.head.act(outputs), strict=True):
            if lane not in alive:
                continue
            observation, reward, terminated, _, _ = envs[lane].step(action)
            exact = np.array(envs[lane].unwrapped.state, dtype=np.float64)
            np.testing.assert_allclose(state[: len(exact), lane], exact, rtol=1e-9, atol=1e-9)
            np.testing.assert_allclose(seen[:, lane], observation, rtol=2e-7, atol=1e-9)
            assert state[physics.REWARD, lane] == pytest.approx(reward, abs=1e-9)
            assert state[physics.DONE, lane] == terminated
            state[: len(exact), lane] = exact
            checked += 1
            if terminated:
                alive.discard(lane)
    assert checked > 80


@pytest.mark.parametrize("name", NAMES)
def test_a_network_earns_the_same_in_both(name: str) -> None:
    weights = Weightings.shared([-2.0, -0.5, 1.0])
    results = []
    for backend in ("jit", "gymnasium"):
        task = make_task(f"gym:{name} " + json.dumps({"backend": backend, "max_steps": 150}))
        networks = [
            compile_genome(grow(seed, 30, task.inputs, task.outputs, CALM)) for seed in range(4)
        ]
        episodes = task.draw_episodes(4, np.random.default_rng(0))
        returns, steps = np.full((4, 3, 4), np.nan), np.zeros(4, dtype=np.int64)
        task.score(pack(networks), (0, 4), weights, episodes, returns, steps)
        results.append((returns, steps))
    (returns, steps), (expected, taken) = results
    np.testing.assert_allclose(returns, expected, rtol=1e-5, atol=1e-5)
    assert steps.tolist() == taken.tolist()


def test_both_choose_and_push_the_same_where_a_network_overflows() -> None:
    """NaN and infinite outputs, in every combination."""
    edges = [np.nan, np.inf, -np.inf, 0.0, -1.0, 0.5, 3.0]
    for name in ("MountainCar-v0", "Pendulum-v1", "CartPole-v1", "Acrobot-v1"):
        kind, task = KINDS[name], make_task(f"gym:{name}")
        count = task.outputs
        combinations = np.array(np.meshgrid(*[edges] * count)).reshape(count, -1)
        for column in range(combinations.shape[1]):
            outputs = np.ascontiguousarray(
                np.repeat(combinations[:, column : column + 1], LANES, axis=1)
            )
            env = gymnasium.make(name, disable_env_checker=True)
            env.reset(seed=3)
            state = lanes(kind, [3])
            physics.step_lanes(kind, state, outputs, 0, LANES)
            env.step(task.head.act(outputs)[0])
            there = env.unwrapped.state
            np.testing.assert_allclose(state[: len(there), 0], there, atol=1e-12)


def test_statistics_scale_what_the_kernel_shows() -> None:
    statistics = '"normalise": {"mean": [0.1, -0.2, 0.0, 0.3], "sd": [0.5, 2.0, 0.25, 1.5]}'
    jit, plain = (
        make_task(f'gym:CartPole-v1 {{{statistics}, "backend": "{b}"}}')
        for b in ("jit", "gymnasium")
    )
    networks = [compile_genome(grow(seed, 30, 4, 2, CALM)) for seed in range(4)]
    scores = []
    for task in (jit, plain):
        returns, steps = np.zeros((4, 1, 5)), np.zeros(4, dtype=np.int64)
        task.score(pack(networks), (0, 4), Weightings.shared([0.7]), np.arange(5), returns, steps)
        scores.append(returns)
    np.testing.assert_array_equal(scores[0], scores[1])


def test_the_kernel_does_not_depend_on_the_company() -> None:
    task = make_task("gym:CartPole-v1")
    networks = [compile_genome(grow(seed, 30, 4, 2)) for seed in range(5)]
    weights, episodes = (
        Weightings.shared([-1.0, 1.5]),
        task.draw_episodes(11, np.random.default_rng(0)),
    )

    def score(some, seeds) -> np.ndarray:
        returns, steps = (
            np.full((len(some), 2, len(seeds)), np.nan),
            np.zeros(len(some), dtype=np.int64),
        )
        task.score(pack(some), (0, len(some)), weights, seeds, returns, steps)
        assert (steps >= returns.sum(axis=(1, 2))).all()
        return returns

    together = score(networks, episodes)
    np.testing.assert_array_equal(score(networks, episodes[::-1])[:, :, ::-1], together)
    alone = [[score([network], episodes[[i]])[0, :, 0] for i in range(11)] for network in networks]
    np.testing.assert_array_equal(np.moveaxis(alone, 1, 2), together)


def test_other_arguments_have_no_twin() -> None:
    assert make_task('gym:Pendulum-v1 {"kwargs": {"g": 9.81}}').workers == "processes"
