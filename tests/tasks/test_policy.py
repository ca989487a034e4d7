"""A policy earns in Gymnasium what the project says that the network earns."""

import json
from typing import Any

import gym_toys  # registers its environments
import gymnasium
import numpy as np
import pytest
import scoring_toys
from gymnasium.vector import SyncVectorEnv
from gymnasium.wrappers import TimeLimit

from wann.envs import cartpole_physics
from wann.errors import UserError
from wann.network.network import Network
from wann.network.weightings import Weightings
from wann.tasks.gym.gym_task import GymTask
from wann.tasks.policy import make_policy
from wann.tasks.registry import make_task
from wann.tasks.task import Task

SEEDS = (0, 1, 2)
WEIGHT = 1.3
# The mean and spread of some task, as a finished search keeps them
STATISTICS = {"mean": [0.0, 0.9, 0.1, -0.7, 0, 0, 0, 0], "sd": [0.5, 0.6, 0.7, 0.5, 0.4, 2, 1, 1]}
TASKS = {
    "swingup": "swingup",
    "swingup-hard": "swingup-hard",
    "swingup-memory": "swingup-memory",
    "CartPole": "gym:CartPole-v1",
    "Pendulum": 'gym:Pendulum-v1 {"normalise": true}',
    "lander": "gym:LunarLander-v3 " + json.dumps({"normalise": STATISTICS}),
    **{
        f"{seen} to {action}": f"gym:gym_toys:toys/Toy-v0 "
        f'{{"kwargs": {{"observation": "{seen}", "action": "{action}"}}}}'
        for seen, action in [
            ("Dict", "Discrete"),
            ("Tuple", "MultiDiscrete"),
            ("MultiDiscrete", "Box"),
            ("Discrete", "Whole"),
            ("Box", "MultiBinary"),
            ("MultiBinary", "Unbounded"),
        ]
    },
}


def environment_of(task: Task) -> gymnasium.Env[Any, Any]:
    if isinstance(task, GymTask):
        return gymnasium.make(task.settings.id, **task.settings.kwargs)
    return gymnasium.make(task.environment)  # type: ignore[attr-defined]


def episodes_of(task: Task) -> np.ndarray[Any, Any]:
    """Return the episodes that environments play after a reset with each of the seeds."""
    if isinstance(task, GymTask):
        return np.array(SEEDS)
    drawn = [gymnasium.utils.seeding.np_random(seed)[0] for seed in SEEDS]
    return np.concatenate([cartpole_physics.draw_starts(1, rng) for rng in drawn])


def scored(task: Task, network: Network) -> list[float]:
    """Return what the network earns in each episode as the project scores it."""
    returns, steps = np.empty((1, 1, len(SEEDS))), np.empty(1, np.int64)
    packed = task.pack([network])
    task.score(packed, (0, 1), Weightings.shared([WEIGHT]), episodes_of(task), returns, steps)
    return returns[0, 0].tolist()


def played(env: Any, policy: Any, seed: int) -> float:
    observation, _ = env.reset(seed=seed)
    policy.reset()
    total, ended = 0.0, False
    while not ended:
        action = policy(observation)
        assert env.action_space.contains(action)
        observation, reward, terminated, truncated, _ = env.step(action)
        total, ended = total + float(reward), terminated or truncated
    return total


@pytest.mark.parametrize("recurrent", [False, True])
@pytest.mark.parametrize("name", TASKS)
def test_a_rollout_earns_what_the_evaluation_of_its_seed_says(name: str, recurrent: bool) -> None:
    task = make_task(TASKS[name])
    (network,) = scoring_toys.networks(task, 1)
    if recurrent:
        network = scoring_toys.recurrent_network(task)
        assert network.recurrent
    env, expected = environment_of(task), scored(task, network)
    # The jitted twin of the pendulum has a sine of its own, whose last bit differs
    same = pytest.approx(expected, rel=1e-9) if name == "Pendulum" else expected
    for given in (None, env):
        policy = make_policy(network, WEIGHT, task, given)
        assert [played(env, policy, seed) for seed in SEEDS] == same
    env.close()


@pytest.mark.parametrize("name", ["CartPole", "Dict to Discrete", "Tuple to MultiDiscrete"])
def test_a_vectorised_environment_is_played_like_its_episodes_alone(name: str) -> None:
    task = make_task(TASKS[name])
    (network,) = scoring_toys.networks(task, 1)
    many = SyncVectorEnv([lambda: environment_of(task)] * 3)
    policy = make_policy(network, WEIGHT, task, many)
    assert "3 episodes at once" in repr(policy)
    alone = make_policy(network, WEIGHT, task)
    observations, _ = many.reset(seed=list(SEEDS))
    for _ in range(4):
        actions = policy(observations)
        assert many.action_space.contains(actions)
        singles = gymnasium.vector.utils.iterate(many.observation_space, observations)
        for single, action in zip(singles, actions, strict=True):
            np.testing.assert_array_equal(alone(single), action)
        observations, *_ = many.step(actions)
    many.close()


