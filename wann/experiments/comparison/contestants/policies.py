"""Contestants of control tasks: dense policies that CMA-ES tunes, cut, rewound and tuned again.

There are no labels, and so no gradients of a loss, to score weights by: what is left of the methods
is magnitude, in one go or in rounds, the flow through weights at random, and chance. To rewind is
to let the tuning begin where it began before, with less to tune.
"""

import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from wann.activations import Activation
from wann.config import Making
from wann.errors import UserError
from wann.evaluators.evaluator import Evaluator
from wann.experiments.comparison.contestants.contestant import Contestant
from wann.experiments.comparison.measuring.tuning_settings import tune_config
from wann.network.from_masks import (
    Floats,
    Mask,
    dense_masks,
    masks_with,
    network_of_masks,
    smallest_dense,
    trim,
)
from wann.network.network import Network
from wann.streams import stream
from wann.tasks.task import Task
from wann.weights.individual import finish, tune_individual
from wann.weights.measuring import Measuring
from wann.weights.tuned import Tuned

METHODS = {
    "magnitude": "the largest tuned weights kept, then tuned from the start",
    "imp": "a fifth of the weights left out again and again, each time tuned from the start",
    "synflow": "what iterative synaptic flow keeps of random weights (Tanaka 2020), tuned",
    "random-erk": "random, Erdős-Rényi-kernel densities (Evci 2020, Liu 2022), tuned",
    "random": "a random choice of weights, tuned",
}
# Methods of `wann.pruning` that need no tuning before, and no labels
_UNTUNED = ("synflow", "random-erk")
_ROUND = 0.8  # of the weights that a round of `imp` keeps
_DENSE = "a dense policy"


class _Tuner:
    """Tunes networks for one task with one seed, and adds up what that costs."""

    def __init__(self, task: Task, evaluator: Evaluator, seed: int, making: Making) -> None:
        self.task, self.evaluator, self.started, self.evaluations = (
            task,
            evaluator,
            time.process_time(),
            0,
        )
        self.config = tune_config(task, seed, making)

    def tune(self, masks: Sequence[Mask]) -> tuple[Network, Tuned]:
        """Return the network of `masks`, tuned as everything is in measures."""
        network = network_of_masks(masks, Activation.TANH)
        measuring = Measuring(self.task, network, self.evaluator, self.config.seed)
        tuned = finish(tune_individual(measuring, self.config))
        self.evaluations += tuned.evaluations
        return network, tuned

    def contestant(self, masks: Sequence[Mask], about: str) -> Contestant:
        """Return the contestant with `masks`, tuned, and the cost of all that was tuned for it."""
        network, tuned = self.tune(masks)
        seconds = round(time.process_time() - self.started, 3)
        cost: dict[str, Any] = {"evaluations": self.evaluations, "seconds": seconds}
        return Contestant(network, tuned.weights.values[0], about, cost, tuned)


def pruned_policy(
    task: Task, method: str, connections: int, seed: int, making: Making, evaluator: Evaluator
) -> Contestant:
    """Return the dense policy with all but so many weights pruned.

    Args:
        task: a task without labels.
        method: one of `METHODS`.
        connections: how many weights are kept, exactly.
        seed: of the tuning and of what the method draws.
        making: the hidden units, and how long it is tuned.
        evaluator: what the tuning runs on.

    Raises:
        UserError: the method needs gradients, or the policy has fewer weights than that.
    """
    if method not in METHODS:
        raise UserError(
            f"{method} needs a task with labels, and {task.name} has none: expected one of "
            f"{', '.join(METHODS)}"
        )
    masks = dense_masks(task.inputs, making.hidden, task.outputs)
    total = sum(mask.size for mask in masks)
    if connections > total:
        raise UserError(
            f"{method}: the policy has {total} weights, fewer than the {connections}; give more "
            "--hidden"
        )
    tuner = _Tuner(task, evaluator, seed, making)
    if method == "random":
        masks = trim(masks, connections, stream(seed, "random policy"))
    if method in _UNTUNED:
        masks = _before_tuning(method, masks, connections, seed)
    for keep in _rounds(method, total, connections):
        _, tuned = tuner.tune(masks)
        masks = _largest(masks, tuned.weights.values[0], keep)
    return tuner.contestant(masks, f"{_DENSE} of {_shape(task, making)}: {METHODS[method]}")


def dense_policy(task: Task, seed: int, making: Making, evaluator: Evaluator) -> Contestant:
    """Return the whole dense policy, tuned: a reference, of its own size."""
    masks = dense_masks(task.inputs, making.hidden, task.outputs)
    return _Tuner(task, evaluator, seed, making).contestant(
        masks, f"{_DENSE} of {_shape(task, making)}, tuned"
    )


def small_policy(
    task: Task, connections: int, seed: int, making: Making, evaluator: Evaluator
) -> Contestant:
    """Return a tuned policy of one hidden layer, what weights it has too many left out at random.

    Args:
        task: a task without labels.
        connections: how many weights are kept, exactly.
        seed: of the tuning and of what is left out.
        making: how long it is tuned.
        evaluator: what the tuning runs on.
    """
    whole = smallest_dense(task.inputs, task.outputs, connections)
    masks = trim(whole, connections, stream(seed, "trim"))
    left_out = sum(mask.size for mask in whole) - connections
    about = (
        f"{_DENSE} of {len(whole[0])} hidden units, {left_out} of its weights left out at random, "
        "tuned"
    )
    return _Tuner(task, evaluator, seed, making).contestant(masks, about)


def _rounds(method: str, total: int, connections: int) -> list[int]:
    """Return how many weights are kept after each tuning but the last."""
    if method not in ("magnitude", "imp"):
        return []
    kept = [connections]
    while method == "imp" and (before := round(kept[0] / _ROUND)) < total and before > kept[0]:
        kept.insert(0, before)
    return kept


def _before_tuning(method: str, masks: Sequence[Mask], keep: int, seed: int) -> list[Mask]:
    """Return the masks of a method of `wann.pruning`, from weights at random."""
    from wann.experiments.comparison.contestants.perceptrons import masks_at_start

    return masks_at_start(method, [masks[0].shape[1], *(len(mask) for mask in masks)], keep, seed)


def _largest(masks: Sequence[Mask], weights: Floats, keep: int) -> list[Mask]:
    """Return `masks` with the `keep` largest of the magnitudes of `weights` (kept,).

    Of equal ones the first.
    """
    alive = np.flatnonzero(np.concatenate([mask.ravel() for mask in masks]))
    return masks_with(masks, alive[np.argsort(-np.abs(weights), kind="stable")[:keep]])


def _shape(task: Task, making: Making) -> str:
    return "-".join(map(str, (task.inputs, *making.hidden, task.outputs)))
