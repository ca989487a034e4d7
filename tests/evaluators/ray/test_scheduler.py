"""The division of work, with workers that are objects of this process and die when they are told to."""

from collections import deque
from collections.abc import Callable

import numpy as np
import pytest
from genome_toys import PROPERTY, grow
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from wann.errors import UserError
from wann.evaluators.base import Evaluation
from wann.evaluators.ray.messages import (
    Parcel,
    Worker,
    decode_answer,
    encode_parcel,
    unwrap,
    variant_of,
    wrap,
)
from wann.evaluators.ray.scheduler import _AHEAD_SECONDS, DistributedEvaluator, Report
from wann.evaluators.ray.splitting import Pace, Piece
from wann.evaluators.threads import ThreadEvaluator
from wann.network.compile import compile_genome
from wann.network.network import Network
from wann.network.weightings import Weightings
from wann.tasks.base import Task
from wann.tasks.registry import make_task

WEIGHTS = Weightings.shared([-2.0, -0.5, 1.0])
SIMULATOR = 'gym:CartPole-v1 {"backend": "gymnasium", "max_steps": 20}'
COMPILED = "swingup-hard"
DIGITS = "digits"

Deadly = Callable[[Parcel, int], bool]


class Here:
    """A crew whose workers score when reports are asked for, one parcel at a time, in turn.

    `deadly` says whether the worker with that number dies of a parcel, or, if `gone`, with its
    machine; another takes its place.
    """

    def __init__(
        self, workers: int, deadly: Deadly = lambda parcel, worker: False, gone: bool = False
    ) -> None:
        self.planned = workers
        self.deadly, self.gone = deadly, gone
        self.boxes: dict[int, deque[tuple[int, Parcel]]] = {}
        self.work = Worker()
        self.deaths = self.sent = 0
        self.scored: dict[int, int] = {}  # parcels, by worker

    def share(self, block: bytes) -> bytes:
        return block

    def send(self, worker: int, call: int, parcel: Parcel) -> None:
        self.sent += 1
        self.boxes[worker].append((call, parcel))

    def receive(self, seconds: float) -> list[Report]:
        reports = []
        for worker, box in list(self.boxes.items()):
            if not box:
                continue
            call, parcel = box.popleft()
            self.scored[worker] = self.scored.get(worker, 0) + 1
            if self.deadly(parcel, worker):
                del self.boxes[worker]
                self.deaths += 1
                reports.append(Report("dead", worker, cause="SIGKILL", gone=self.gone))
            else:
                reports.append(
                    Report(
                        "done", worker, call, decode_answer(self.work.answer(encode_parcel(parcel)))
                    )
                )
        while len(self.boxes) < self.planned:
            worker = 1 + max(self.boxes, default=0) + 1000 * self.deaths
            self.boxes[worker] = deque()
            reports.append(Report("ready", worker))
        return reports

    def close(self) -> None:
        self.boxes.clear()


def networks(task: Task, count: int) -> list[Network]:
    some = [
        compile_genome(grow(seed, 10 + 3 * seed, task.inputs, task.outputs))
        for seed in range(count)
    ]
    return [*some, some[0]]


def serial(
    task: Task, some: list[Network], weights: Weightings, drawn: NDArray[np.float64]
) -> Evaluation:
    with ThreadEvaluator(1) as threads:
        return threads.evaluate(task, some, weights, drawn)


def same(one: Evaluation, other: Evaluation) -> bool:
    return (
        one.returns.tobytes() == other.returns.tobytes()
        and one.steps.tolist() == other.steps.tolist()
    )


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize(("count", "episodes"), [(7, 3), (1, 40)])
@pytest.mark.parametrize("spec", [COMPILED, SIMULATOR, DIGITS])
def test_any_division_gives_the_bytes_of_one_thread(
    spec: str, count: int, episodes: int, workers: int
) -> None:
    task = make_task(spec)
    some, drawn = networks(task, count), task.draw_episodes(episodes, np.random.default_rng(0))
    expected = serial(task, some, WEIGHTS, drawn)
    with DistributedEvaluator(Here(workers)) as evaluator:
        for _ in range(3):  # without measurements, then with them
            assert same(evaluator.evaluate(task, some, WEIGHTS, drawn), expected)


def test_individual_weights_and_relatives_of_a_task() -> None:
    task = make_task(COMPILED.removesuffix("-hard")).excerpts()[1]
    (network, _) = networks(task, 1)
    weights = Weightings.individual(np.random.default_rng(2).normal(size=(20, network.connections)))
    drawn = task.draw_episodes(5, np.random.default_rng(0))
    with DistributedEvaluator(Here(2)) as evaluator:
        result = evaluator.evaluate(task, [network], weights, drawn)
    assert same(result, serial(task, [network], weights, drawn))


