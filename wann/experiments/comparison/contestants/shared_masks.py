"""Contestants that are pruned to work under any shared weight: places are chosen, weights are none.

See `wann.pruning.shared`. They are trained for as many steps, on as many examples in each, and have
as many hidden units as the other models that are pruned.
"""

import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from wann.activations import Activation
from wann.config import SHARED_MASKS, Making
from wann.experiments.comparison.contestants.contestant import Contestant, ContestantSetup
from wann.experiments.comparison.contestants.perceptrons import ALL_KINDS, data_of
from wann.network.torch_module import torch
from wann.pruning.shared.agnostic_parent import AgnosticParent
from wann.pruning.shared.mixed_parent import MixedParent
from wann.pruning.shared.parent import Parent
from wann.pruning.shared.schedule import MaskSchedule, phases_of
from wann.pruning.shared.training import Examples, MaskTrainer, train_masks
from wann.pruning.torch_random import generator_for
from wann.tasks.task import Task

_RECTIFIERS = [Activation.LINEAR, Activation.INVERSE, Activation.RELU]


class _Way(NamedTuple):
    """How masks are found."""

    parent: Callable[[Task, Sequence[int], torch.Generator], Parent]
    gates: str
    about: str  # what the parent is, and how places are kept


def _agnostic(task: Task, hidden: Sequence[int], generator: torch.Generator) -> Parent:
    return AgnosticParent(task.inputs, task.outputs, hidden, generator)


def _mixed(task: Task, hidden: Sequence[int], generator: torch.Generator) -> Parent:
    return MixedParent(task.inputs, task.outputs, hidden, ALL_KINDS, generator)


def _rectified(task: Task, hidden: Sequence[int], generator: torch.Generator) -> Parent:
    return MixedParent(task.inputs, task.outputs, hidden, _RECTIFIERS, generator)


_STRUCTURAL = "parent of signed absolute values, weight-agnostic by its structure"
_WAYS = dict(
    zip(
        SHARED_MASKS,
        (
            _Way(_agnostic, "top-k", f"{_STRUCTURAL}; the best places are kept"),
            _Way(_agnostic, "bernoulli", f"{_STRUCTURAL}; places are drawn in training"),
            _Way(_mixed, "top-k", "parent of all activations, trained under shared weights"),
            _Way(_rectified, "top-k", "parent of rectifiers, trained under shared weights"),
        ),
        strict=True,
    )
)


def places_of_parent(name: str, task: Task, making: Making) -> int:
    """Return how many places the parent of one of `SHARED_MASKS` has."""
    return _WAYS[name].parent(task, making.hidden, generator_for(0, "places")).places


def shared_mask(setup: ContestantSetup, name: str, connections: int) -> Contestant:
    """Return the network of exactly so many `connections` that masks of a parent come to.

    `setup`: for a task with labels; `name`: one of `SHARED_MASKS`.

    UserError if the parent has fewer places than that, or no network as small.
    """
    way, making = _WAYS[name], setup.making
    started = time.process_time()
    generator = generator_for(setup.seed, "scores under shared weights")
    parent = way.parent(setup.task, making.hidden, generator)
    phases = phases_of([connections], parent.places, MaskSchedule(steps=making.steps))
    data = data_of(setup.task)
    assert isinstance(data.x, torch.Tensor)
    trainer = MaskTrainer(
        parent,
        Examples(data.x[:, 1:], data.y),  # the trainer has a bias of its own
        phases,
        batch=making.batch,
        gates=way.gates,
        seed=setup.seed,
    )
    (network,) = train_masks(trainer)
    shape = "-".join(map(str, (parent.inputs, *making.hidden, parent.outputs)))
    cost = {"steps": making.steps, "seconds": round(time.process_time() - started, 3)}
    return Contestant(network, None, f"{shape} {way.about}", cost)
