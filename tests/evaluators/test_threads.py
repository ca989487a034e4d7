from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from genome_toys import grow
from scoring_toys import even_network

from wann.evaluators.evaluator import Evaluation
from wann.evaluators.threads import ThreadEvaluator
from wann.machine.cores import available_cores
from wann.network.compile import compile_genome
from wann.network.network import Network, pack
from wann.network.weightings import Weightings
from wann.tasks.registry import make_task
from wann.tasks.swingup import CartPoleSwingUp

TASK = CartPoleSwingUp(steps=60)
WEIGHTS = Weightings.shared([-2.0, -0.5, 1.0])
EPISODES = TASK.draw_episodes(5, np.random.default_rng(0))
MANY = TASK.draw_episodes(203, np.random.default_rng(1))


def networks(count: int) -> list[Network]:
    """No two are equal: each has another number of connections."""
    return [compile_genome(grow(seed, 10 + 3 * seed, 5, 1)) for seed in range(count)]


def evaluate(
    threads: int, some: list[Network], weights: Weightings, episodes: np.ndarray
) -> Evaluation:
    with ThreadEvaluator(threads) as evaluator:
        return evaluator.evaluate(TASK, some, weights, episodes)


def scored(network: Network, weights: Weightings, episodes: np.ndarray) -> tuple[np.ndarray, int]:
    """One network, straight from the task."""
    returns, steps = np.empty((1, len(weights), len(episodes))), np.zeros(1, dtype=np.int64)
    TASK.score(pack([network]), (0, 1), weights, episodes, returns, steps)
    return returns[0], int(steps[0])


class CountingTask(CartPoleSwingUp):
    """Remembers which networks and how many episodes each call was for."""

    def __init__(self) -> None:
        super().__init__(steps=5)
        object.__setattr__(self, "calls", [])

    def score(self, packed, span, weights, episodes, returns, steps) -> None:
        self.calls.append((span, len(episodes)))
        super().score(packed, span, weights, episodes, returns, steps)


@pytest.mark.parametrize("episodes", [EPISODES, MANY], ids=["few episodes", "many episodes"])
def test_results_are_the_tasks_own_in_order(episodes: np.ndarray) -> None:
    some = networks(9)
    returns, steps = evaluate(2, some, WEIGHTS, episodes)
    assert returns.shape == (9, 3, len(episodes))
    for index, network in enumerate(some):
        expected, taken = scored(network, WEIGHTS, episodes)
        np.testing.assert_array_equal(returns[index], expected)
        assert steps[index] == taken


@pytest.mark.parametrize("episodes", [EPISODES, MANY], ids=["few episodes", "many episodes"])
@pytest.mark.parametrize("count", [1, 2, 40])
def test_any_number_of_threads_gives_the_same_bytes(count: int, episodes: np.ndarray) -> None:
    some = networks(count)
    one, *others = (evaluate(threads, some, WEIGHTS, episodes) for threads in (1, 2, 3))
    for other in others:
        assert other.returns.tobytes() == one.returns.tobytes()
        assert other.steps.tobytes() == one.steps.tobytes()


def test_equal_networks_are_scored_once() -> None:
    a, b, c = networks(3)
    copy = compile_genome(grow(0, 10, 5, 1))
    assert copy.source is not a.source
    returns, steps = evaluate(2, [b, a, copy, b, c, a], WEIGHTS, EPISODES)
    for index, network in enumerate([b, a, a, b, c, a]):
        np.testing.assert_array_equal(returns[index], scored(network, WEIGHTS, EPISODES)[0])
    expected = [scored(network, WEIGHTS, EPISODES)[1] for network in (b, a, c)]
    assert steps.tolist() == [expected[0], expected[1], 0, 0, expected[2], 0]


def test_networks_that_differ_in_one_activation_are_different() -> None:
    a = networks(4)[3]
    b = a._replace(
        activation=np.where(np.arange(len(a.activation)) == 0, 12 - a.activation, a.activation)
    )
    assert (evaluate(1, [a, b], WEIGHTS, EPISODES).steps > 0).all()


def test_individual_weights_for_a_single_network() -> None:
    network = networks(6)[5]
    weights = Weightings.individual(np.random.default_rng(2).normal(size=(4, network.connections)))
    for threads in (1, 2):
        returns, steps = evaluate(threads, [network], weights, MANY)
        expected, taken = scored(network, weights, MANY)
        np.testing.assert_array_equal(returns[0], expected)
        assert steps.tolist() == [taken]


def test_long_lists_of_episodes_are_split() -> None:
    task = CountingTask()
    with ThreadEvaluator(2) as evaluator:
        evaluator.evaluate(task, networks(1), WEIGHTS, MANY)
    assert len(task.calls) > 4
    assert sum(episodes for _, episodes in task.calls) == len(MANY)


@pytest.mark.parametrize("shared", [True, False])
def test_long_lists_of_weights_are_split(shared: bool) -> None:
    task, some = CountingTask(), networks(1)
    width = 1 if shared else some[0].connections
    drawn = np.random.default_rng(0).uniform(-2.0, 2.0, (203, width))
    weights = Weightings(drawn, shared)
    with ThreadEvaluator(2) as evaluator:
        evaluator.evaluate(task, some, weights, EPISODES[:1])
    assert len(task.calls) > 4
    expected, taken = scored(some[0], weights, EPISODES[:2])
    for threads in (1, 2):
        returns, steps = evaluate(threads, some, weights, EPISODES[:2])
        np.testing.assert_array_equal(returns[0], expected)
        assert steps[0] == taken


