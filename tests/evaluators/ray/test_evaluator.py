"""The evaluator on Ray, with workers that are objects of this process."""

import numpy as np
import pytest
from ray_toys import WEIGHTS, PoolHere, networks, same, serial
from scoring_toys import even_network

from wann.errors import UserError
from wann.evaluators.evaluator import Evaluation
from wann.evaluators.ray.evaluator import DistributedEvaluator
from wann.network.weightings import Weightings
from wann.tasks.registry import make_task

SIMULATOR = 'gym:CartPole-v1 {"backend": "gymnasium", "max_steps": 20}'
COMPILED = "swingup-hard"
DIGITS = "digits"


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize(("count", "episodes"), [(7, 3), (1, 40)])
@pytest.mark.parametrize("spec", [COMPILED, SIMULATOR, DIGITS])
def test_any_division_gives_the_bytes_of_one_thread(
    spec: str, count: int, episodes: int, workers: int
) -> None:
    task = make_task(spec)
    some, drawn = networks(task, count), task.draw_episodes(episodes, np.random.default_rng(0))
    expected = serial(task, some, WEIGHTS, drawn)
    with DistributedEvaluator(PoolHere(workers)) as evaluator:
        for _ in range(3):  # without measurements, then with them
            assert same(evaluator.evaluate(task, some, WEIGHTS, drawn), expected)


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize(("count", "episodes"), [(0, 1), (2, 1), (2, 5)])
def test_steps_of_what_is_played_once_for_two_weights_are_those_of_one_thread(
    count: int, episodes: int, workers: int
) -> None:
    task = make_task(SIMULATOR)
    some = [even_network(task), *(networks(task, count) if count else [])]
    weights, drawn = Weightings.shared([-2.0, -1.0, -0.5, 0.5, 1.0, 2.0]), np.arange(episodes)
    expected = serial(task, some, weights, drawn)
    with DistributedEvaluator(PoolHere(workers)) as evaluator:
        for number in range(3):  # without measurements, then with them
            assert same(evaluator.evaluate(task, some, weights, drawn), expected)
            evaluator.submit(number, task, some, weights, drawn)
            assert same(evaluator.completed()[1], expected)


def test_individual_weights_and_relatives_of_a_task() -> None:
    task = make_task(COMPILED.removesuffix("-hard")).excerpts()[1]
    (network, _) = networks(task, 1)
    weights = Weightings.individual(np.random.default_rng(2).normal(size=(20, network.connections)))
    drawn = task.draw_episodes(5, np.random.default_rng(0))
    with DistributedEvaluator(PoolHere(2)) as evaluator:
        result = evaluator.evaluate(task, [network], weights, drawn)
    assert same(result, serial(task, [network], weights, drawn))


def test_an_array_of_weights_will_do() -> None:
    task = make_task(COMPILED)
    some, drawn = networks(task, 2), task.draw_episodes(2, np.random.default_rng(0))
    expected = serial(task, some, WEIGHTS, drawn)
    with DistributedEvaluator(PoolHere(2)) as evaluator:
        assert same(evaluator.evaluate(task, some, WEIGHTS.values, drawn), expected)
        evaluator.submit(0, task, some, WEIGHTS.values, drawn)
        assert same(evaluator.completed()[1], expected)


def test_submissions_come_back_under_their_numbers() -> None:
    task, other = make_task(COMPILED), make_task(SIMULATOR)
    with DistributedEvaluator(PoolHere(2)) as evaluator:
        asked = {}
        for number, one in enumerate([task, other, task, other]):
            some, drawn = (
                networks(one, number + 1),
                one.draw_episodes(2, np.random.default_rng(number)),
            )
            asked[number] = serial(one, some, WEIGHTS, drawn)
            evaluator.submit(number, one, some, WEIGHTS, drawn)
        drawn = task.draw_episodes(3, np.random.default_rng(9))
        between = evaluator.evaluate(task, networks(task, 2), WEIGHTS, drawn)
        assert same(between, serial(task, networks(task, 2), WEIGHTS, drawn))
        found = dict(evaluator.completed() for _ in asked)
        with pytest.raises(RuntimeError, match="nothing submitted"):
            evaluator.completed()
    assert found.keys() == asked.keys()
    assert all(same(found[number], asked[number]) for number in asked)


