import warnings

import gymnasium
import naive
import numpy as np
import pytest
from genome_toys import grow
from gymnasium.utils.env_checker import check_env
from gymnasium.vector import AutoresetMode

from wann.envs import cartpole_physics as physics
from wann.envs.cartpole_swingup import CartPoleSwingUpEnv, CartPoleSwingUpVectorEnv
from wann.kernels.forward import forward
from wann.kernels.vectors import LANES
from wann.network.compile import compile_genome
from wann.network.network import Network, pack
from wann.network.weightings import Weightings
from wann.tasks.cartpole_rollouts import rollout_beside, rollout_cartpole
from wann.tasks.registry import make_task

IDS = {"wann.envs:wann/CartPoleSwingUp-v1": 1000, "wann.envs:wann/CartPoleSwingUpHard-v1": 200}
ID = "wann.envs:wann/CartPoleSwingUp-v1"
HANGING = (0.0, 0.0, np.pi, 0.0)
RUNAWAY = (2.39, 3.0, np.pi, 0.0)
PUSH = np.array([1.0])


def starting_at(state, **arguments) -> CartPoleSwingUpEnv:
    env = CartPoleSwingUpEnv(**arguments)
    env.reset(options={"state": state})
    return env


def starts(episodes: int, seed: int = 0) -> np.ndarray:
    """Start states of which some leave the track soon, each after a different time."""
    states = physics.draw_starts(episodes, np.random.default_rng(seed))
    states[::3, 1] += np.linspace(2.0, 4.0, len(states[::3]))
    return states


# ---- as a Gymnasium environment


@pytest.mark.parametrize("name", IDS)
def test_gymnasium_finds_nothing_wrong(name: str) -> None:
    with warnings.catch_warnings():
        # Velocities have no bounds.
        warnings.filterwarnings(
            "ignore", message=".*Box observation space m(in|ax)imum value is -?infinity"
        )
        check_env(gymnasium.make(name, render_mode="rgb_array").unwrapped)


@pytest.mark.parametrize(("name", "limit"), IDS.items())
def test_an_episode_is_truncated_at_its_limit(name: str, limit: int) -> None:
    env = gymnasium.make(name)
    env.reset(seed=0, options={"state": HANGING})
    ends = [env.step(np.zeros(1))[2:4] for _ in range(limit)]
    assert ends == [(False, False)] * (limit - 1) + [(False, True)]


@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_leaving_the_track_terminates(side: float) -> None:
    env = starting_at(side * np.array([2.37, 1.0, 0.0, 0.0]))
    ends = [env.step(side * PUSH)[2:4] for _ in range(4)]
    assert ends == [(False, False)] * 2 + [(True, False)] * 2
    assert abs(env.state[0]) > physics.TRACK_HALF_LENGTH


def test_seeds_reproduce_episodes_and_differ() -> None:
    def episode(seed: int) -> np.ndarray:
        env = gymnasium.make(ID)
        env.action_space.seed(seed)
        observations = [env.reset(seed=seed)[0]]
        observations += [env.step(env.action_space.sample())[0] for _ in range(50)]
        return np.array(observations)

    np.testing.assert_array_equal(episode(7), episode(7))
    assert (episode(7)[0] != episode(8)[0]).all()


def test_start_states_have_the_mean_and_spread_of_the_release() -> None:
    states = physics.draw_starts(20_000, np.random.default_rng(0))
    np.testing.assert_allclose(states.mean(axis=0), HANGING, atol=4 * 0.2 / np.sqrt(20_000))
    np.testing.assert_allclose(states.std(axis=0), 0.2, atol=0.005)
    env = CartPoleSwingUpEnv()
    env.reset(seed=3)
    np.testing.assert_array_equal(
        env.state, physics.draw_starts(1, gymnasium.utils.seeding.np_random(3)[0])[0]
    )


def test_a_start_state_may_be_given() -> None:
    env = CartPoleSwingUpEnv()
    observation, info = env.reset(options={"state": [0.5, -1.0, 0.3, 2.0]})
    np.testing.assert_allclose(observation, [0.5, -1.0, np.cos(0.3), np.sin(0.3), 2.0], rtol=1e-15)
    assert env.state.tolist() == [0.5, -1.0, 0.3, 2.0]
    assert info == {}
    with pytest.raises(ValueError, match=r"\(x, x_dot, theta, theta_dot\), got an array of \(3,\)"):
        env.reset(options={"state": [0.0, 0.0, 0.0]})


