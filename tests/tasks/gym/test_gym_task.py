import json

import gym_toys
import gymnasium
import numpy as np
import pytest
from scoring_toys import WEIGHTS, networks, score

from wann.errors import UserError
from wann.evaluators.ray.worker import variant_of
from wann.kernels.forward import forward
from wann.kernels.vectors import LANES
from wann.network.network import Network, pack
from wann.network.weightings import Weightings
from wann.tasks.gym import rollout
from wann.tasks.gym.classic import ClassicTask
from wann.tasks.gym.gym_task import DEFAULT_MAX_STEPS, GymTask
from wann.tasks.registry import make_task
from wann.tasks.task import Task

TOY = "gym_toys:toys/Toy-v0"


def toy(name: str = TOY, **settings: object) -> Task:
    return make_task(f"gym:{name} {json.dumps(settings)}")


def stepped(task: Task, network: Network, weight: float, seed: int) -> float:
    """One episode, stepped by hand in an environment of its own."""
    env = gymnasium.make(task.settings.id, disable_env_checker=True, **task.settings.kwargs)
    observation, _ = env.reset(seed=seed)
    values, total, packed = (
        np.ones((1 + task.inputs + len(network.activation), LANES)),
        0.0,
        pack([network]),
    )
    for _ in range(task.limit):
        values[1 : 1 + task.inputs] = task.see(observation)[:, None]
        forward(packed, 0, np.full(LANES, weight), values, LANES)
        observation, reward, terminated, truncated, _ = env.step(
            task.act(values[len(values) - task.outputs :, 0])
        )
        total += float(reward)
        if terminated or truncated:
            break
    return total


SPACES = [{"observation": name} for name in gym_toys.OBSERVATIONS] + [
    {"action": name} for name in gym_toys.ACTIONS
]


@pytest.mark.parametrize("kwargs", SPACES, ids=lambda kwargs: "-".join(*kwargs.items()))
def test_every_space_is_played(kwargs: dict[str, str]) -> None:
    task = toy(kwargs=kwargs)
    episodes = task.draw_episodes(5, np.random.default_rng(0))
    returns, steps = score(task, episodes)
    assert steps.tolist() == [gym_toys.LENGTH * 15] * 3
    expected = [
        [[stepped(task, n, w, s) for s in episodes.tolist()] for w in WEIGHTS.values[:, 0]]
        for n in networks(task)
    ]
    np.testing.assert_array_equal(returns, expected)


LANDER = "gym:LunarLander-v3"
REAL = [
    'gym:CartPole-v1 {"backend": "gymnasium"}',
    f'{LANDER} {{"max_steps": 150}}',
    'gym:BipedalWalker-v3 {"max_steps": 50}',
]


@pytest.mark.parametrize("spec", REAL)
def test_an_episode_depends_on_network_weight_and_seed_alone(spec: str) -> None:
    task = make_task(spec)
    episodes = task.draw_episodes(6, np.random.default_rng(3))
    together, _ = score(task, episodes)
    backwards, _ = score(task, episodes[::-1])
    np.testing.assert_array_equal(backwards[:, :, ::-1], together)
    alone = np.concatenate([score(task, episodes[[i]])[0] for i in range(6)], axis=2)
    np.testing.assert_array_equal(alone, together)
    assert stepped(task, networks(task)[1], 0.5, int(episodes[2])) == together[1, 1, 2]
    assert len(np.unique(together)) > 5


def test_individual_weights() -> None:
    task = make_task(REAL[0])
    network, episodes = networks(task)[2], np.array([3, 4])
    weights = Weightings.individual(np.array([[0.5], [-2.0]]) * np.ones(network.connections))
    mine, _ = score(task, episodes, [network], weights)
    shared, _ = score(task, episodes, [network], Weightings.shared([0.5, -2.0]))
    np.testing.assert_array_equal(mine, shared)


def test_many_lanes_are_run_in_parts() -> None:
    task = toy()
    episodes = task.draw_episodes(150, np.random.default_rng(0))
    returns, steps = score(task, episodes)
    np.testing.assert_array_equal(returns[:, :, 140:], score(task, episodes[140:])[0])
    assert steps.tolist() == [gym_toys.LENGTH * 450] * 3


# ---- the spec


