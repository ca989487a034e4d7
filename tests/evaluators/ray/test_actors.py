"""Real clusters of real processes on this machine: what is killed here is killed."""

import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from ray_toys import WEIGHTS, Machines, networks, same, serial

from wann.errors import UserError
from wann.evaluators.ray import actors
from wann.evaluators.ray.actors import RayWorkerPool
from wann.evaluators.ray.cluster import Cluster
from wann.evaluators.ray.evaluator import RayEvaluator
from wann.tasks.registry import make_task

ray = pytest.importorskip("ray")

SIMULATOR = 'gym:CartPole-v1 {"backend": "gymnasium", "max_steps": 400}'
TOY = "gym:gym_toys:toys/Toy-v0"


@pytest.fixture(scope="module")
def evaluator(evaluator_on_machines: RayEvaluator) -> RayEvaluator:
    return evaluator_on_machines


def pool_of(evaluator: RayEvaluator) -> RayWorkerPool:
    assert isinstance(evaluator.pool, RayWorkerPool)
    return evaluator.pool


def pids(evaluator: RayEvaluator) -> dict[int, int]:
    actors = pool_of(evaluator).actors
    hellos = ray.get([actor.hello.remote() for actor in actors.values()], timeout=60)
    return {number: int(hello["process"]) for number, hello in zip(actors, hellos, strict=True)}


def until(evaluator: RayEvaluator, condition: Callable[[], bool]) -> None:
    """Go on evaluating until the pool is as it should be."""
    task, deadline = make_task(SIMULATOR), time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, (
            f"{evaluator.pool.planned} planned, {pool_of(evaluator).ready} there"
        )
        evaluator.evaluate(task, networks(task, 8, 9), WEIGHTS, np.arange(4))


@pytest.mark.parametrize(("count", "episodes"), [(7, 3), (1, 70)])
@pytest.mark.parametrize("spec", ["swingup", SIMULATOR, "digits"])
def test_two_machines_give_the_bytes_of_one_thread(
    evaluator: RayEvaluator, spec: str, count: int, episodes: int
) -> None:
    task = make_task(spec)
    some, drawn = networks(task, count, 9), task.draw_episodes(episodes, np.random.default_rng(0))
    expected = serial(task, some, WEIGHTS, drawn)
    for _ in range(2):
        assert same(evaluator.evaluate(task, some, WEIGHTS, drawn), expected)


def disturbed(evaluator: RayEvaluator, spec: str, disturb: Callable[[], object]) -> None:
    """Evaluate again and again, `disturb` in the middle of it, and compare every time."""
    task = make_task(spec)
    some, drawn = networks(task, 60, 9), task.draw_episodes(8, np.random.default_rng(0))
    expected = serial(task, some, WEIGHTS, drawn)
    shot = threading.Timer(0.15, disturb)
    shot.start()
    rounds, until = 0, time.monotonic() + 60
    while (shot.is_alive() or rounds < 3) and time.monotonic() < until:
        assert same(evaluator.evaluate(task, some, WEIGHTS, drawn), expected)
        rounds += 1