def test_episodes_of_a_vectorised_environment_are_forgotten_one_by_one() -> None:
    task = make_task("swingup-memory")
    network = scoring_toys.recurrent_network(task)
    many = SyncVectorEnv([lambda: environment_of(task)] * 2)
    together = make_policy(network, WEIGHT, task, many)
    first, second = (make_policy(network, WEIGHT, task) for _ in range(2))
    observations, _ = many.reset(seed=[0, 1])
    for step in range(6):
        if step == 3:
            together.reset([False, True])
            second.reset()
        actions = together(observations)
        np.testing.assert_array_equal(first(observations[0]), actions[0])
        np.testing.assert_array_equal(second(observations[1]), actions[1])
        observations, *_ = many.step(actions)
    many.close()


def test_what_a_feed_forward_policy_is_told_of_ended_episodes_is_checked_too() -> None:
    task = make_task("swingup")
    (network,) = scoring_toys.networks(task, 1)
    many = SyncVectorEnv([lambda: environment_of(task)] * 2)
    policy = make_policy(network, WEIGHT, task, many)
    policy.reset([False, True])
    with pytest.raises(UserError, match=r"for each of 2 episodes .* of shape \(3,\)"):
        policy.reset([False, True, True])
    with pytest.raises(UserError, match="for each of 1 episodes"):
        make_policy(network, WEIGHT, task).reset([False, True])
    many.close()


def test_observations_are_scaled_as_in_the_search_whatever_the_environment_is() -> None:
    task = make_task(TASKS["lander"])
    (network,) = scoring_toys.networks(task, 1)
    bare = make_task("gym:LunarLander-v3")
    seen = np.linspace(-1.0, 1.0, 8, dtype=np.float32)
    env = TimeLimit(gymnasium.make("LunarLander-v3"), 5)
    outputs = network((seen.astype(float) - STATISTICS["mean"]) / STATISTICS["sd"], WEIGHT)
    assert make_policy(network, WEIGHT, task, env)(seen) == outputs.argmax()
    assert make_policy(network, WEIGHT, bare, env)(seen) == network(seen, WEIGHT).argmax()
    limited = make_task(TASKS["lander"].replace("{", '{"max_steps": 400, ', 1))
    assert make_policy(network, WEIGHT, limited).steps == 400
    env.close()


def test_pictures_are_read_as_in_the_search_whatever_the_environment_is() -> None:
    kwargs = {"observation": "Pixels"}
    settings = json.dumps({"kwargs": kwargs, "flatten_pictures": True})
    task = make_task(f"gym:gym_toys:toys/Toy-v0 {settings}")
    (network,) = scoring_toys.networks(task, 1)
    env = gymnasium.make("toys/Toy-v0", **kwargs)
    seen = env.reset(seed=0)[0]
    expected = make_policy(network, WEIGHT, task)(seen)
    assert expected in (5, 6, 7)
    for given in (env, "gym_toys:toys/Pixels-v0"):
        assert make_policy(network, WEIGHT, task, given)(seen) == expected
    env.close()


def test_what_does_not_fit_is_refused_in_one_line() -> None:
    task = make_task("gym:CartPole-v1")
    (network,) = scoring_toys.networks(task, 1)
    refused = [
        (task, "Acrobot-v1", "has 4 inputs and 2 outputs, Acrobot-v1 needs 6 and 3"),
        (task, "CartPole-v7", "CartPole-v7"),
        (task, gymnasium.make("Pendulum-v1"), "Pendulum-v1 needs 3 and 1"),
        (task, gym_toys.Toy("Text"), "Toy: a Text observation has no fixed number of inputs"),
        (task, gym_toys.Toy(action="Text"), "Toy: expected actions from a Discrete"),
        (task, 7, "expected an environment as an id, .*, got 7"),
        (None, None, "does not say what it was grown for: expected an environment"),
        (make_task("digits"), None, "'digits' has no environment to act in"),
        (make_task(TASKS["lander"]), "CartPole-v1", "does not fit gym:LunarLander-v3"),
    ]
    for own, env, message in refused:
        with pytest.raises(UserError, match=message) as raised:
            make_policy(network, None, own, env)
        assert "\n" not in str(raised.value)
    policy = make_policy(network, None, None, "CartPole-v1")
    assert policy([0.0, 0.0, 0.0, 0.0]) in (0, 1)
    with pytest.raises(UserError, match=r"CartPole-v1: expected an observation of shape \(4,\)"):
        policy([0.0, 0.0])
    many = SyncVectorEnv([lambda: gymnasium.make("CartPole-v1")] * 2)
    with pytest.raises(UserError, match="SyncVectorEnv: expected 2 observations, got 3"):
        make_policy(network, None, task, many)(np.zeros((3, 4)))
    many.close()