def test_a_fault_of_the_environment_is_the_users_line_and_the_rest_is_dropped() -> None:
    toy = 'gym:gym_toys:toys/Toy-v0 {"kwargs": {"fault": "raise"}}'
    bad, good = make_task(toy), make_task(SIMULATOR)
    with DistributedEvaluator(PoolHere(2)) as evaluator:
        with pytest.raises(UserError, match=r"failed \(seed 2, step 4\): ArithmeticError"):
            evaluator.evaluate(bad, networks(bad, 5), WEIGHTS, np.array([1, 2]))
        some = networks(good, 2)
        drawn = np.arange(3)
        assert same(
            evaluator.evaluate(good, some, WEIGHTS, drawn), serial(good, some, WEIGHTS, drawn)
        )


def test_a_fault_of_one_submission_loses_nothing_of_another() -> None:
    toy = 'gym:gym_toys:toys/Toy-v0 {"kwargs": {"fault": "raise"}}'
    bad, good = make_task(toy), make_task(SIMULATOR)
    asked = {number: networks(good, number + 2) for number in range(4)}
    drawn = np.arange(3)
    with DistributedEvaluator(PoolHere(4)) as evaluator:
        evaluator.submit(9, bad, networks(bad, 6), WEIGHTS, np.array([2, 4, 6]))
        for number, some in asked.items():
            evaluator.submit(number, good, some, WEIGHTS, drawn)
        found: dict[int, Evaluation] = {}
        problems = 0
        while len(found) < len(asked):
            try:
                number, evaluation = evaluator.completed()
            except UserError:
                problems += 1
            else:
                found[number] = evaluation
    assert problems == 1
    assert all(
        same(found[number], serial(good, some, WEIGHTS, drawn)) for number, some in asked.items()
    )


def test_each_refused_submission_is_raised_once_and_an_evaluation_between_is_not_ended_by_it() -> (
    None
):
    toy = 'gym:gym_toys:toys/Toy-v0 {"kwargs": {"fault": "raise"}}'
    bad, good = make_task(toy), make_task(SIMULATOR)
    some, drawn = networks(good, 2), np.arange(3)
    with DistributedEvaluator(PoolHere(4)) as evaluator:
        for number in (0, -3):
            evaluator.submit(number, bad, networks(bad, 1)[:1], WEIGHTS[:1], np.array([2]))
        assert same(
            evaluator.evaluate(good, some, WEIGHTS, drawn), serial(good, some, WEIGHTS, drawn)
        )
        for _ in range(2):
            with pytest.raises(UserError, match="ArithmeticError"):
                evaluator.completed()
        with pytest.raises(RuntimeError, match="nothing submitted"):
            evaluator.completed()
        evaluator.submit(-1, good, some, WEIGHTS, drawn)  # as confirmations are called
        number, evaluation = evaluator.completed()
    assert number == -1
    assert same(evaluation, serial(good, some, WEIGHTS, drawn))


def test_what_a_task_says_in_workers_is_said_once() -> None:
    toy = 'gym:gym_toys:toys/Toy-v0 {"kwargs": {"fault": "reward"}, "on_error": "worst"}'
    task = make_task(toy)
    told: list[str] = []
    with DistributedEvaluator(PoolHere(2), told.append) as evaluator:
        returns = evaluator.evaluate(task, networks(task, 3), WEIGHTS, np.array([1, 2])).returns
    assert np.isnan(returns[..., 1]).all()
    assert len(told) <= 1, "other tests may have had the line printed already"


def test_wrong_shapes_are_refused() -> None:
    task = make_task(SIMULATOR)
    with (
        DistributedEvaluator(PoolHere(1)) as evaluator,
        pytest.raises(ValueError, match="nothing to score"),
    ):
        evaluator.evaluate(task, [], WEIGHTS, np.array([1]))
