"""Contestants by name, each with as many connections as the champion.

Each is a function of the champion and of a `ContestantSetup`: the task, the evaluator, a seed and
settings. `grown` is the champion itself, and `dense` the unpruned parent of the others, a reference
of its own size. Beside those named here, every method of `wann.pruning` is one.
"""

from collections.abc import Callable, Sequence

import numpy as np

from wann.config import DENSE_SMALL, PRUNED_BY_DEFAULT
from wann.errors import UserError, unknown
from wann.experiments.comparison.contestants.contestant import (
    Champion,
    Contestant,
    ContestantSetup,
)
from wann.experiments.comparison.contestants.rewiring import random_dag, rewire, shuffle_activations
from wann.network.network import Network
from wann.streams import stream
from wann.tasks.optional_abilities import Labelled
from wann.tasks.task import Task

GROWN, DENSE = "grown", "dense"
# Of the champion's own structure; by name, with what is done and how to say it.
CONTROLS: dict[str, tuple[Callable[[Network, np.random.Generator], Network], str]] = {
    "random-dag": (random_dag, "the champion's nodes, as many connections between any of them"),
    "rewired": (
        rewire,
        "the champion with connections swapped: every node keeps how many lead in and out",
    ),
    "shuffled": (
        shuffle_activations,
        "the champion with the activations of its hidden nodes shuffled",
    ),
}


def default_names(task: Task) -> tuple[str, ...]:
    """Return the contestants of `--against` without names."""
    if not isinstance(task, Labelled):
        from wann.experiments.comparison.contestants.policies import METHODS as policies

        return (*policies, DENSE_SMALL, *CONTROLS)
    return (*PRUNED_BY_DEFAULT, DENSE_SMALL, *CONTROLS)


def check_names(names: Sequence[str], task: Task) -> None:
    """Raise UserError unless all of `names` are different contestants that `task` can have."""
    twice = [name for name in names if list(names).count(name) > 1]
    if twice:
        raise UserError(f"expected different contestants, got {twice[0]} twice; name each once")
    own = (GROWN, DENSE, DENSE_SMALL, *CONTROLS)
    others = [name for name in names if name not in own]
    if not others:
        return
    if not isinstance(task, Labelled):
        from wann.experiments.comparison.contestants.policies import METHODS as policies

        for name in others:
            if name not in policies:
                raise UserError(
                    f"{name} needs a task with labels, and {task.name} has none: expected some of "
                    f"{', '.join((*own[2:], *policies))}"
                )
        return
    from wann.pruning.methods import METHODS

    for name in others:
        if name not in METHODS:
            raise unknown("contestant", name, (*own[2:], *METHODS))


def drawn_by_chance(names: Sequence[str]) -> list[str]:
    """Return which contestants have connections that a method of `wann.pruning` draws."""
    own = (GROWN, DENSE, DENSE_SMALL, *CONTROLS)
    others = [name for name in names if name not in own]
    if not others:
        return []
    from wann.pruning.methods import find
    from wann.pruning.methods.draws import draws

    return [name for name in others if draws(find(name))]


def make(name: str, champion: Champion, setup: ContestantSetup) -> Contestant:
    """Return the contestant of that name with exactly as many connections as the champion.

    Only `dense` has its own size. `name`: one that `check_names` lets through.
    """
    if name == GROWN:
        return Contestant(champion.network, champion.weights, "grown", dict(champion.cost))
    if name in CONTROLS:
        change, about = CONTROLS[name]
        return Contestant(
            change(champion.network, stream(setup.seed, f"contestant {name}")), None, about, {}
        )
    found = _made_to_size(name, champion.network.connections, setup)
    if name != DENSE and found.network.connections != champion.network.connections:
        raise UserError(
            f"{name} has {found.network.connections} connections, not "
            f"{champion.network.connections}"
        )
    return found


def _made_to_size(name: str, connections: int, setup: ContestantSetup) -> Contestant:
    if not isinstance(setup.task, Labelled):
        from wann.experiments.comparison.contestants import policies

        if name == DENSE:
            return policies.dense_policy(setup)
        if name == DENSE_SMALL:
            return policies.small_policy(setup, connections)
        return policies.pruned_policy(setup, name, connections)
    from wann.experiments.comparison.contestants import perceptrons

    if name == DENSE:
        return perceptrons.dense_perceptron(setup)
    if name == DENSE_SMALL:
        return perceptrons.small_perceptron(setup, connections)
    return perceptrons.pruned_perceptron(setup, name, connections)
