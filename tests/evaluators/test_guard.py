"""Workers that hang or die: real processes, of which the episode at fault is found."""

import os
import subprocess
from collections.abc import Iterator

import numpy as np
import pytest
from ray_toys import WEIGHTS, networks, same, serial

from wann.errors import UserError
from wann.evaluators.evaluator import Evaluation
from wann.evaluators.guard import Guard, Scores
from wann.evaluators.guarded_worker import CutText, Work
from wann.evaluators.processes import ProcessEvaluator
from wann.tasks.registry import make_task

TOY = 'gym:gym_toys:toys/Toy-v0 {"kwargs": {"fault": "%s"}, "on_error": "worst"%s}'
LIMIT = ', "episode_seconds": 0.4'
SEEDS = np.array([1, 3])
HUNG = (
    "gym_toys:toys/Toy-v0 hung (seed %d, step %d): its episode took longer than 0.4 s "
    "(--episode-seconds), was ended, and counts as failed"
)


def toy(fault: str, further: str = LIMIT) -> str:
    return TOY % (fault, further)


@pytest.fixture(scope="module")
def told() -> list[str]:
    return []


@pytest.fixture(scope="module")
def guard(told: list[str]) -> Iterator[Guard]:
    made = Guard(told.append)
    yield made
    made.close()


def score(guard: Guard, spec: str, seeds: np.ndarray, count: int = 1) -> Scores:
    """Return what networks earn with one weight: the first one's actions differ by the seed."""
    task = make_task(spec)
    some = networks(task, count, 9)[:-1]
    return guard.score(Work(spec, (), task.pack(some), count, WEIGHTS[:1], seeds))


def raising(count: int, seeds: np.ndarray = SEEDS) -> Evaluation:
    """Return what the same networks earn on one thread, where episodes that would hang raise."""
    task = make_task(toy("raise at 5", ""))
    return serial(task, networks(task, count, 9)[:-1], WEIGHTS[:1], seeds)


def faulty(expected: Evaluation) -> list[int]:
    """Return the seeds of the episodes that fail, once for each network that fails in them."""
    return [int(SEEDS[episode]) for *_, episode in np.argwhere(np.isnan(expected.returns))]


def test_an_episode_that_hangs_counts_as_one_that_raises() -> None:
    """Returns and steps are those of one thread where the same steps raise, whoever works."""
    task, expected, told = make_task(toy("sleeps at 5")), raising(2), list[str]()
    assert faulty(expected)
    with ProcessEvaluator(2, told.append) as evaluator:
        assert same(
            evaluator.evaluate(task, networks(task, 2, 9)[:-1], WEIGHTS[:1], SEEDS), expected
        )
    assert sorted(told) == sorted(HUNG % (seed, 4) for seed in faulty(expected))


def test_an_episode_that_lets_no_thread_run(guard: Guard, told: list[str]) -> None:
    told.clear()
    expected = raising(2)
    assert same(Evaluation(*score(guard, toy("holds at 5"), SEEDS, 2)), expected)
    assert told == [HUNG % (seed, 4) for seed in faulty(expected)]


def test_a_reset_that_hangs(guard: Guard, told: list[str]) -> None:
    told.clear()
    returns, _ = score(guard, toy("sleeps in resets"), np.array([1, 2]))
    assert np.isnan(returns[..., 1]).all()
    assert np.isfinite(returns[..., 0]).all()
    assert told == [HUNG % (2, 0)]


def test_steps_that_are_slow_together_end_an_episode(told: list[str]) -> None:
    """Where no other process watches, that is noticed behind the step."""
    task = make_task(toy("slow"))
    returns, steps = serial(task, networks(task, 1)[:-1], WEIGHTS[:1], np.array([1, 2]))
    assert np.isnan(returns).tolist() == [[[False, True]]]
    assert steps.tolist() == [12 + 3]


def test_a_limit_changes_nothing_where_nothing_hangs(guard: Guard) -> None:
    limited = Evaluation(*score(guard, toy("", ', "episode_seconds": 60'), SEEDS))
    assert same(limited, Evaluation(*score(guard, toy("", ""), SEEDS)))


@pytest.mark.parametrize(("fault", "sign"), [("killed", "SIGKILL"), ("segfault", "SIGSEGV")])
def test_an_episode_in_which_the_process_dies(
    guard: Guard, told: list[str], fault: str, sign: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wann.evaluators.guard._RETRIES", 1)
    told.clear()
    expected = raising(2, SEEDS[:1])  # starting a process takes a second or two
    assert same(Evaluation(*score(guard, toy(f"{fault} at 5", ""), SEEDS[:1], 2)), expected)
    assert faulty(expected)
    assert told == [
        f"gym_toys:toys/Toy-v0 ended its process (seed {seed}, step 4): signal {sign}, 2 times; "
        "the episode counts as failed"
        for seed in faulty(expected)
    ]


def test_a_worker_that_is_stopped_for_a_while_is_pardoned(guard: Guard, told: list[str]) -> None:
    """As with Ctrl-Z: both processes stand still, and no call has taken long."""
    spec = toy("slow", ', "episode_seconds": 3')
    score(guard, spec, np.array([1]))
    told.clear()
    pid = guard.pid
    assert pid is not None
    both = f"{pid} {os.getpid()}"
    script = f"sleep 0.2; kill -STOP {both}; sleep 4; kill -CONT {both}"
    stopping = subprocess.Popen(["sh", "-c", script])
    returns, _ = score(guard, spec, np.array([2]))
    assert np.isfinite(returns).all()
    assert not told
    assert guard.pid == pid
    stopping.wait()


def test_a_task_that_cannot_be_made_is_the_users_line(guard: Guard) -> None:
    task = make_task(toy("", ""))
    work = Work("gym:CartPoll-v1", (), task.pack(networks(task, 1)), 1, WEIGHTS, SEEDS)
    with pytest.raises(UserError, match="did you mean 'CartPole-v1'"):
        guard.score(work)


def test_a_text_is_cut() -> None:
    text = CutText(10)
    for _ in range(5):
        text.write("1234567")
    assert text.getvalue() == "1234567123\n[further prints are left out]\n"
