"""Contestants of control tasks: dense policies that CMA-ES tunes, cut, rewound and tuned again.

Without labels there are no gradients of a loss to score weights by. The methods that remain are
magnitude, in one go or in rounds, the flow through random weights, and random choice. Rewinding
means that the tuning begins where it began before, with fewer weights to tune.
"""

import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from wann.activations import Activation
from wann.errors import UserError
from wann.experiments.comparison.contestants.contestant import Contestant, ContestantSetup
from wann.experiments.comparison.measuring.tuning_settings import tune_config
from wann.network.digest import structure_digest
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
from wann.weights.individual import finish, tune_individual
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
    """Tunes networks for one contestant, and adds up what that costs."""

    def __init__(self, setup: ContestantSetup) -> None:
        self.setup, self.seconds, self.evaluations = setup, 0.0, 0
        self.config = tune_config(setup.task, setup.seed, setup.making)

    def tune(self, masks: Sequence[Mask]) -> tuple[Network, Tuned]:
        """Return the network of `masks`, tuned as everything is in measures."""
        network = network_of_masks(masks, Activation.TANH)
        key = ("tuned", structure_digest(network))  # the dense policy is that of all sizes
        tuned, seconds = self.setup.kept(key, lambda: self._timed(network))
        self.seconds += seconds
        self.evaluations += tuned.evaluations
        return network, tuned

    def _timed(self, network: Network) -> tuple[Tuned, float]:
        """Return the network's tuning, and the seconds of one core that it took."""
        started = time.process_time()
        tuned = finish(tune_individual(self.setup.measuring(network), self.config))
        return tuned, time.process_time() - started

    def contestant(self, masks: Sequence[Mask], about: str) -> Contestant:
        """Return the contestant with `masks`, tuned, and the cost of all that was tuned for it."""
        network, tuned = self.tune(masks)
        cost: dict[str, Any] = {
            "evaluations": self.evaluations,
            "seconds": round(self.seconds, 3),
        }
        return Contestant(network, tuned.weights.values[0], about, cost, tuned)


def pruned_policy(setup: ContestantSetup, method: str, connections: int) -> Contestant:
    """Return the dense policy in which a method keeps exactly so many `connections`, tuned.

    `setup`: for a task without labels; `method`: one of `METHODS`.

    Raises:
        UserError: the method needs gradients, or the policy has fewer weights than that.
    """
    task, seed, making = setup.task, setup.seed, setup.making
    if method not in METHODS:
        raise UserError(
            f"{method} needs a task with labels, and {task.name} has none: expected one of "
            f"{', '.join(METHODS)}"
        )
    masks = dense_masks(task.inputs, making.hidden, task.outputs)
    total = sum(mask.size for mask in masks)
    if connections > total:
        raise UserError(
            f"{method}: the policy has {total} weights, fewer than the {connections}; "
            "give more --hidden"
        )
    tuner = _Tuner(setup)
    if method == "random":
        masks = trim(masks, connections, stream(seed, "random policy"))
    if method in _UNTUNED:
        masks = _before_tuning(method, masks, connections, seed)
    for keep in _rounds(method, total, connections):
        _, tuned = tuner.tune(masks)
        masks = _largest(masks, tuned.weights.values[0], keep)
    return tuner.contestant(masks, f"{_DENSE} of {_shape(setup)}: {METHODS[method]}")


def dense_policy(setup: ContestantSetup) -> Contestant:
    """Return the whole dense policy, tuned: a reference, of its own size."""
    masks = dense_masks(setup.task.inputs, setup.making.hidden, setup.task.outputs)
    return _Tuner(setup).contestant(masks, f"{_DENSE} of {_shape(setup)}, tuned")


def small_policy(setup: ContestantSetup, connections: int) -> Contestant:
    """Return a tuned policy of one hidden layer with exactly so many `connections`.

    The weights it has too many are left out at random. `setup`: for a task without labels.
    """
    whole = smallest_dense(setup.task.inputs, setup.task.outputs, connections)
    masks = trim(whole, connections, stream(setup.seed, "trim"))
    left_out = sum(mask.size for mask in whole) - connections
    about = (
        f"{_DENSE} of {len(whole[0])} hidden units, {left_out} of its weights left out at random, "
        "tuned"
    )
    return _Tuner(setup).contestant(masks, about)


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

    Among equal magnitudes the first are kept.
    """
    alive = np.flatnonzero(np.concatenate([mask.ravel() for mask in masks]))
    return masks_with(masks, alive[np.argsort(-np.abs(weights), kind="stable")[:keep]])


def _shape(setup: ContestantSetup) -> str:
    return "-".join(map(str, (setup.task.inputs, *setup.making.hidden, setup.task.outputs)))
