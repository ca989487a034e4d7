"""Which worker gets what, with workers that are objects of this process."""

import numpy as np
import pytest
from ray_toys import WEIGHTS, PoolHere, networks

from wann.activations.table import from_text
from wann.evaluators.ray import pieces
from wann.evaluators.ray.evaluator import DistributedEvaluator
from wann.evaluators.ray.messages import Assignment
from wann.evaluators.ray.scheduler import AHEAD_SECONDS
from wann.network.network import Network
from wann.tasks.registry import make_task

SIMULATOR = 'gym:CartPole-v1 {"backend": "gymnasium", "max_steps": 20}'


def ahead(evaluator: DistributedEvaluator) -> dict[int, list[float]]:
    return {
        worker: [one.seconds for one in sent.values()]
        for worker, sent in evaluator._scheduler.sent.items()
    }


def test_no_worker_gets_far_ahead_of_the_others() -> None:
    task = make_task(SIMULATOR)
    some, drawn = networks(task, 1)[:1], np.arange(2)
    pool = PoolHere(3)
    with DistributedEvaluator(pool) as evaluator:
        for _ in range(100):
            evaluator.evaluate(task, some, WEIGHTS, drawn)
        assert len(evaluator._scheduler.hungry) <= 3
        assert min(pool.scored.values()) >= 30, "short pieces go to all in turn"
        many = networks(task, 40)
        for number in range(12):
            evaluator.submit(number, task, many, WEIGHTS, np.arange(9))
            for sent in ahead(evaluator).values():
                assert sum(sent[:-1]) < AHEAD_SECONDS, "one that has enough gets no more"
        assert all(ahead(evaluator).values())
        for _ in range(12):
            evaluator.completed()
            assert len(evaluator._scheduler.hungry) <= 3


def test_long_submissions_are_spread_over_all_workers() -> None:
    task = make_task(SIMULATOR)
    some, drawn = networks(task, 1)[:1], np.arange(2)
    with DistributedEvaluator(PoolHere(3)) as evaluator:
        evaluator.evaluate(task, some, WEIGHTS, drawn)
        for _ in range(20):
            evaluator.evaluate(task, some, WEIGHTS, drawn)
        whole = evaluator._scheduler.pace.prepare(0, task, "", some, WEIGHTS, drawn).whole
        for _ in range(200):
            evaluator._scheduler.pace.measure(whole, 1.0)
        for number in range(12):
            evaluator.submit(number, task, some, WEIGHTS, drawn)
        assert [len(sent) for sent in ahead(evaluator).values()] == [1, 1, 1]
        assert sorted(evaluator.completed()[0] for _ in range(12)) == list(range(12))


def test_own_activations_are_told_to_all_and_gathered_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own, task = from_text("told = x / (1 + abs(x))"), make_task(SIMULATOR)
    some = [
        network._replace(activation=np.full_like(network.activation, own.code))
        for network in networks(task, 30)
    ]
    gather, pool = pieces.own_activations, PoolHere(3)
    gathered: list[int] = []
    sent: list[tuple[str, ...]] = []

    def counted(all_networks: list[Network]) -> tuple[str, ...]:
        gathered.append(len(all_networks))
        return gather(all_networks)

    def send(worker: int, call: int, assignment: Assignment) -> None:
        sent.append(assignment.own)
        PoolHere.send(pool, worker, call, assignment)

    monkeypatch.setattr(pieces, "own_activations", counted)
    monkeypatch.setattr(pool, "send", send)
    with DistributedEvaluator(pool) as evaluator:
        for _ in range(4):
            evaluator.evaluate(task, some, WEIGHTS, np.arange(9))
    assert len(gathered) == 4
    assert len(sent) > 4
    assert set(sent) == {(str(own),)}
