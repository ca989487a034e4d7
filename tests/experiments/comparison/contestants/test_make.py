"""Contestants have as many connections as the champion, and are the same for the same seed."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch

from wann.activations import Activation
from wann.config import EVOLVED_MASK, GROWN_BY_GRADIENTS, SHARED_MASKS, Making
from wann.errors import UserError
from wann.evaluators.threads import ThreadEvaluator
from wann.experiments.comparison.contestants import perceptrons, policies
from wann.experiments.comparison.contestants.contestant import Champion, Contestant, ContestantSetup
from wann.experiments.comparison.contestants.make import (
    CONTROLS,
    DENSE,
    DENSE_SMALL,
    GROWN,
    check_names,
    make,
)
from wann.network.from_masks import network_of_masks, smallest_dense, trim
from wann.network.network import Network
from wann.network.weightings import Weightings
from wann.pruning.training.training import accuracy
from wann.tasks.registry import make_task
from wann.tasks.task import Task

torch.set_num_threads(1)
DIGITS, SWINGUP = make_task("digits"), make_task("swingup")
SHORT = Making(steps=40, hidden=(20,), generations=2, races=4, episodes=4, repeats=2)


def setup(task: Task = DIGITS, seed: int = 0, making: Making = SHORT) -> ContestantSetup:
    return ContestantSetup(task, ThreadEvaluator(1), seed, making)


def champion(network: Network) -> Champion:
    return Champion("toy", Path("toy.json"), network, None, {"evaluations": 7})


def a_digits_champion(connections: int = 140) -> Champion:
    masks = trim(smallest_dense(64, 10, connections), connections, np.random.default_rng(0))
    return champion(network_of_masks(masks))


@pytest.mark.parametrize(
    "name",
    [
        GROWN,
        *CONTROLS,
        DENSE_SMALL,
        "imp",
        "snip",
        "synflow",
        "magnitude",
        "random-erk",
        "supermask",
        "edge-popup",
        "imp-mixed",
        *GROWN_BY_GRADIENTS,
        EVOLVED_MASK,
        *SHARED_MASKS,
    ],
)
def test_exactly_as_many_connections_as_the_champion(name: str) -> None:
    of = a_digits_champion()
    found = make(name, of, setup(seed=1))
    assert found.network.connections == 140
    assert (found.network.inputs, found.network.outputs) == (64, 10)
    assert (found.weights is None) == (name in (GROWN, *CONTROLS, *SHARED_MASKS))
    again = make(name, of, setup(seed=1))
    assert found.network.source.tobytes() == again.network.source.tobytes()
    if found.weights is not None and again.weights is not None:
        assert found.weights.shape == (140,)
        assert found.weights.tobytes() == again.weights.tobytes()
    other = make(name, of, setup(seed=2))
    same = other.network.source.tobytes() == found.network.source.tobytes()
    assert same == (name in (GROWN, "shuffled"))


def mixed_ticket(of: ContestantSetup, connections: int) -> Contestant:
    return perceptrons.pruned_perceptron(of, "imp", connections, perceptrons.ALL_KINDS)


@pytest.mark.parametrize(
    ("kinds", "make_found"),
    [
        ((Activation.RELU,), perceptrons.dense_perceptron),
        (
            perceptrons.ALL_KINDS,
            partial(mixed_ticket, connections=1500),
        ),
    ],
)
def test_the_network_is_the_model_and_sees_what_the_task_gives(
    kinds: tuple[int, ...], make_found: Callable[[ContestantSetup], Contestant]
) -> None:
    data = perceptrons.data_of(DIGITS)
    labelled = DIGITS.labelled()
    assert labelled is not None
    assert (data.x[:, 0] == 1).all()
    assert np.array_equal(data.x[:, 1:].numpy(), labelled["x"])
    found = make_found(setup())
    assert found.network.connections == 65 * 20 + 20 * 10
    assert found.weights is not None
    model = perceptrons.Perceptron([65, 20, 10], kinds)
    cut = iter(np.split(found.weights, [65 * 20]))
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.from_numpy(next(cut)).view_as(parameter))
    test = DIGITS.held_out
    x = np.column_stack([np.ones(len(test.images)), test.images]).astype(np.float32)
    of_model = accuracy(model, torch.from_numpy(x), torch.from_numpy(test.labels))
    episodes = test.draw_episodes(1, np.random.default_rng(0))
    returns = (
        ThreadEvaluator(1)
        .evaluate(test, [found.network], Weightings.individual(found.weights), episodes)
        .returns
    )
    assert float(returns.mean()) == pytest.approx(of_model, abs=0.5 / len(x))


@pytest.mark.parametrize("method", [*policies.METHODS, DENSE, DENSE_SMALL])
def test_policies_are_cut_to_size_and_tuned(method: str) -> None:
    of = champion(network_of_masks(trim(smallest_dense(5, 1, 20), 20, np.random.default_rng(0))))
    making = Making(hidden=(4,), generations=2, races=2, episodes=2)
    found = make(method, of, setup(SWINGUP, making=making))
    assert found.network.connections == (6 * 4 + 4 if method == DENSE else 20)
    assert found.weights is not None
    assert found.weights.shape == (found.network.connections,)
    assert found.cost["evaluations"] > 0


def test_the_largest_weights_are_kept() -> None:
    masks = [np.array([[True, False, True], [True, True, False]]), np.array([[True, True]])]
    found = policies._largest(masks, np.array([3.0, -1.0, 0.5, -4.0, 2.0, 0.1]), 3)
    assert [mask.tolist() for mask in found] == [
        [[True, False, False], [False, True, False]],
        [[True, False]],
    ]


@pytest.mark.parametrize(
    ("names", "task", "words"),
    [
        (["imp", "imp"], DIGITS, "imp twice"),
        (["inp"], DIGITS, "did you mean 'imp'"),
        (["snip"], SWINGUP, "snip needs a task with labels, and swingup has none"),
        (["shared-gates"], SWINGUP, "shared-gates needs a task with labels, and swingup has none"),
        (["imp-mixed"], SWINGUP, "imp-mixed needs a task with labels"),
        (["growth"], SWINGUP, "growth needs a task with labels"),
        (["shared-masks"], DIGITS, "did you mean 'shared-mask'"),
    ],
)
def test_unfit_names_are_refused(names: list[str], task: object, words: str) -> None:
    with pytest.raises(UserError, match=words):
        check_names(names, task)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("method", "connections", "words"),
    [("unit", 100, "meets no exact count"), ("snip", 2000, "1500 weights, fewer than the 2000")],
)
def test_what_cannot_be_cut_to_size_is_refused(method: str, connections: int, words: str) -> None:
    with pytest.raises(UserError, match=words):
        perceptrons.pruned_perceptron(setup(), method, connections)