SPECS = [
    "gym:CartPole-v1",
    'gym:CartPole-v1 {"backend": "gymnasium", "max_steps": 20}',
    'gym:CartPole-v1 {"kwargs": {"sutton_barto_reward": true}}',
    'gym:Pendulum-v1 {"normalise": {"mean": [0.0, 0.0, 1.0], "sd": [1.0, 1.0, 4.0]}}',
    'gym:BipedalWalker-v3 {"fall_penalty": false}',
    'gym:CartPole-v1 {"backend": "gymnasium", "episode_seconds": 2.5}',
    'gym:LunarLander-v3 {"stuck_steps": 50}',
    'gym:LunarLander-v3 {"search_steps": 50}',
    f'gym:{TOY} {{"kwargs": {{"action": "Box"}}, "on_error": "worst"}}',
]


@pytest.mark.parametrize("spec", SPECS)
def test_the_spec_makes_an_equal_task(spec: str) -> None:
    task = make_task(spec)
    assert task.spec == spec
    assert make_task(task.spec) == task
    assert task.frozen() is task


def test_defaults_are_not_said() -> None:
    assert make_task('gym:CartPole-v1 {"backend": "auto", "kwargs": {}}').spec == "gym:CartPole-v1"


WRONG = [
    ("gym:CartPole-v1 {", "expected settings as a JSON object"),
    ('gym:CartPole-v1 {"kwarg": {}}', "did you mean 'kwargs'"),
    ('gym:CartPole-v1 {"kwargs": [1]}', "kwargs must be an object"),
    (
        'gym:CartPole-v1 {"max_steps": 0}',
        "a whole number between 1 and 1,000,000,000, got 0",
    ),
    (
        'gym:CartPole-v1 {"stuck_steps": 0}',
        "stuck_steps must be a whole number between 1 and 1,000,000,000, got 0",
    ),
    (
        'gym:CartPole-v1 {"search_steps": 1.5}',
        "search_steps must be a whole number between 1 and 1,000,000,000, got 1.5",
    ),
    ('gym:CartPole-v1 {"backend": "jit", "stuck_steps": 5}', "has no jitted twin"),
    ('gym:CartPole-v1 {"backend": "jitt"}', "did you mean 'jit'"),
    ('gym:CartPole-v1 {"on_error": "best"}', "unknown on_error 'best'"),
    *(
        (
            f'gym:CartPole-v1 {{"episode_seconds": {value}}}',
            "episode_seconds must be a number between 0.1 and 1,000,000, got",
        )
        for value in ("0", "true", '"1"', "1e7")
    ),
    ('gym:CartPole-v1 {"normalise": {"mean": [1]}}', "normalise must be true, false, or"),
    (
        'gym:Pendulum-v1 {"normalise": {"mean": [1], "sd": [1]}, "backend": "gymnasium"}',
        "1 means for 3 inputs",
    ),
    ('gym:CartPole-v1 {"fall_penalty": false}', "fall_penalty is for BipedalWalker-v3"),
    (
        'gym:CartPole-v1 {"kwargs": {"length": 2}}',
        "cannot be made with kwargs .* unexpected keyword argument 'length'",
    ),
    ('gym:LunarLander-v3 {"backend": "jit"}', "has no jitted twin: expected one of CartPole-v1"),
    ("gym:CartPoll-v1", "did you mean 'CartPole-v1'"),
    ("gym:CartPole-v9", "CartPole-v9"),
    ("gym:CartPole-v7", "CartPole"),
    ("gym:not_a_module:Env-v0", "its module cannot be imported: .*not_a_module"),
    (
        "gym:gym_toys:toys/NoPackage-v0",
        "needs a package that is not installed: .*a_package_that_is_not_there",
    ),
    (f'gym:{TOY} {{"kwargs": {{"observation": "Pixels"}}}}', "a picture of 32 x 32 x 3"),
    (f'gym:{TOY} {{"kwargs": {{"action": "Text"}}}}', "expected actions from a Discrete"),
]


@pytest.mark.parametrize(("spec", "message"), WRONG)
def test_a_wrong_spec_is_one_line(spec: str, message: str) -> None:
    with pytest.raises(UserError, match=message) as raised:
        make_task(spec)
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 400