def test_what_is_returned_is_not_written_to_later() -> None:
    env = starting_at(HANGING)
    observation = env.step(PUSH)[0]
    copy = observation.copy()
    env.step(PUSH)
    np.testing.assert_array_equal(observation, copy)


# ---- pictures


def test_pictures_show_the_state() -> None:
    def picture(x: float, theta: float) -> np.ndarray:
        return starting_at((x, 0.0, theta, 0.0), render_mode="rgb_array").render()

    up = picture(0.0, 0.0)
    assert (up.shape, up.dtype) == ((400, 600, 3), np.uint8)
    np.testing.assert_array_equal(up, picture(0.0, 0.0))
    coloured = np.argwhere(np.abs(up.astype(int) - [0xD1, 0x60, 0x3D]).sum(axis=2) < 30)
    assert coloured[:, 0].max() < 220, "the pole stands above the cart"
    down = picture(0.0, np.pi)
    assert (
        np.argwhere(np.abs(down.astype(int) - [0xD1, 0x60, 0x3D]).sum(axis=2) < 30)[:, 0].max()
        > 260
    )
    for other in (down, picture(0.0, 0.2), picture(0.3, 0.0)):
        assert (other != up).any(axis=2).sum() > 500


def test_without_a_render_mode_there_is_no_picture() -> None:
    assert starting_at(HANGING).render() is None
    assert CartPoleSwingUpVectorEnv(2).render() is None
    for make in (CartPoleSwingUpEnv, CartPoleSwingUpVectorEnv):
        with pytest.raises(ValueError, match="must be None or 'rgb_array', got 'human'"):
            make(render_mode="human")


def test_the_vector_environment_draws_every_lane() -> None:
    env = gymnasium.make_vec(ID, num_envs=3, render_mode="rgb_array")
    env.reset(seed=0)
    pictures = env.render()
    assert [picture.shape for picture in pictures] == [(400, 600, 3)] * 3
    assert (pictures[0] != pictures[1]).any()


# ---- the physics


def test_the_physics_are_those_of_the_release() -> None:
    rng = np.random.default_rng(0)
    env = CartPoleSwingUpEnv()
    for _ in range(20):
        state = rng.normal((0.0, 0.0, np.pi, 0.0), (0.8, 2.0, 3.0, 5.0))
        env.reset(options={"state": state})
        for _ in range(50):
            action = rng.normal(0.0, 1.0)
            expected, reward, done = naive.cartpole_step(env.state, action)
            observation, earned, terminated, truncated, _ = env.step(np.array([action]))
            np.testing.assert_allclose(env.state, expected, rtol=1e-12, atol=1e-12)
            x, x_dot, theta, theta_dot = expected
            expected_view = [x, x_dot, np.cos(theta), np.sin(theta), theta_dot]
            np.testing.assert_allclose(observation, expected_view, rtol=1e-12, atol=1e-12)
            assert earned == pytest.approx(reward, abs=1e-12)
            assert (terminated, truncated) == (done, False)


@pytest.mark.parametrize(("given", "used"), [(7.0, 1.0), (-7.0, -1.0), (np.inf, 1.0)])
def test_the_force_is_bounded(given: float, used: float) -> None:
    a, b = starting_at(HANGING), starting_at(HANGING)
    np.testing.assert_array_equal(a.step(np.array([given]))[0], b.step(np.array([used]))[0])


def test_best_and_worst_rewards() -> None:
    assert starting_at((0.0, 0.0, 0.0, 0.0)).step(np.zeros(1))[1] == pytest.approx(1.0, abs=1e-15)
    assert starting_at(HANGING).step(np.zeros(1))[1] == pytest.approx(0.0, abs=1e-15)
    assert starting_at((2.4, 0.0, 0.0, 0.0)).step(np.zeros(1))[1] == pytest.approx(0.0, abs=1e-15)


# ---- the vector environment


def test_make_vec_takes_the_vector_environment() -> None:
    for name, limit in IDS.items():
        env = gymnasium.make_vec(name, num_envs=3)
        assert isinstance(env, CartPoleSwingUpVectorEnv)
        assert env.max_episode_steps == limit
        assert env.metadata["autoreset_mode"] is AutoresetMode.NEXT_STEP
        observations, _ = env.reset(seed=0)
        assert observations in env.observation_space
        assert observations.dtype == np.float64