def test_a_task_is_known_among_its_relatives() -> None:
    digits, swingup = make_task(DIGITS), make_task("swingup")
    assert [variant_of(t) for t in (digits, digits.held_out, digits.tuning)] == [
        "",
        "held_out",
        "tuning",
    ]
    assert [variant_of(t) for t in (swingup, swingup.held_out)] == ["", ""]
    assert [variant_of(t) for t in swingup.excerpts()] == ["excerpt 0", "excerpt 1", "excerpt 2"]


@PROPERTY
@given(st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=6))
def test_networks_arrive_as_they_were_sent(seeds: list[int]) -> None:
    sent = [compile_genome(grow(seed, seed % 40, 3, 2)) for seed in seeds]
    for one, other in zip(sent, unwrap(wrap(sent)), strict=True):
        assert one[:2] == other[:2]
        assert all(np.array_equal(a, b) for a, b in zip(one[2:], other[2:], strict=True))


@PROPERTY
@given(
    st.sampled_from([COMPILED, SIMULATOR, DIGITS]),
    st.integers(1, 6),
    st.integers(1, 9),
    st.lists(st.floats(1e-3, 1e6), min_size=1, max_size=40),
)
def test_cutting_covers_every_lane_once(
    spec: str, count: int, episodes: int, sizes: list[float]
) -> None:
    task = make_task(spec)
    drawn = task.draw_episodes(episodes, np.random.default_rng(0))
    whole = Pace().submission(0, task, "", networks(task, count), WEIGHTS, drawn).whole
    seen = np.zeros((count, len(WEIGHTS), episodes), dtype=int)
    queue: deque[Piece] = deque([whole])
    for i in range(10_000):
        if not queue:
            break
        piece = queue.popleft()
        parts = piece.cut(sizes[i % len(sizes)])
        if parts:
            assert parts[0].pairs + parts[1].pairs == piece.pairs
            assert min(parts[0].pairs, parts[1].pairs) > 0
            piece = parts[0]
            queue.appendleft(parts[1])
        seen[tuple(slice(*span) for span in piece.spans)] += 1
    assert (seen == 1).all()


def test_networks_known_for_long_episodes_come_first() -> None:
    task = make_task(SIMULATOR)
    pace, some, drawn = Pace(), networks(task, 5), np.arange(2)
    first = pace.submission(0, task, "", some, WEIGHTS, drawn)
    evaluation = serial(task, first.networks, WEIGHTS, drawn)
    first.fill(first.whole, evaluation.returns, evaluation.steps)
    pace.remember(first)
    again = pace.submission(1, task, "", some, WEIGHTS, drawn)
    steps = serial(task, again.networks, WEIGHTS, drawn).steps
    assert steps[0] > steps[-1], "the toys differ"
    assert (np.diff(steps) <= 0).all()


def test_submissions_come_back_under_their_numbers() -> None:
    task, other = make_task(COMPILED), make_task(SIMULATOR)
    with DistributedEvaluator(Here(2)) as evaluator:
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


def ahead(evaluator: DistributedEvaluator) -> dict[int, list[float]]:
    return {
        worker: [flight.seconds for flight in flights.values()]
        for worker, flights in evaluator._flights.items()
    }


def test_no_worker_gets_far_ahead_of_the_others() -> None:
    task = make_task(SIMULATOR)
    some, drawn = networks(task, 1)[:1], np.arange(2)
    crew = Here(3)
    with DistributedEvaluator(crew) as evaluator:
        for _ in range(100):
            evaluator.evaluate(task, some, WEIGHTS, drawn)
        assert len(evaluator._hungry) <= 3
        assert min(crew.scored.values()) >= 30, "short pieces go to all in turn"
        many = networks(task, 200)
        for number in range(12):
            evaluator.submit(number, task, many, WEIGHTS, np.arange(9))
            for flights in ahead(evaluator).values():
                assert sum(flights[:-1]) < _AHEAD_SECONDS, "one that has enough gets no more"
        assert all(ahead(evaluator).values())
        for _ in range(12):
            evaluator.completed()
            assert len(evaluator._hungry) <= 3


