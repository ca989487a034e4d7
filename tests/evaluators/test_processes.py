import os
import signal
import threading
import time
from typing import Any

import numpy as np
import pytest
from genome_toys import grow
from numpy.typing import NDArray

from wann.errors import UserError
from wann.evaluators.make import make_evaluator
from wann.evaluators.processes import ProcessEvaluator
from wann.evaluators.threads import ThreadEvaluator
from wann.network.compile import compile_genome
from wann.network.network import Network
from wann.network.weightings import Weightings
from wann.tasks.registry import make_task
from wann.tasks.task import Task

WEIGHTS = Weightings.shared([-2.0, -0.5, 1.0])
SPEC = 'gym:CartPole-v1 {"backend": "gymnasium", "max_steps": 60}'
TOY = "gym:gym_toys:toys/Toy-v0"
DIED = r"ended its process \(seed 2, step 4\): signal SIGKILL, 2 times; repair the environment"


def networks(task: Task, count: int) -> list[Network]:
    return [
        compile_genome(grow(seed, 10 + 3 * seed, task.inputs, task.outputs))
        for seed in range(count)
    ]


@pytest.fixture(scope="module")
def evaluator():
    with ProcessEvaluator(2) as started:
        yield started


@pytest.mark.parametrize(("count", "episodes"), [(7, 3), (1, 70)])
@pytest.mark.parametrize("spec", [SPEC, "swingup"])
def test_processes_give_the_bytes_of_threads(
    evaluator: ProcessEvaluator, spec: str, count: int, episodes: int
) -> None:
    task = make_task(spec)
    some, drawn = networks(task, count), task.draw_episodes(episodes, np.random.default_rng(0))
    some = [*some, some[0]]
    with ThreadEvaluator(1) as threads:
        expected = threads.evaluate(task, some, WEIGHTS, drawn)
    returns, steps = evaluator.evaluate(task, some, WEIGHTS, drawn)
    assert returns.tobytes() == expected.returns.tobytes()
    assert steps.tolist() == expected.steps.tolist()
    assert steps[-1] == 0, "a copy is not scored again"


def test_individual_weights(evaluator: ProcessEvaluator) -> None:
    task = make_task(SPEC)
    (network,) = networks(task, 1)
    weights = Weightings.individual(np.random.default_rng(2).normal(size=(2, network.connections)))
    drawn = task.draw_episodes(5, np.random.default_rng(0))
    with ThreadEvaluator(1) as threads:
        expected = threads.evaluate(task, [network], weights, drawn).returns
    np.testing.assert_array_equal(
        evaluator.evaluate(task, [network], weights, drawn).returns, expected
    )


def test_an_array_of_weights_will_do(evaluator: ProcessEvaluator) -> None:
    task = make_task(SPEC)
    (network,) = networks(task, 1)
    drawn = task.draw_episodes(2, np.random.default_rng(0))
    expected = evaluator.evaluate(task, [network], WEIGHTS, drawn).returns
    given = evaluator.evaluate(task, [network], WEIGHTS.values, drawn)
    np.testing.assert_array_equal(given.returns, expected)
    evaluator.submit(0, task, [network], WEIGHTS.values, drawn)
    np.testing.assert_array_equal(evaluator.completed()[1].returns, expected)


def test_a_fault_of_the_environment_is_the_users_line(evaluator: ProcessEvaluator) -> None:
    task = make_task(TOY + ' {"kwargs": {"fault": "raise"}}')
    with pytest.raises(UserError, match=r"failed \(seed 2, step 4\): ArithmeticError"):
        evaluator.evaluate(task, networks(task, 2), WEIGHTS, np.array([1, 2]))
    good = make_task(TOY)  # and the workers live on
    assert np.isfinite(
        evaluator.evaluate(good, networks(good, 2), WEIGHTS, np.array([1, 2])).returns
    ).all()


def test_wrong_shapes_are_refused(evaluator: ProcessEvaluator) -> None:
    task = make_task(SPEC)
    with pytest.raises(ValueError, match="nothing to score"):
        evaluator.evaluate(task, [], WEIGHTS, np.array([1]))
    with pytest.raises(ValueError, match="needs networks of 4 inputs and 2 outputs"):
        evaluator.evaluate(task, [compile_genome(grow(0, 3, 2, 2))], WEIGHTS, np.array([1]))


def workers(evaluator: ProcessEvaluator) -> list[int]:
    return evaluator.pids


