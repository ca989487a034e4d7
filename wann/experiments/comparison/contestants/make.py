"""Contestants by name, each with as many connections as the champion.

Each is a function of the champion and of a `ContestantSetup`: the task, the evaluator, a seed and
settings. `grown` is the champion itself, and `dense` the unpruned parent of the others, a reference
of its own size. Beside those named here, every method of `wann.pruning` is one.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from wann import own
from wann.arrays import array_of
from wann.config import (
    DENSE_SMALL,
    EVOLVED_MASK,
    GROWN_BY_GRADIENTS,
    MIXED_TICKET,
    PRUNED_BY_DEFAULT,
    SHARED_BY_DEFAULT,
    SHARED_MASKS,
    UNLABELLED_MASKS,
)
from wann.errors import UserError, in_short, unknown
from wann.experiments.comparison.contestants.cells import declared_cell
from wann.experiments.comparison.contestants.contestant import (
    Champion,
    Contestant,
    ContestantSetup,
)
from wann.experiments.comparison.contestants.rewiring import random_dag, rewire, shuffle_activations
from wann.network.network import Network
from wann.own import Registry
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


def _grown(champion: Champion, setup: ContestantSetup) -> Contestant:
    return Contestant(champion.network, champion.weights, "grown", dict(champion.cost))


def _control(name: str, champion: Champion, setup: ContestantSetup) -> Contestant:
    change, about = CONTROLS[name]
    changed = change(champion.network, stream(setup.seed, f"contestant {name}"))
    return Contestant(changed, None, about, {})


def _to_size(name: str, champion: Champion, setup: ContestantSetup) -> Contestant:
    return _made_to_size(name, champion.network.connections, setup)


# Those that may be asked for: every comparison has the others.
OTHERS = (DENSE_SMALL, EVOLVED_MASK, *CONTROLS)
# Those that begin with the whole parent trained, or go down from it in rounds
_IN_ROUNDS = ("imp", "imp-late", "imp-lr", "imp-reinit", "obd-retrain", "magnitude", MIXED_TICKET)
_BY_NAME = (*SHARED_MASKS, MIXED_TICKET, *GROWN_BY_GRADIENTS)
_WITH_LABELS = tuple(name for name in _BY_NAME if name not in UNLABELLED_MASKS)
_ABOUT = {
    GROWN: "the champion itself",
    DENSE: "the unpruned parent of those that are pruned, of its own size",
    DENSE_SMALL: "a dense network with as many connections",
    "shared-mask": "pruned under a shared weight: weight-agnostic by structure",
    "shared-gates": "shared-mask, its places drawn by chance in training, for labels",
    "mixed-mask": "pruned under shared weights of a parent of all activations",
    "rectified-mask": "mixed-mask with rectifiers, linear and inverse nodes alone",
    MIXED_TICKET: "imp of a model whose hidden units take all activations in turn, for labels",
    "growth": "grown by gradients, rectifiers with weights of their own, for labels",
    "growth-mixed": "growth of units that take all activations in turn, for labels",
    EVOLVED_MASK: "a mask of random weights, evolved by a genetic algorithm",
    **{name: about for name, (_, about) in CONTROLS.items()},
}
# Beside these, the methods of `wann.pruning` are contestants.
CONTESTANTS: Registry[Callable[[Champion, ContestantSetup], Any]] = Registry(
    "contestant",
    {
        GROWN: _grown,
        DENSE: partial(_to_size, DENSE),
        DENSE_SMALL: partial(_to_size, DENSE_SMALL),
        EVOLVED_MASK: partial(_to_size, EVOLVED_MASK),
        **{name: partial(_to_size, name) for name in _BY_NAME},
        **{name: partial(_control, name) for name in CONTROLS},
    },
    expected="a function of (champion, setup) that returns a Network of as many connections, or "
    "(Network, weights)",
    arguments=2,
    about=_ABOUT.__getitem__,
)


def is_of_a_champion(name: str) -> bool:
    """Return whether a contestant is made of a champion, and not to a number of connections alone.

    One of the user's own may be, so it is taken to be.
    """
    return name == GROWN or name in CONTROLS or own.is_own(name)


def is_in_rounds(name: str) -> bool:
    """Return whether contestants of several sizes share most of the work that they take."""
    return name in _IN_ROUNDS


def default_names(task: Task) -> tuple[str, ...]:
    """Return the contestants of `--against` without names."""
    if not isinstance(task, Labelled):
        from wann.experiments.comparison.contestants.policies import METHODS as policies

        return (*policies, *SHARED_BY_DEFAULT, DENSE_SMALL, *CONTROLS)
    return (*PRUNED_BY_DEFAULT, *SHARED_BY_DEFAULT, DENSE_SMALL, *CONTROLS)


def check_names(names: Sequence[str], task: Task) -> None:
    """Raise UserError unless all of `names` are different contestants that `task` can have."""
    twice = [name for name in names if list(names).count(name) > 1]
    if twice:
        raise UserError(f"expected different contestants, got {twice[0]} twice; name each once")
    labelled = isinstance(task, Labelled)
    others = [
        name
        for name in names
        if (name not in CONTESTANTS or (name in _WITH_LABELS and not labelled))
        and not own.is_own(name)
    ]
    for name in names:
        if own.is_own(name):
            declared_cell(CONTESTANTS.find(name), name)
    if not others:
        return
    if not labelled:
        from wann.experiments.comparison.contestants.policies import METHODS as policies

        for name in others:
            if name not in policies:
                raise UserError(
                    f"{name} needs a task with labels, and {task.name} has none: expected some of "
                    f"{', '.join((*OTHERS, *UNLABELLED_MASKS, *policies))}"
                )
        return
    from wann.pruning.methods import METHODS

    for name in others:
        if name not in METHODS:
            raise unknown("contestant", name, (*OTHERS, *_BY_NAME, *METHODS, "module:function"))


def drawn_by_chance(names: Sequence[str]) -> list[str]:
    """Return which contestants have connections that a method of `wann.pruning` draws."""
    others = [name for name in names if name not in CONTESTANTS and not own.is_own(name)]
    if not others:
        return []
    from wann.pruning.methods import find
    from wann.pruning.methods.draws import draws

    return [name for name in others if draws(find(name))]


def make(name: str, champion: Champion, setup: ContestantSetup) -> Contestant:
    """Return the contestant of that name with exactly as many connections as the champion.

    Only `dense` has its own size. `name`: one that `check_names` lets through.
    """
    connections = champion.network.connections
    if not is_of_a_champion(name):
        return make_to_size(name, connections, setup)
    own_one = own.is_own(name)
    found = _own(name, champion, setup) if own_one else CONTESTANTS[name](champion, setup)
    return _of_size(found, name, connections)


def make_to_size(name: str, connections: int, setup: ContestantSetup) -> Contestant:
    """Return the contestant of that name with exactly so many `connections`, but for `dense`.

    `name`: one for which `is_of_a_champion` is false.
    """
    return _of_size(_made_to_size(name, connections, setup), name, connections)


def _of_size(found: Contestant, name: str, connections: int) -> Contestant:
    if name != DENSE and found.network.connections != connections:
        raise UserError(f"{name} has {found.network.connections} connections, not {connections}")
    return found


def _own(name: str, champion: Champion, setup: ContestantSetup) -> Contestant:
    """Return what a function of the user's own makes; UserError where that is no contestant."""
    given = f"a champion of {champion.network.connections} connections"
    function = CONTESTANTS.find(name)
    found = _as_contestant(name, CONTESTANTS.call(function, given, champion, setup))
    cell = declared_cell(function, name)
    return found if cell is None else found._replace(cell=cell)