@pytest.fixture
def verdicts(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Of each worker lost, whether it was taken to have gone with its machine."""
    found, real = list[bool](), RayWorkerPool._is_machine_gone
    monkeypatch.setattr(
        RayWorkerPool,
        "_is_machine_gone",
        lambda self, why: found.append(real(self, why)) or found[-1],
    )
    return found


@pytest.mark.parametrize("spec", ["swingup", SIMULATOR])
def test_a_worker_that_is_killed_costs_nothing_but_time(
    evaluator: RayEvaluator, spec: str, verdicts: list[bool]
) -> None:
    task = make_task(spec)
    evaluator.evaluate(
        task, networks(task, 2, 9), WEIGHTS, task.draw_episodes(2, np.random.default_rng(0))
    )
    number, victim = next(iter(pids(evaluator).items()))
    disturbed(evaluator, spec, lambda: os.kill(victim, signal.SIGKILL))
    until(evaluator, lambda: number not in pool_of(evaluator).actors)
    until(evaluator, lambda: len(pool_of(evaluator).ready) == 2)  # another takes its place
    assert victim not in pids(evaluator).values()
    assert verdicts == [False]


def test_an_environment_that_kills_its_process_is_isolated(evaluator: RayEvaluator) -> None:
    toy = TOY + ' {"kwargs": {"fault": "%s at 5"}, "on_error": "worst"}'
    task, tame = make_task(toy % "killed"), make_task(toy % "raise")
    many, drawn, told = networks(task, 12, 9), np.array([1, 3]), list[str]()
    dies = np.isnan(serial(tame, many, WEIGHTS, drawn).returns).any(axis=(1, 2))
    deadly, (safe, *_) = np.flatnonzero(dies)[:2], np.flatnonzero(~dies)
    chosen = [*deadly, safe, deadly[0]]  # two that die, one that does not, and a copy
    some, failed = [many[i] for i in chosen], dies[chosen]
    expected = serial(tame, some, WEIGHTS, drawn).returns
    evaluator.tell = told.append
    returns = evaluator.evaluate(task, some, WEIGHTS, drawn).returns
    assert np.isnan(returns[failed]).all()
    assert returns[~failed].tobytes() == expected[~failed].tobytes()
    assert len(told) == len({some[i].source.tobytes() for i in np.flatnonzero(failed)})
    assert all("workers died of one network" in line for line in told)


def test_an_episode_that_hangs_is_ended_and_named(evaluator: RayEvaluator) -> None:
    toy = TOY + ' {"kwargs": {"fault": "%s at 5"}, "on_error": "worst"%s}'
    task, raising = (
        make_task(toy % ("holds", ', "episode_seconds": 0.4')),
        make_task(toy % ("raise", "")),
    )
    some, drawn, told = networks(task, 2, 9), np.array([1, 3]), list[str]()
    before = pids(evaluator)
    evaluator.tell = told.append
    expected = serial(raising, some, WEIGHTS[:1], drawn)
    assert same(evaluator.evaluate(task, some, WEIGHTS[:1], drawn), expected)
    hung = drawn[np.isnan(expected.returns).any(axis=(0, 1))]
    assert {line.partition(":toys/Toy-v0 ")[2].partition(":")[0] for line in told} == {
        f"hung (seed {seed}, step 4)" for seed in hung
    }
    assert pids(evaluator) == before, "the workers live on"


def test_a_machine_that_is_removed_and_one_that_joins(
    machines: Machines, evaluator: RayEvaluator, second: Any, verdicts: list[bool]
) -> None:
    disturbed(evaluator, SIMULATOR, lambda: machines.remove(second))
    until(evaluator, lambda: pool_of(evaluator).planned == len(pool_of(evaluator).ready) == 1)
    assert verdicts
    assert all(verdicts)
    machines.add()
    until(evaluator, lambda: pool_of(evaluator).planned == len(pool_of(evaluator).ready) == 2)


def test_a_machine_of_other_versions_is_left_out(
    machines: Machines, evaluator: RayEvaluator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the first hello of a worker on a new machine says is changed on its way."""
    real, told, there = actors._difference, list[str](), set(pool_of(evaluator).ready)
    new = machines.add()
    theirs = new.node_id
    monkeypatch.setattr(
        actors, "_difference", lambda a: "numpy 0 instead of 1" if a["node"] == theirs else real(a)
    )
    evaluator.tell = told.append
    until(evaluator, lambda: bool(told))
    until(
        evaluator, lambda: pool_of(evaluator).planned == len(pool_of(evaluator).ready) == len(there)
    )
    (line,) = told
    assert line.startswith("a worker has numpy 0 instead of 1: install the same on all machines")
    assert line.endswith("; its machine is left out")
    machines.remove(new)


def test_who_waits_for_the_first_worker_is_told_what_is_free(
    machines: Machines, evaluator: RayEvaluator, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = make_task(SIMULATOR)
    evaluator.evaluate(task, networks(task, 8, 9), WEIGHTS, np.arange(4))
    monkeypatch.setattr(actors, "_PATIENCE", -1.0)
    told: list[str] = []
    other = RayWorkerPool(Cluster(machines.address, workers=1), told.append)
    other.receive(0.1)  # the workers of the evaluator have all cores
    other.close()
    assert [line.split(";")[0] for line in told] == [
        "no worker has started yet: each is given 1 core, and 0 of the cluster's "
        f"{ray.cluster_resources()['CPU']:g} are free"
    ]


def test_where_all_machines_are_of_other_versions_nothing_is_scored(
    machines: Machines, evaluator: RayEvaluator, monkeypatch: pytest.MonkeyPatch
) -> None:
    evaluator.close()  # the last test of it
    monkeypatch.setattr(actors, "_difference", lambda there: "numpy 0 instead of 1")
    task = make_task(SIMULATOR)
    with (
        RayEvaluator(Cluster(machines.address), lambda line: None) as other,
        pytest.raises(UserError, match="a worker has numpy 0 instead of 1: install the same"),
    ):
        other.evaluate(task, networks(task, 2, 9), WEIGHTS, np.arange(2))