@pytest.mark.parametrize("count", [1, 2, 7, 100])
def test_every_network_is_in_one_piece(count: int) -> None:
    task = CountingTask()
    with ThreadEvaluator(2) as evaluator:
        evaluator.evaluate(
            task,
            [compile_genome(grow(s, 60 if s % 9 == 0 else 4, 5, 1)) for s in range(count)],
            WEIGHTS,
            EPISODES,
        )
    spans = sorted(span for span, _ in task.calls)
    assert spans[0][0] == 0
    assert all(before[1] == after[0] for before, after in pairwise(spans))
    assert all(first < last for first, last in spans)
    if count == 100:
        assert len(spans) > 8


@pytest.mark.parametrize("threads", [1, 2])
def test_what_goes_wrong_in_a_thread_is_raised(threads: int) -> None:
    class Broken(CartPoleSwingUp):
        def score(self, *arguments) -> None:
            raise ZeroDivisionError("in the task")

    with (
        ThreadEvaluator(threads) as evaluator,
        pytest.raises(ZeroDivisionError, match="in the task"),
    ):
        evaluator.evaluate(Broken(), networks(3), WEIGHTS, EPISODES)


def test_the_default_is_every_core() -> None:
    with ThreadEvaluator() as evaluator:
        assert evaluator.threads == available_cores() >= 1


@pytest.mark.parametrize("episodes", [EPISODES, MANY], ids=["few episodes", "many episodes"])
@pytest.mark.parametrize("threads", [1, 3])
def test_submissions_give_the_bytes_of_an_evaluation(threads: int, episodes: np.ndarray) -> None:
    some = networks(8)
    expected = evaluate(1, some, WEIGHTS, episodes)
    with ThreadEvaluator(threads) as evaluator:
        for number in range(4):
            evaluator.submit(number, TASK, some[2 * number : 2 * number + 2], WEIGHTS, episodes)
        done = dict(evaluator.completed() for _ in range(4))
        assert evaluator.slots >= threads
    assert (
        np.concatenate([done[number].returns for number in range(4)]).tobytes()
        == expected.returns.tobytes()
    )
    assert (
        np.concatenate([done[number].steps for number in range(4)]).tolist()
        == expected.steps.tolist()
    )


@pytest.mark.parametrize("threads", [1, 2])
def test_an_error_in_a_submission_is_raised_where_it_is_awaited(threads: int) -> None:
    class Broken(CartPoleSwingUp):
        def score(self, *arguments: object) -> None:
            raise ArithmeticError("no")

    with ThreadEvaluator(threads) as evaluator:
        evaluator.submit(0, Broken(), networks(1), WEIGHTS, EPISODES)
        with pytest.raises(ArithmeticError):
            evaluator.completed()
        with pytest.raises(ValueError, match="nothing to score"):
            evaluator.submit(0, TASK, [], WEIGHTS, EPISODES)


@pytest.mark.parametrize("kind", ["shared", "individual"])
def test_an_array_of_weights_will_do(kind: str) -> None:
    """Users of `wann.ThreadEvaluator` have those: shared ones, and one for each connection."""
    (network,) = networks(1)
    individual = np.random.default_rng(2).normal(size=(2, network.connections))
    weights = WEIGHTS if kind == "shared" else Weightings.individual(individual)
    expected = evaluate(1, [network], weights, EPISODES).returns
    with ThreadEvaluator(1) as evaluator:
        given = evaluator.evaluate(TASK, [network], weights.values, EPISODES)
        evaluator.submit(0, TASK, [network], weights.values, EPISODES)
        _, submitted = evaluator.completed()
    np.testing.assert_array_equal(given.returns, expected)
    np.testing.assert_array_equal(submitted.returns, expected)


@pytest.mark.parametrize(("weights", "episodes"), [(2, 1), (3, 5), (8, 100), (1, 203)])
def test_kernels_meet_one_layout_of_returns_alone(weights: int, episodes: int) -> None:
    layouts = set()

    class Task(CartPoleSwingUp):
        def score(self, *given: Any) -> None:
            layouts.add(given[4].flags.c_contiguous)
            super().score(*given)

    starts = TASK.draw_episodes(episodes, np.random.default_rng(0))
    with ThreadEvaluator(1) as evaluator:
        shared = Weightings.shared(np.linspace(0.5, 2.0, weights))
        evaluator.evaluate(Task(steps=60), networks(2), shared, starts)
    assert layouts == {False}


def test_steps_of_what_is_played_once_for_two_weights_are_the_tasks_own() -> None:
    task = make_task('gym:CartPole-v1 {"backend": "gymnasium", "max_steps": 9}')
    network, drawn = even_network(task), np.arange(2)
    weights = Weightings.shared(np.linspace(-2.0, 2.0, 130))  # more than are run in lockstep
    returns, steps = np.empty((1, 130, 2)), np.zeros(1, dtype=np.int64)
    task.score(pack([network]), (0, 1), weights, drawn, returns, steps)
    assert steps[0] < returns.sum(), "half of the episodes are played"
    with ThreadEvaluator(1) as evaluator:
        found = [evaluator.evaluate(task, [network], weights, drawn)]
        evaluator.submit(0, task, [network], weights, drawn)
        found.append(evaluator.completed()[1])
    for one in found:
        np.testing.assert_array_equal(one.returns, returns)
        assert one.steps.tolist() == steps.tolist()
