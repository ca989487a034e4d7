"""The evaluator of a card, which is simulated here: what it returns, and what it refuses."""

import dataclasses
import importlib.util
from typing import Any

import numpy as np
import pytest
import scoring_toys

from wann.errors import UserError
from wann.evaluators.cuda import CudaEvaluator
from wann.evaluators.evaluator import AsynchronousEvaluator, Evaluator
from wann.evaluators.make import check_device, make_evaluator
from wann.evaluators.threads import ThreadEvaluator
from wann.kernels.cuda import compiler
from wann.network.weightings import Weightings
from wann.tasks.cuda import room
from wann.tasks.registry import make_task
from wann.tasks.swingup import CartPoleSwingUp

TASK = CartPoleSwingUp(steps=20)
WEIGHTS = Weightings.shared([-2.0, 1.0])
EPISODES = TASK.draw_episodes(2, np.random.default_rng(0))


def both(task: Any, networks: Any, weights: Any, episodes: Any) -> None:
    with ThreadEvaluator(1) as threads, make_evaluator(task, 1, device="cuda") as card:
        assert isinstance(card, CudaEvaluator)
        expected = threads.evaluate(task, networks, weights, episodes)
        found = card.evaluate(task, networks, weights, episodes)
    np.testing.assert_array_equal(found.returns, expected.returns)
    np.testing.assert_array_equal(found.steps, expected.steps)


def test_copies_are_scored_once_as_by_threads() -> None:
    first, second, third = scoring_toys.networks(TASK)
    both(TASK, [first, second, first, third, second], WEIGHTS, EPISODES)


def test_what_a_card_cannot_score_threads_score() -> None:
    task: Any = make_task("digits")
    network = scoring_toys.networks(task, 1)
    rng = np.random.default_rng(0)
    both(task.held_out, network, WEIGHTS, task.held_out.draw_episodes(1, rng)[:2])
    other = make_task("swingup")
    with (
        make_evaluator(task, 1, device="cuda") as card,
        pytest.raises(ValueError, match="needs networks of 5 inputs"),
    ):
        card.evaluate(other, network, WEIGHTS, EPISODES)


def test_it_is_an_evaluator_of_whole_generations() -> None:
    with CudaEvaluator(TASK, 0, 1) as card:
        evaluator: Evaluator = card
        assert not isinstance(evaluator, AsynchronousEvaluator)
        assert card.card == "the simulator of numba-cuda"


@pytest.mark.parametrize(
    ("device", "message"),
    [
        ("gpu", "device: expected cpu, cuda or cuda:NUMBER, got 'gpu'"),
        ("cuda:x", "device: expected cpu, cuda or cuda:NUMBER, got 'cuda:x'"),
        ("cuda:-1", "device: expected cpu, cuda or cuda:NUMBER, got 'cuda:-1'"),
        ("", "device: expected cpu, cuda or cuda:NUMBER, got ''"),
        (0, "device: expected cpu, cuda or cuda:NUMBER, got 0"),
        ("cuda:7", "device: expected a card below cuda:1, since there is 1, got cuda:7"),
    ],
)
def test_other_devices_are_refused(device: Any, message: str) -> None:
    with pytest.raises(UserError) as problem:
        check_device(TASK, device)
    assert str(problem.value).startswith(message)


def test_tasks_without_a_kernel_for_cards_are_refused() -> None:
    task = make_task("gym:LunarLander-v3")
    with pytest.raises(UserError, match=r"LunarLander-v3 has no kernel for graphics cards"):
        check_device(task, "cuda")
    changed = make_task('gym:CartPole-v1 {"backend": "gymnasium"}')
    with pytest.raises(UserError, match="has no kernel for graphics cards"):
        check_device(changed, "cuda")


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    class NoDriver:
        @property
        def gpus(self) -> Any:
            raise RuntimeError("CUDA driver library cannot be found")

    monkeypatch.setattr(compiler, "cuda", NoDriver())
    with pytest.raises(
        UserError, match=r"no graphics card that can be used \(.*CUDA driver library"
    ):
        check_device(TASK, "cuda")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(UserError, match=r"numba-cuda is not installed, .* pip install 'wann\[cuda"):
        check_device(TASK, "cuda")


class Halved(CartPoleSwingUp):
    """A task of one's own, of which a card knows nothing."""

    def score(self, *given: Any) -> None:
        super().score(*given)
        given[4][:] *= 0.5


def test_a_task_that_scores_otherwise_is_not_scored_by_the_kernel_of_another() -> None:
    with pytest.raises(UserError, match="has no kernel for graphics cards"):
        check_device(Halved(steps=20), "cuda")
    with CudaEvaluator(TASK, 0, 1) as card, ThreadEvaluator(1) as threads:
        given = Halved(steps=20), scoring_toys.networks(TASK), WEIGHTS, EPISODES
        found, expected = card.evaluate(*given), threads.evaluate(*given)
    np.testing.assert_array_equal(found.returns, expected.returns)


def test_what_a_card_fails_at_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise OutOfMemory("CUDA_ERROR_OUT_OF_MEMORY")

    monkeypatch.setattr(room.cuda, "to_device", fail)
    card = object.__new__(CudaEvaluator)
    card.card, card._number = "a card", 0
    with pytest.raises(UserError, match=r"device: a card failed \(.*OUT_OF_MEMORY\); .* end that"):
        card.evaluate(TASK, scoring_toys.networks(TASK), WEIGHTS, EPISODES)
    with pytest.raises(UserError, match=r"no graphics card that can be used .* 580 or newer"):
        check_device(TASK, "cuda")


class OutOfMemory(Exception):
    """As numba-cuda raises them."""

    __module__ = "numba.cuda.cudadrv.driver"


def test_steps_of_a_task_that_ends_early() -> None:
    task = dataclasses.replace(TASK, steps=1)
    both(task, scoring_toys.networks(task), WEIGHTS, EPISODES)
