"""A contestant whose masks are evolved: of random weights, which are never trained, some are kept.

Source: Altmann et al. 2024, "Finding Strong Lottery Ticket Networks with Genetic Algorithms". There
a smaller network is better, too. Here all masks keep exactly as many weights, so crossing and
mutation keep that count, and the score decides alone.
"""

import math
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wann.activations import Activation
from wann.errors import UserError
from wann.experiments.comparison.contestants.contestant import Contestant, ContestantSetup
from wann.network.from_masks import (
    Floats,
    Mask,
    dense_masks,
    masks_with,
    network_of_masks,
    weights_of_masks,
)
from wann.network.weightings import Weightings
from wann.streams import stream
from wann.tasks.optional_abilities import Labelled

Bools = NDArray[np.bool_]
Score = Callable[[Bools, NDArray[Any]], Floats]

_POPULATION = 64
_PARENTS = 16  # the best of a generation; all children are of two of them
_ELITE = 4  # of these as many stay as they are
_SWAPPED = 0.02  # the share of a child's places that is exchanged, at most
_EPISODES = 2  # of a generation, as the tuning of policies has at first
_CONFIRMED = 16  # episodes on which the last parents are compared


def evolved_mask(setup: ContestantSetup, connections: int) -> Contestant:
    """Return the dense network of random weights in which an evolved mask keeps `connections`.

    There are as many generations as a pruned model has training steps, or a policy generations of
    tuning. UserError if the network has fewer weights than that.
    """
    task, making, labelled = setup.task, setup.making, isinstance(setup.task, Labelled)
    masks = dense_masks(task.inputs, making.hidden, task.outputs)
    total = sum(mask.size for mask in masks)
    if connections > total:
        raise UserError(
            f"evolved-mask: the dense network has {total} weights, fewer than the {connections} "
            "connections to keep; give more --hidden units"
        )
    started = time.process_time()
    activation = Activation.RELU if labelled else Activation.TANH
    weights = _drawn(masks, stream(setup.seed, "weights of evolved masks"))
    values = weights_of_masks(weights, masks)
    network, steps = network_of_masks(masks, activation), 0

    def score(population: Bools, episodes: NDArray[Any]) -> Floats:
        """Return the mean return of each mask: a weight of zero is as good as none."""
        nonlocal steps
        candidates = Weightings.individual(np.where(population, values, 0.0))
        found = setup.evaluator.evaluate(task, [network], candidates, episodes)
        steps += int(found.steps.sum())
        means: Floats = found.returns[0].mean(axis=1)
        return np.where(np.isfinite(means), means, -np.inf)

    generations = making.steps if labelled else making.generations
    best = _evolve(setup, score, total, connections, generations)
    kept = masks_with(masks, np.flatnonzero(best))
    found = network_of_masks(kept, activation)
    seconds = round(time.process_time() - started, 3)
    cost: dict[str, Any] = {
        "evaluations": generations * _POPULATION + _PARENTS,
        "steps": steps,
        "seconds": seconds,
    }
    shape = "-".join(map(str, (task.inputs, *making.hidden, task.outputs)))
    about = (
        f"{shape} network of random weights, of which a mask keeps some that a genetic algorithm "
        "evolved (Altmann 2024); no weight is trained"
    )
    return Contestant(found, weights_of_masks(weights, kept), about, cost)


def _evolve(
    setup: ContestantSetup, score: Score, places: int, keep: int, generations: int
) -> Bools:
    """Return the best mask (places,) of the last generation, compared on further episodes."""
    rng, parents = stream(setup.seed, "evolved masks"), np.zeros((0, places), dtype=np.bool_)
    population = np.stack([_random(places, keep, rng) for _ in range(_POPULATION)])
    for generation in range(generations):
        drawn = stream(setup.seed, "episodes of evolved masks", generation)
        scores = score(population, setup.task.draw_episodes(_EPISODES, drawn))
        parents = population[np.argsort(-scores, kind="stable")[:_PARENTS]]
        population = next_generation(parents, rng)
    drawn = stream(setup.seed, "episodes of evolved masks", generations)
    scores = score(parents, setup.task.draw_episodes(_CONFIRMED, drawn))
    chosen: Bools = parents[int(np.argmax(scores))]
    return chosen


def next_generation(parents: Bools, rng: np.random.Generator) -> Bools:
    """Return masks (population, places): the best of `parents`, and children of two of them."""
    pairs = rng.integers(0, len(parents), (_POPULATION - _ELITE, 2))
    children = [mutated(crossed(parents[a], parents[b], rng), rng) for a, b in pairs]
    return np.concatenate([parents[:_ELITE], np.stack(children)])


def crossed(one: Bools, other: Bools, rng: np.random.Generator) -> Bools:
    """Return a mask that keeps what both parents keep, and as many places in all as each of them.

    The others are drawn among those that one of the parents keeps.
    """
    child = one & other
    either = np.flatnonzero(one ^ other)
    child[rng.choice(either, int(one.sum() - child.sum()), replace=False)] = True
    return child


def mutated(mask: Bools, rng: np.random.Generator) -> Bools:
    """Return `mask` with some of its places exchanged for others, at least one where it can be."""
    kept, free = np.flatnonzero(mask), np.flatnonzero(~mask)
    most = min(max(1, math.ceil(_SWAPPED * len(kept))), len(kept), len(free))
    number = int(rng.integers(min(1, most), most + 1))
    found = mask.copy()
    found[rng.choice(kept, number, replace=False)] = False
    found[rng.choice(free, number, replace=False)] = True
    return found


def _random(places: int, keep: int, rng: np.random.Generator) -> Bools:
    mask = np.zeros(places, dtype=np.bool_)
    mask[rng.choice(places, keep, replace=False)] = True
    return mask


def _drawn(masks: list[Mask], rng: np.random.Generator) -> list[Floats]:
    """Return Glorot-normal weights of the shapes of `masks`."""
    sizes = [masks[0].shape[1], *(len(mask) for mask in masks)]
    return [
        rng.normal(0.0, math.sqrt(2.0 / (before + wide)), (wide, before))
        for before, wide in pairwise(sizes)
    ]