def test_a_missing_simulator_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    from wann.tasks.gym import simulators
    from wann.tasks.gym.settings import GymSettings

    def absent(*_: object, **__: object) -> None:
        raise gymnasium.error.DependencyNotInstalled("Box2D is not installed")

    monkeypatch.setattr(gymnasium, "make", absent)
    monkeypatch.setattr(simulators.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(UserError, match=r"LunarLander-v3 needs .*: pip install 'wann\[box2d\]'"):
        simulators.make_simulator(GymSettings("LunarLander-v3"))


# ---- lengths


def test_episodes_without_a_limit_are_cut_and_that_is_said() -> None:
    endless = toy(kwargs={"fault": "endless"})
    assert endless.limit == DEFAULT_MAX_STEPS
    assert "no time limit: episodes are cut after 1000 steps" in endless.notes[0]
    assert score(endless, np.array([1]), networks(endless)[:1], WEIGHTS[:1])[1].tolist() == [1000]
    mine = toy(kwargs={"fault": "endless"}, max_steps=7)
    assert (mine.limit, tuple(mine.notes)) == (7, ())
    assert score(mine, np.array([1, 2]))[1].tolist() == [7 * 6] * 3


def test_the_smaller_limit_counts() -> None:
    assert [
        toy("gym_toys:toys/Limited-v0", **s).limit for s in ({}, {"max_steps": 3}, {"max_steps": 9})
    ] == [5, 3, 5]


# ---- faults


FAULTS = {
    "raise": "ArithmeticError: division by zero",
    "reward": "expected a finite reward, got nan",
    "observation": "expected finite observations, got inf",
    "shape": r"expected an observation of shape \(2, 2\), got \(3,\)",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_stops_the_run_in_one_line(fault: str) -> None:
    with pytest.raises(
        UserError, match=rf"Toy-v0 failed \(seed 2, step 4\): .*{FAULTS[fault]}"
    ) as raised:
        score(toy(kwargs={"fault": fault}), np.array([1, 2, 3]))
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("fault", FAULTS)
def test_or_counts_as_failed_and_nothing_else_is_lost(
    fault: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Another test may have met the fault in this process
    monkeypatch.setattr(rollout, "_told", set())
    good, bad = toy(), toy(kwargs={"fault": fault}, on_error="worst")
    episodes = np.array([1, 2, 3, 4, 5])
    returns, _ = score(bad, episodes)
    expected, _ = score(good, episodes)
    expected[:, :, [1, 3]] = np.nan
    np.testing.assert_array_equal(returns, expected)
    score(bad, episodes)
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "failed (seed 2, step 4)" in told


def test_a_reset_that_fails() -> None:
    with pytest.raises(UserError, match=r"failed \(seed 1, step 0\): RuntimeError: no reset today"):
        score(toy(kwargs={"fault": "reset"}), np.array([1]))
    returns, steps = score(toy(kwargs={"fault": "reset"}, on_error="worst"), np.array([1, 2]))
    assert np.isnan(returns).all()
    assert (steps == 0).all()


# ---- what is special


@pytest.mark.parametrize("backend", ["gymnasium", "envpool"])
def test_a_fall_costs_nothing_where_that_is_wished(backend: str) -> None:
    if backend == "envpool":
        pytest.importorskip("envpool", reason="needs pip install 'wann[envpool]' (some 750 MB)")
    spec = f'gym:BipedalWalker-v3 {{"max_steps": 200, "backend": "{backend}"}}'
    task = make_task(spec)
    without = make_task(spec.replace("}", ', "fall_penalty": false}'))
    episodes = np.array([5, 6, 7])
    a, steps = score(task, episodes)
    b, same = score(without, episodes)
    assert steps.tolist() == same.tolist()
    fell = np.abs(b - a) > 1.0
    assert fell.any()
    np.testing.assert_allclose((b - a)[fell], 100.0, atol=3.0)  # and the reward of the last step
    np.testing.assert_array_equal(a[~fell], b[~fell])


def test_normalising_is_measured_once_and_stored() -> None:
    task = make_task('gym:CartPole-v1 {"normalise": true, "backend": "gymnasium"}')
    frozen = task.frozen()
    assert frozen.spec == make_task(task.spec).frozen().spec, "the same statistics every time"
    assert make_task(frozen.spec) == frozen == frozen.frozen()
    mean, sd = frozen.statistics
    assert all(float(f"{value:.6g}") == value for value in (*mean, *sd))
    assert 0.1 < sd[1] < 2.0
    np.testing.assert_allclose(frozen.see(np.array(mean) + 2 * np.array(sd)), 2.0)
    episodes = np.array([5, 6])
    np.testing.assert_array_equal(score(frozen, episodes)[0], score(task, episodes)[0])
    assert (score(frozen, episodes)[0] != score(make_task("gym:CartPole-v1"), episodes)[0]).any()


def test_an_input_that_never_changes_is_not_scaled() -> None:
    task = toy(kwargs={"observation": "Discrete"}, normalise=True, max_steps=1).frozen()
    assert min(task.statistics.sd) > 0


@pytest.mark.parametrize(
    ("name", "inputs"), [("LunarLander-v3", "left leg"), ("BipedalWalker-v3", "lidar 9")]
)
def test_names(name: str, inputs: str) -> None:
    task = make_task(f"gym:{name}")
    assert inputs in task.input_names
    assert (len(task.input_names), len(task.output_names)) == (task.inputs, task.outputs)
    throttled = make_task('gym:LunarLander-v3 {"kwargs": {"continuous": true}}')
    assert list(throttled.output_names) == ["a0", "a1"]


# ---- episodes that are stuck


def test_an_episode_is_cut_that_earned_nothing_in_its_last_steps() -> None:
    """What it has earned after each step is that of the episode which ends there."""
    longest, stuck, episodes = 20, 15, np.arange(4)
    spec = 'gym:LunarLander-v3 {"max_steps": %d%s}'
    earned = np.array(
        [np.zeros((3, len(WEIGHTS), 4))]
        + [score(make_task(spec % (steps, "")), episodes)[0] for steps in range(1, longest + 1)]
    )
    returns, steps = score(make_task(spec % (longest, f', "stuck_steps": {stuck}')), episodes)
    lengths = np.zeros(returns.shape, np.int64)
    for lane in np.ndindex(returns.shape):
        own = earned[(slice(None), *lane)]
        lengths[lane] = next(
            (t for t in range(stuck, longest + 1) if own[t] <= own[t - stuck]), longest
        )
        assert returns[lane] == own[lengths[lane]]
    assert steps.tolist() == lengths.sum(axis=(1, 2)).tolist()
    assert len(np.unique(lengths)) > 2


def test_what_is_reported_is_earned_in_whole_episodes() -> None:
    task = make_task('gym:LunarLander-v3 {"stuck_steps": 50, "max_steps": 80}')
    whole = make_task('gym:LunarLander-v3 {"max_steps": 80}')
    assert task.held_out == task.confirmed_on == whole
    assert whole.held_out is whole


def test_a_search_may_cut_episodes_that_are_measured_whole() -> None:
    for environment in ("CartPole-v1", "LunarLander-v3"):
        task = make_task(f'gym:{environment} {{"normalise": true, "search_steps": 25}}')
        whole, episodes = make_task(f'gym:{environment} {{"normalise": true}}'), np.arange(3)
        assert type(task) is type(whole)
        assert task.held_out == task.confirmed_on == whole
        assert (task.limit, task.whole_limit) == (25, whole.limit)
        assert task.filming().steps == whole.limit
        assert task.statistics == whole.statistics, "so that both are the same task to a network"
        returns, steps = score(make_task(f'gym:{environment} {{"search_steps": 25}}'), episodes)
        expected = score(make_task(f'gym:{environment} {{"max_steps": 25}}'), episodes)
        np.testing.assert_array_equal(returns, expected[0])
        np.testing.assert_array_equal(steps, expected[1])


def test_falls_cost_where_walkers_are_measured() -> None:
    walker = "gym:BipedalWalker-v3"
    task = make_task(f'{walker} {{"fall_penalty": false}}')
    assert task.held_out == task.confirmed_on == make_task(walker)


def test_the_whole_task_is_the_one_that_its_spec_makes() -> None:
    """So workers can make it, and it is compiled where the environment has a compiled twin."""
    for backend, kind in (("auto", ClassicTask), ("gymnasium", GymTask)):
        task = make_task(f'gym:CartPole-v1 {{"stuck_steps": 50, "backend": "{backend}"}}')
        whole = task.confirmed_on
        assert type(task) is GymTask
        assert type(whole) is kind
        assert whole == task.held_out == make_task(whole.spec)
        assert variant_of(whole) == ""