def _as_contestant(name: str, made: object) -> Contestant:
    if isinstance(made, Contestant):
        return made
    network, weights = made, None
    if isinstance(made, tuple) and not isinstance(made, Network) and len(made) == 2:
        network, weights = made
    if not isinstance(network, Network):
        raise UserError(
            f"the contestant {name} returned {in_short(made)}: expected {CONTESTANTS.expected}"
        )
    if weights is None:
        return Contestant(network, None, f"made by {name}", {})
    values = array_of(weights, f"the contestant {name}: its weights")
    fits = values.shape == (network.connections,) and values.dtype.kind in "iuf"
    if not fits or not np.isfinite(values).all():
        raise UserError(
            f"the contestant {name} returned weights {in_short(weights)}: expected a finite number "
            f"for each of its {network.connections} connections"
        )
    return Contestant(network, values.astype(np.float64), f"made by {name}", {})


def _made_to_size(name: str, connections: int, setup: ContestantSetup) -> Contestant:
    if name == EVOLVED_MASK:
        from wann.experiments.comparison.contestants.evolved_masks import evolved_mask

        return evolved_mask(setup, connections)
    if not isinstance(setup.task, Labelled):
        from wann.experiments.comparison.contestants import policies

        if name == DENSE:
            return policies.dense_policy(setup)
        if name == DENSE_SMALL:
            return policies.small_policy(setup, connections)
        if name in UNLABELLED_MASKS:
            from wann.experiments.comparison.contestants.unlabelled_masks import unlabelled_mask

            return unlabelled_mask(setup, name, connections)
        return policies.pruned_policy(setup, name, connections)
    from wann.experiments.comparison.contestants import perceptrons

    if name in SHARED_MASKS:
        from wann.experiments.comparison.contestants.shared_masks import shared_mask

        return shared_mask(setup, name, connections)
    if name in GROWN_BY_GRADIENTS:
        from wann.experiments.comparison.contestants.growth import grown_by_gradients

        return grown_by_gradients(setup, name, connections)
    if name == DENSE:
        return perceptrons.dense_perceptron(setup)
    if name == DENSE_SMALL:
        return perceptrons.small_perceptron(setup, connections)
    if name == MIXED_TICKET:
        return perceptrons.pruned_perceptron(setup, "imp", connections, perceptrons.ALL_KINDS)
    return perceptrons.pruned_perceptron(setup, name, connections)