def test_a_worker_that_is_killed_costs_nothing_but_time(evaluator: ProcessEvaluator) -> None:
    task = make_task(SPEC.replace("60", "500"))
    some, drawn = networks(task, 30), task.draw_episodes(8, np.random.default_rng(0))
    with ThreadEvaluator(1) as threads:
        expected = threads.evaluate(task, some, WEIGHTS, drawn)
    evaluator.evaluate(task, some[:1], WEIGHTS, drawn)
    victim = workers(evaluator)[0]
    threading.Timer(0.05, lambda: os.kill(victim, signal.SIGKILL)).start()
    returns, steps = evaluator.evaluate(task, some, WEIGHTS, drawn)
    time.sleep(0.1)  # if it was all done before the shot, the next call finds the pool broken
    again = evaluator.evaluate(task, some, WEIGHTS, drawn)
    assert returns.tobytes() == again.returns.tobytes() == expected.returns.tobytes()
    assert steps.tolist() == again.steps.tolist() == expected.steps.tolist()
    assert victim not in workers(evaluator)


def test_workers_that_die_again_and_again_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wann.evaluators.guard._RETRIES", 1)
    task = make_task(TOY + ' {"kwargs": {"fault": "killed"}}')
    with (
        ProcessEvaluator(1) as evaluator,
        pytest.raises(UserError, match=DIED),
    ):
        evaluator.evaluate(task, networks(task, 1), WEIGHTS[:1], np.array([2]))


def test_workers_leave_ctrl_c_to_their_parent_and_end_with_it(evaluator: ProcessEvaluator) -> None:
    task = make_task(SPEC)
    some, drawn = networks(task, 2), task.draw_episodes(2, np.random.default_rng(0))
    evaluator.evaluate(task, some, WEIGHTS, drawn)
    before = workers(evaluator)
    for worker in before:
        os.kill(worker, signal.SIGINT)
    evaluator.evaluate(task, some, WEIGHTS, drawn)
    assert workers(evaluator) == before
    evaluator.close()
    for worker in before:
        with pytest.raises(ProcessLookupError):
            os.kill(worker, 0)


def test_the_task_says_which_evaluator_it_needs() -> None:
    assert isinstance(make_evaluator(make_task(SPEC), 1), ProcessEvaluator)
    assert isinstance(make_evaluator(make_task("gym:CartPole-v1"), 1), ThreadEvaluator)
    assert isinstance(make_evaluator(make_task("swingup"), 1), ThreadEvaluator)


def score_by_submission(
    evaluator: ProcessEvaluator, task: Task, some: list[Network], drawn: NDArray[Any]
) -> list[Any]:
    for number, network in enumerate(some):
        evaluator.submit(number, task, [network], WEIGHTS, drawn)
    done = dict(evaluator.completed() for _ in some)
    return [done[number] for number in range(len(some))]


@pytest.mark.parametrize("kill", [False, True])
def test_submissions_give_the_bytes_of_an_evaluation(
    evaluator: ProcessEvaluator, kill: bool
) -> None:
    task = make_task(SPEC.replace("60", "500"))
    some, drawn = networks(task, 12), task.draw_episodes(8, np.random.default_rng(0))
    with ThreadEvaluator(1) as threads:
        expected = threads.evaluate(task, some, WEIGHTS, drawn)
    evaluator.evaluate(task, some[:1], WEIGHTS, drawn)
    if kill:
        victim = workers(evaluator)[0]
        threading.Timer(0.05, lambda: os.kill(victim, signal.SIGKILL)).start()
    for _ in range(2):  # if all was done before the shot, the second round finds the pool broken
        done = score_by_submission(evaluator, task, some, drawn)
        assert (
            np.concatenate([returns for returns, _ in done]).tobytes() == expected.returns.tobytes()
        )
        assert [steps[0] for _, steps in done] == expected.steps.tolist()
        time.sleep(0.1)


def test_a_submission_that_kills_its_worker_again_and_again_is_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("wann.evaluators.guard._RETRIES", 1)
    task = make_task(TOY + ' {"kwargs": {"fault": "killed"}}')
    with ProcessEvaluator(1) as evaluator:
        evaluator.submit(0, task, networks(task, 1), WEIGHTS[:1], np.array([2]))
        with pytest.raises(UserError, match=DIED):
            evaluator.completed()


def test_a_fault_in_a_submission_is_the_users_line(evaluator: ProcessEvaluator) -> None:
    task = make_task(TOY + ' {"kwargs": {"fault": "raise"}}')
    evaluator.submit(0, task, networks(task, 1), WEIGHTS, np.array([1, 2]))
    with pytest.raises(UserError, match=r"failed \(seed 2, step 4\): ArithmeticError"):
        evaluator.completed()
    with pytest.raises(ValueError, match="nothing to score"):
        evaluator.submit(0, task, [], WEIGHTS, np.array([1]))
