"""Masks that change while a network trains: gradual magnitude pruning, RigL, SRigL, SET, CHT."""

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import nn

from wann.errors import UserError
from wann.pruning import allocate, schedule, scores, select
from wann.pruning import masks as masking
from wann.pruning.forward import FEW
from wann.pruning.masks import Masks
from wann.pruning.methods import Method, When, prune_at, rigl, srigl
from wann.pruning.methods.model_and_data import Subject
from wann.pruning.training.training import Revise
from wann.pruning.uses.find import find_outputs
from wann.pruning.uses.layers import layouts

# Steps between two changes, and the share of training after which masks stay (Evci et al. 2020,
# section 4).
_EVERY = 100
_END = 0.75


def plan(subject: Subject, method: Method, density: float) -> tuple[Masks, Revise]:
    """Return the masks to begin with, and how they change.

    `method` is of one of the kinds of `When.DURING`. All but 'gradual' begin with what the method's
    score, allocation and selection make of the model before training. UserError if training is too
    short for a single change.
    """
    steps = subject.training.steps
    end, every = int(_END * steps), min(_EVERY, max(1, steps // 20))
    if end <= every:
        raise UserError(
            f"{steps} training steps are too few to change masks meanwhile: expected 40"
        )
    if method.kind == "gradual":
        return subject.full, _gradual(subject, method, density, end, every)
    start = prune_at(
        replace(method, when=When.INIT, kind=""),
        method.drawing(subject.scoring(subject.model, subject.full)),
        density,
        allow_empty=subject.allow_empty,
    )
    if method.kind == "srigl":
        start = srigl.even_masks(subject.model, start, subject.generator("even"))
    return start, _exchange(subject, _CHANGES[method.kind](subject), end, every)


def _gradual(subject: Subject, method: Method, density: float, end: int, every: int) -> Revise:
    """Return how masks change where the smallest weights go, few at a time (Zhu & Gupta 2017)."""
    total = masking.total(subject.full)
    keep = {
        at.step: allocate.budget(total, at.density) for at in schedule.cubic(density, 0, end, every)
    }

    def change(step: int, model: nn.Module, masks: Masks, _: object, __: object) -> Masks:
        found = scores.compute(
            method.score or "magnitude", method.drawing(subject.scoring(model, masks))
        )
        return select.select(
            found,
            allocate.allocate(
                method.allocate, found, masks, keep[step], allow_empty=subject.allow_empty
            ),
            masks,
            allow_empty=subject.allow_empty,
        )

    return Revise(tuple(keep), change)


# The model, its masks, the dense gradients and the share to drop, to new masks
Change = Callable[[nn.Module, Masks, dict[str, torch.Tensor], float], Masks]


def _rigl(subject: Subject) -> Change:
    return lambda model, masks, slopes, share: rigl.update(
        model, masks, rigl.by_gradient(slopes), share
    )


def _set(subject: Subject) -> Change:
    grow = rigl.by_chance(subject.generator("grown"))
    return lambda model, masks, slopes, share: rigl.update(model, masks, grow, share)


def _cht(subject: Subject) -> Change:
    grow = rigl.by_paths(subject.generator("grown"), layouts(subject.model))
    return lambda model, masks, slopes, share: rigl.update(model, masks, grow, share)


def _srigl(subject: Subject) -> Change:
    outputs = find_outputs(subject.model, subject.data.x[:FEW], subject.outputs)
    return lambda model, masks, slopes, share: srigl.update(model, masks, slopes, share, outputs)


_CHANGES: dict[str, Callable[[Subject], Change]] = {
    "rigl": _rigl,
    "set": _set,
    "cht": _cht,
    "srigl": _srigl,
}


def _exchange(subject: Subject, exchanged: Change, end: int, every: int) -> Revise:
    """Return how masks change where as many weights grow as are dropped, every so many steps.

    Source: Evci et al. 2020, algorithm 1.
    """

    def change(
        step: int,
        model: nn.Module,
        masks: Masks,
        optimizer: torch.optim.Optimizer,
        gradients: dict[str, torch.Tensor],
    ) -> Masks:
        # Layers without a gradient are not trained: what would grow there would stay zero.
        trained = {name: mask for name, mask in masks.items() if name in gradients}
        new = masks | exchanged(model, trained, gradients, rigl.cosine(step, end))
        rigl.settle(model, masks, new, optimizer)
        return new

    return Revise(range(every, end, every), change)