def test_lanes_equal_single_environments_bit_for_bit() -> None:
    lanes, seed = 7, 11
    vector = gymnasium.make_vec(ID, num_envs=lanes)
    observations, _ = vector.reset(seed=seed)
    singles = [
        starting_at(state)
        for state in physics.draw_starts(lanes, gymnasium.utils.seeding.np_random(seed)[0])
    ]
    np.testing.assert_array_equal(observations, [env._observe() for env in singles])
    rng = np.random.default_rng(0)
    for _ in range(100):
        actions = rng.uniform(-1.5, 1.5, (lanes, 1))
        observations, rewards, terminated, truncated, _ = vector.step(actions)
        steps = [env.step(action) for env, action in zip(singles, actions, strict=True)]
        np.testing.assert_array_equal(observations, [step[0] for step in steps])
        np.testing.assert_array_equal(rewards, [step[1] for step in steps])
        assert terminated.tolist() == [step[2] for step in steps]
        assert not truncated.any()


@pytest.mark.parametrize("mode", ["vector_entry_point", "sync"])
def test_an_ended_lane_starts_anew_at_the_next_step(mode: str) -> None:
    """Gymnasium's own vectorisation passes the same test: it is the reference."""
    env = gymnasium.make_vec(
        "wann.envs:wann/CartPoleSwingUpHard-v1", num_envs=3, vectorization_mode=mode
    )
    env.reset(seed=1)
    # The first lane runs off the track, the others into the limit
    push = np.array([[1.0], [0.0], [0.0]])
    ended, ends = np.zeros(3, dtype=bool), []
    for _ in range(405):
        observations, rewards, terminated, truncated, _ = env.step(push)
        assert (rewards[ended] == 0.0).all()
        assert not (terminated | truncated)[ended].any()
        assert (np.abs(observations[ended, 0]) < 1.5).all(), "back in the middle"
        assert (observations[ended, 2] < -0.5).all(), "hanging again"
        ended = terminated | truncated
        ends.append((terminated, truncated))
    terminated, truncated = np.array(ends).transpose(1, 2, 0)
    assert (
        np.flatnonzero(truncated[1]).tolist() == np.flatnonzero(truncated[2]).tolist() == [199, 400]
    )
    assert not terminated[1:].any()
    assert terminated[0].sum() >= 3
    assert not truncated[0].any()


def test_one_seed_for_all_lanes() -> None:
    with pytest.raises(ValueError, match="one seed for all its lanes, got a list of 2"):
        CartPoleSwingUpVectorEnv(2).reset(seed=[1, 2])


# ---- the rollouts, in lockstep and side by side


def networks(count: int = 4) -> list[Network]:
    return [compile_genome(grow(seed, 40, 5, 1)) for seed in range(count)]


def stepped(
    network: Network, weight: np.ndarray, start: np.ndarray, limit: int
) -> tuple[float, int]:
    """Return and length of one episode, by the environment and one vector of lanes."""
    env = CartPoleSwingUpEnv()
    observation, _ = env.reset(options={"state": start})
    values = np.ones((6 + len(network.activation), LANES))
    lane_weight = np.repeat(weight[0] if len(weight) == 1 else weight[:, None], LANES, axis=-1)
    packed, total = pack([network]), 0.0
    for step in range(limit):
        values[1:6] = observation[:, None]
        forward(packed, 0, lane_weight, values, LANES)
        observation, reward, terminated, _, _ = env.step(values[-1, :1])
        total += reward
        if terminated:
            return total, step + 1
    return total, limit


def rolled(
    some: list[Network], weights: Weightings, states: np.ndarray, limit: int
) -> tuple[np.ndarray, np.ndarray]:
    """Returns and steps of rollouts in lockstep; side by side, they are the same bytes."""
    returns = np.full((len(some), len(weights), len(states)), np.nan)
    steps = np.full(len(some), -1)
    span, individual = (0, len(some)), None if weights.is_shared else True
    rollout_cartpole(
        pack(some), span, weights.values, individual, states, True, 0, limit, returns, steps
    )
    if weights.is_shared:
        others, so_many = np.full_like(returns, np.nan), np.full_like(steps, -1)
        clock = (0, limit)
        rollout_beside(pack(some), span, weights.values, states, True, clock, others, so_many)
        np.testing.assert_array_equal(others, returns)
        np.testing.assert_array_equal(so_many, steps)
    return returns, steps