def test_long_submissions_are_spread_over_all_workers() -> None:
    task = make_task(SIMULATOR)
    some, drawn = networks(task, 1)[:1], np.arange(2)
    with DistributedEvaluator(Here(3)) as evaluator:
        evaluator.evaluate(task, some, WEIGHTS, drawn)
        for _ in range(20):
            evaluator.evaluate(task, some, WEIGHTS, drawn)
        whole = evaluator._pace.submission(0, task, "", some, WEIGHTS, drawn).whole
        for _ in range(200):
            evaluator._pace.measure(whole, 1.0)
        for number in range(12):
            evaluator.submit(number, task, some, WEIGHTS, drawn)
        assert [len(flights) for flights in ahead(evaluator).values()] == [1, 1, 1]
        assert sorted(evaluator.completed()[0] for _ in range(12)) == list(range(12))


def test_a_machine_that_goes_is_no_fault_of_what_ran_there() -> None:
    task = make_task(SIMULATOR)
    some, drawn = networks(task, 2), np.arange(3)
    crew = Here(2, lambda parcel, worker: crew.deaths < 12, gone=True)
    with DistributedEvaluator(crew, tell=pytest.fail) as evaluator:
        assert same(
            evaluator.evaluate(task, some, WEIGHTS, drawn), serial(task, some, WEIGHTS, drawn)
        )
    assert crew.deaths == 12


@PROPERTY
@given(st.integers(0, 2**32 - 1))
def test_workers_that_die_at_random_cost_nothing_but_time(seed: int) -> None:
    rng = np.random.default_rng(seed)
    task = make_task(SIMULATOR)
    some, drawn = networks(task, 6), np.arange(3)
    died: dict[bytes, int] = {}

    def deadly(parcel: Parcel, worker: int) -> bool:
        key = parcel.networks
        if died.get(key, 0) < 2 and rng.random() < 0.4:  # three times would be its own fault
            died[key] = died.get(key, 0) + 1
            return True
        return False

    with DistributedEvaluator(Here(3, deadly), tell=pytest.fail) as evaluator:
        assert same(
            evaluator.evaluate(task, some, WEIGHTS, drawn), serial(task, some, WEIGHTS, drawn)
        )


@pytest.mark.parametrize("spec", [COMPILED, SIMULATOR, DIGITS])
def test_a_deadly_network_is_found_and_counts_as_failed(spec: str) -> None:
    task = make_task(spec)
    some, drawn = networks(task, 9), task.draw_episodes(3, np.random.default_rng(0))
    bad = some[4]
    expected = serial(task, some, WEIGHTS, drawn)
    told: list[str] = []

    def deadly(parcel: Parcel, worker: int) -> bool:
        return any(np.array_equal(one.source, bad.source) for one in unwrap(parcel.networks))

    crew = Here(3, deadly)
    with DistributedEvaluator(crew, told.append) as evaluator:
        returns, steps = evaluator.evaluate(task, some, WEIGHTS, drawn)
    assert np.isnan(returns[4]).all()
    assert steps[4] == 0
    others = np.arange(len(some)) != 4
    assert returns[others].tobytes() == expected.returns[others].tobytes()
    assert steps[others].tolist() == expected.steps[others].tolist()
    assert told == [
        f"3 workers died of one network of {bad.connections} connections (SIGKILL); it counts as "
        "failed"
    ]
    assert crew.deaths < 30


def test_a_simulator_that_kills_every_worker_is_the_users_line() -> None:
    task = make_task(SIMULATOR)
    with (
        DistributedEvaluator(Here(2, lambda parcel, worker: True), lambda line: None) as evaluator,
        pytest.raises(UserError, match="CartPole-v1: workers died of each of 8 networks"),
    ):
        evaluator.evaluate(task, networks(task, 12), WEIGHTS, np.arange(2))


def test_a_fault_of_the_environment_is_the_users_line_and_the_rest_is_dropped() -> None:
    toy = 'gym:gym_toys:toys/Toy-v0 {"kwargs": {"fault": "raise"}}'
    bad, good = make_task(toy), make_task(SIMULATOR)
    with DistributedEvaluator(Here(2)) as evaluator:
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
    with DistributedEvaluator(Here(4)) as evaluator:
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
    with DistributedEvaluator(Here(4)) as evaluator:
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
    with DistributedEvaluator(Here(2), told.append) as evaluator:
        returns = evaluator.evaluate(task, networks(task, 3), WEIGHTS, np.array([1, 2])).returns
    assert np.isnan(returns[..., 1]).all()
    assert len(told) <= 1, "other tests may have had the line printed already"


def test_wrong_shapes_are_refused() -> None:
    task = make_task(SIMULATOR)
    with (
        DistributedEvaluator(Here(1)) as evaluator,
        pytest.raises(ValueError, match="nothing to score"),
    ):
        evaluator.evaluate(task, [], WEIGHTS, np.array([1]))
