"""What happens when workers die, which here are objects that die when they are told to."""

import numpy as np
import pytest
from genome_toys import PROPERTY
from hypothesis import given
from hypothesis import strategies as st
from ray_toys import WEIGHTS, PoolHere, networks, same, serial

from wann.errors import UserError
from wann.evaluators.ray.evaluator import DistributedEvaluator
from wann.evaluators.ray.messages import Assignment, unwrap
from wann.tasks.registry import make_task

SIMULATOR = 'gym:CartPole-v1 {"backend": "gymnasium", "max_steps": 20}'
COMPILED = "swingup-hard"
DIGITS = "digits"


def test_a_machine_that_goes_is_no_fault_of_what_ran_there() -> None:
    task = make_task(SIMULATOR)
    some, drawn = networks(task, 2), np.arange(3)
    pool = PoolHere(2, lambda assignment, worker: pool.deaths < 12, gone=True)
    with DistributedEvaluator(pool, tell=pytest.fail) as evaluator:
        assert same(
            evaluator.evaluate(task, some, WEIGHTS, drawn), serial(task, some, WEIGHTS, drawn)
        )
    assert pool.deaths == 12


@PROPERTY
@given(st.integers(0, 2**32 - 1))
def test_workers_that_die_at_random_cost_nothing_but_time(seed: int) -> None:
    rng = np.random.default_rng(seed)
    task = make_task(SIMULATOR)
    some, drawn = networks(task, 6), np.arange(3)
    died: dict[bytes, int] = {}

    def deadly(assignment: Assignment, worker: int) -> bool:
        key = assignment.networks
        if died.get(key, 0) < 2 and rng.random() < 0.4:  # three times would be its own fault
            died[key] = died.get(key, 0) + 1
            return True
        return False

    with DistributedEvaluator(PoolHere(3, deadly), tell=pytest.fail) as evaluator:
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

    def deadly(assignment: Assignment, worker: int) -> bool:
        return any(np.array_equal(one.source, bad.source) for one in unwrap(assignment.networks))

    pool = PoolHere(3, deadly)
    with DistributedEvaluator(pool, told.append) as evaluator:
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
    assert pool.deaths < 30


def test_a_simulator_that_kills_every_worker_is_the_users_line() -> None:
    task = make_task(SIMULATOR)
    with (
        DistributedEvaluator(
            PoolHere(2, lambda assignment, worker: True), lambda line: None
        ) as evaluator,
        pytest.raises(UserError, match="CartPole-v1: workers died of each of 8 networks"),
    ):
        evaluator.evaluate(task, networks(task, 12), WEIGHTS, np.arange(2))