@pytest.mark.parametrize("episodes", [1, 4, 11])
def test_a_rollout_is_the_environment_stepped_bit_for_bit(episodes: int) -> None:
    limit, weights = 150, Weightings.shared([-2.0, -0.5, 1.5])
    some, states = networks(), starts(episodes)
    returns, steps = rolled(some, weights, states, limit)
    lengths = np.zeros(returns.shape, dtype=int)
    expected = np.zeros(returns.shape)
    for index in np.ndindex(returns.shape):
        g, w, e = index
        expected[index], lengths[index] = stepped(some[g], weights.values[w], states[e], limit)
    np.testing.assert_array_equal(returns, expected)
    np.testing.assert_array_equal(steps, lengths.sum(axis=(1, 2)))
    if episodes == 11:
        assert len(np.unique(lengths)) > 10, "some lanes end early, at different times"
        assert (lengths == limit).any()


def test_so_it_is_with_individual_weights() -> None:
    network, states = networks(3)[2], starts(9)
    weights = Weightings.individual(np.random.default_rng(5).normal(size=(2, network.connections)))
    returns, steps = rolled([network], weights, states, 150)
    expected = [
        [stepped(network, weight, state, 150) for state in states] for weight in weights.values
    ]
    np.testing.assert_array_equal(returns[0], [[total for total, _ in row] for row in expected])
    assert steps[0] == sum(length for row in expected for _, length in row)


def test_results_do_not_depend_on_the_company() -> None:
    weights, some = Weightings.shared([-1.0, 2.0]), networks(3)
    states = starts(23)
    together, steps = rolled(some, weights, states, 300)
    order = np.random.default_rng(0).permutation(23)
    np.testing.assert_array_equal(
        rolled(some, weights, states[order], 300)[0], together[:, :, order]
    )
    halves = [rolled(some, weights, part, 300) for part in (states[:5], states[5:])]
    np.testing.assert_array_equal(
        np.concatenate([returns for returns, _ in halves], axis=2), together
    )
    np.testing.assert_array_equal(halves[0][1] + halves[1][1], steps)
    one_by_one = [
        rolled([network], weights[[w]], states, 300)[0][0, 0] for network in some for w in range(2)
    ]
    np.testing.assert_array_equal(np.reshape(one_by_one, together.shape), together)


def test_all_lanes_may_leave() -> None:
    returns, steps = rolled(networks(2), Weightings.shared([1.0]), np.tile(RUNAWAY, (5, 1)), 1000)
    assert (steps == 5).all()
    assert np.isfinite(returns).all()


def test_a_span_leaves_other_networks_alone() -> None:
    some, states = networks(4), starts(2)
    returns, steps = np.full((4, 1, 2), -7.0), np.full(4, -7)
    weight, expected = np.array([[1.0]]), rolled(some[1:3], Weightings.shared([1.0]), states, 20)[0]
    for side_by_side in (False, True):
        if side_by_side:
            rollout_beside(pack(some), (1, 3), weight, states, True, (0, 20), returns, steps)
        else:
            rollout_cartpole(pack(some), (1, 3), weight, None, states, True, 0, 20, returns, steps)
        assert (returns[[0, 3]] == -7.0).all()
        assert (steps[[0, 3]] == -7).all()
        np.testing.assert_array_equal(returns[1:3], expected)
        returns[1:3] = -7.0


@pytest.mark.parametrize(("task", "limit"), [("swingup", 1000), ("swingup-hard", 200)])
def test_the_task_is_the_environment(task: str, limit: int) -> None:
    scored = make_task(task)
    assert IDS[scored.environment] == scored.steps == limit
    env = gymnasium.make(scored.environment)
    assert (scored.inputs,) == env.observation_space.shape
    assert (scored.outputs,) == env.action_space.shape
    network, weights = networks(1)[0], Weightings.shared([0.7])
    episodes = scored.draw_episodes(2, np.random.default_rng(0))
    returns, steps = np.zeros((1, 1, 2)), np.zeros(1, dtype=np.int64)
    scored.score(pack([network]), (0, 1), weights, episodes, returns, steps)
    expected = [stepped(network, weights.values[0], start, limit) for start in episodes]
    assert returns[0, 0].tolist() == [total for total, _ in expected]
    assert steps[0] == sum(length for _, length in expected)
