"""`wann.evaluate` gives what `wann evaluate` gives, whatever has the network."""

import inspect
import json
from pathlib import Path
from typing import Any

import far_toys
import numpy as np
import pytest
from genome_toys import grow
from paths import REFERENCE_RUN

from wann.api.evaluate import evaluate
from wann.api.evaluation_result import EvaluationResult
from wann.cli.main import main
from wann.config import TRAINING_WEIGHTS, EvaluateConfig
from wann.errors import UserError
from wann.evaluators.threads import ThreadEvaluator
from wann.formats import NetworkFile, dumps_json
from wann.formats.load import load_network
from wann.network.compile import compile_genome
from wann.network.network import Network
from wann.tasks.registry import make_task
from wann.tasks.task import Task

CONDITIONS = ["random_shared", "tuned_shared"]
TASK = "swingup-hard"  # whose episodes are shorter


@pytest.fixture(scope="module")
def found() -> EvaluationResult:
    return evaluate(REFERENCE_RUN, TASK, episodes=5, seed=3, conditions=CONDITIONS)


def test_names_and_defaults_are_those_of_the_command() -> None:
    parameters = inspect.signature(evaluate).parameters
    for name, entry in EvaluateConfig.__dataclass_fields__.items():
        assert parameters[name].default == entry.default, name
    assert {"env_kwargs", "wrap", "label", "size", "threads", "without_weights"} <= set(parameters)


def test_it_gives_what_the_command_gives(
    found: EvaluationResult, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = ["--task", TASK, "--episodes", "5", "--seed", "3"]
    flags += ["--conditions", ",".join(CONDITIONS)]
    assert main(["evaluate", str(REFERENCE_RUN), *flags, "--json"]) == 0
    printed = capsys.readouterr().out
    assert printed == json.dumps(found.to_json()) + "\n"
    assert main(["evaluate", str(REFERENCE_RUN), *flags]) == 0
    assert capsys.readouterr().out == f"{found!r}\n"


def test_measures_are_values(found: EvaluationResult) -> None:
    assert found.mean == found.training_weights.mean
    assert found.by_weight["weight"].tolist() == list(TRAINING_WEIGHTS)
    assert found.by_weight["mean"].mean() == pytest.approx(found.training_weights.mean)
    assert found.profile["mean"].shape == (41,)
    tuned = found.conditions["tuned_shared"]
    assert tuned.low < tuned.mean < tuned.high
    assert tuned.n == 5
    assert tuned.sd > 0
    assert found.task == TASK


def test_items_are_those_of_the_json(found: EvaluationResult) -> None:
    assert found["random_shared"]["mean"] == found.random_shared.mean
    assert dict(found) == found.to_json()
    assert "own_weights" not in found
    with pytest.raises(KeyError):
        found["own_weights"]


def test_a_network_is_measured_whatever_has_it(found: EvaluationResult) -> None:
    class Run:
        champion = load_network(REFERENCE_RUN)

    of_a_run = evaluate(Run(), TASK, episodes=5, seed=3)
    assert of_a_run["by_weight"] == found["by_weight"]
    task = make_task("swingup-hard")
    genome = grow(1, 40, 5, 1)
    with ThreadEvaluator(1) as evaluator:
        old = evaluate(compile_genome(genome), task, evaluator, episodes=4)
    assert evaluate(genome, "swingup-hard", episodes=4) == old


def test_a_task_may_be_what_makes_one() -> None:
    def shifted() -> Task:
        return make_task("swingup-hard")

    found = evaluate(REFERENCE_RUN, shifted, episodes=2, threads=1)
    expected = evaluate(REFERENCE_RUN, "swingup-hard", episodes=2, threads=1)
    assert found.mean == expected.mean


def connections_squared(network: Network, task: Task, evaluator: object) -> float:
    return float(network.connections**2)


def test_further_measures_are_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    found = evaluate(REFERENCE_RUN, episodes=2, measure=["depth", connections_squared])
    assert list(found.measures.values())[1] == load_network(REFERENCE_RUN).connections ** 2
    assert found["measures"] == found.measures
    flags = ["--episodes", "2", "--measure", "depth", "--json"]
    assert main(["evaluate", str(REFERENCE_RUN), *flags]) == 0
    printed = json.loads(capsys.readouterr().out)["measures"]
    assert printed == {"depth": found.measures["depth"]}


def test_own_measures_fail_before_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_number(network: Network, task: Task, evaluator: object) -> Any:
        return "many"

    def work(*_: object) -> None:
        raise AssertionError("the work was begun")

    monkeypatch.setattr("wann.weights.evaluate.measure_network", work)
    with pytest.raises(UserError, match="no_number returned 'many'"):
        evaluate(REFERENCE_RUN, episodes=2, measure=no_number, threads=1)


def test_own_weights_are_measured_or_given_or_left_out(tmp_path: Path) -> None:
    genome = grow(1, 40, 5, 1)
    network = compile_genome(genome)
    path = tmp_path / "own.json"
    ones = np.ones(len(genome.source))
    path.write_text(dumps_json(NetworkFile(genome, ones, "swingup-hard", {})))
    own = evaluate(path, episodes=4)
    assert own.own_weights is not None
    assert own.mean == own.own_weights.mean
    given = evaluate(network, "swingup-hard", weights=np.ones(network.connections), episodes=4)
    assert given == own
    assert evaluate(path, episodes=4, without_weights=True).own_weights is None


def test_arrays_are_a_data_set() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(200, 64)), np.arange(200) % 10
    found = evaluate(grow(1, 90, 64, 10), dataset=(x, y), episodes=2, test_share=0.5)
    assert found.classes == tuple(map(str, range(10)))
    assert 0 <= found.mean <= 1
    assert "accuracies" in repr(found)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"episode": 3}, "unknown argument 'episode': did you mean 'episodes'?"),
        ({"episodes": 0}, "episodes must be between 1 and 1,000,000, got 0"),
        ({"conditions": ["tuned"]}, "unknown condition 'tuned'"),
        ({"env": "CartPole-v1", "task": "swingup"}, "env= and task= all say what networks are"),
        ({"label": "a"}, "label= needs dataset="),
        ({"network": "nowhere"}, "nowhere does not exist: expected a run directory"),
        ({"network": 3}, "expected a run, a sweep, a step of a pruning study"),
        ({"env": "CartPole-v1"}, "it has 5 inputs and 1 outputs, the task needs 4 and 2"),
        ({"task": 3}, "task: expected the spec of a task, a Task, or what returns one; got 3"),
        ({"measure": "dept"}, "did you mean 'depth'?"),
        ({"conditions": 5}, "conditions: expected some of random_weights"),
        ({"weights": 1.0, "without_weights": True}, "without_weights= leaves out the weights that"),
        ({"weights": [1.0]}, "expected one finite weight for each of 27 connections"),
        ({"threads": 0}, "expected 1 or more threads or workers, got 0"),
    ],
)
def test_mistakes_are_one_line(given: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError) as raised:
        evaluate(**{"network": REFERENCE_RUN, **given})
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


def test_settings_of_an_environment_change_that_of_the_network(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    short = evaluate("zoo:cartpole", episodes=2, max_steps=20, backend="gymnasium")
    assert list(short.by_weight["mean"]) == [20.0] * len(TRAINING_WEIGHTS)
    spec = 'gym:CartPole-v1 {"normalise": {"mean": [0, 0, 0, 0], "sd": [1, 2, 3, 4]}%s}'
    genome = grow(0, 5, 4, 2)
    found = []
    for more in ("", ', "max_steps": 60'):
        (tmp_path / "mine.json").write_text(
            dumps_json(NetworkFile(genome, None, spec % more, {})), encoding="utf-8"
        )
        found.append(evaluate(tmp_path / "mine.json", episodes=3, max_steps=60).to_json())
    assert found[0] == found[1], "all else is as the network has it"
    for flags in (["--backend", "gymnasium"], ["--normalise"]):
        assert main(["evaluate", "zoo:swingup", *flags]) == 2
        expected = "needs --env ID, or a recipe or network of a Gymnasium environment"
        assert expected in capsys.readouterr().err


def test_another_environment_is_seen_as_the_networks_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    statistics = {"mean": [1000.0, 1000.0], "sd": [5.0, 5.0]}
    path = tmp_path / "far.json"
    task = make_task("gym:far_toys:Far " + json.dumps({"normalise": statistics}))
    genome = grow(0, 30, 2, 2)
    path.write_text(dumps_json(NetworkFile(genome, None, task.spec, {})), encoding="utf-8")
    quick: dict[str, Any] = {"episodes": 4, "threads": 1, "progress": False}
    own, bare = evaluate(path, **quick), evaluate(path, env=far_toys.Far, normalise=False, **quick)
    assert list(own.by_weight["mean"]) != list(bare.by_weight["mean"])
    for given in (
        {"env": "far_toys:Far"},
        {"env": far_toys.Far},
        {"task": "gym:far_toys:Far"},
        {"env": "far_toys:Far", "env_kwargs": {"middle": [1000.0, 1000.0]}},
        {"env_kwargs": {"middle": [1000.0, 1000.0]}},
    ):
        found = evaluate(path, **given, **quick)
        assert list(found.by_weight["mean"]) == list(own.by_weight["mean"]), given
    flags = ["--env", "far_toys:Far", "--episodes", "4", "--threads", "1", "--json"]
    assert main(["evaluate", str(path), *flags]) == 0
    assert json.loads(capsys.readouterr().out)["by_weight"] == own.to_json()["by_weight"]
    loaded = load_network(path)
    assert evaluate(loaded, env="far_toys:Far", **quick).to_json()["task"] == task.spec
    with pytest.raises(UserError, match="does not fit the task 'gym:Pendulum-v1': it has 2 inputs"):
        evaluate(path, env="Pendulum-v1", **quick)
    wrapped = loaded.with_task('gym:CartPole-v1 {"wrap": ["gymnasium.wrappers:ClipReward"]}')
    with pytest.raises(UserError, match="does not fit"):
        evaluate(wrapped, env="CartPole-v1", **quick)
    assert "is played without the wrappers of the network's own" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["search_steps", "stuck_steps"])
def test_what_cuts_searches_alone_is_refused(name: str) -> None:
    for env in (None, "CartPole-v1"):
        with pytest.raises(UserError, match=f"{name} cuts the episodes of a search") as raised:
            evaluate("zoo:cartpole", env=env, episodes=2, **{name: 20})
        assert "\n" not in str(raised.value)
