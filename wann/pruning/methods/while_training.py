"""Masks that change while a network trains: gradual magnitude pruning, RigL and SET."""

from dataclasses import replace

import torch
from torch import nn

from wann.errors import UserError
from wann.pruning import allocate, schedule, scores, select
from wann.pruning import masks as masking
from wann.pruning.masks import Masks
from wann.pruning.methods import Method, When, prune_at, rigl
from wann.pruning.methods.model_and_data import Subject
from wann.pruning.training.training import Revise

# Steps between two changes, and the share of training after which masks stay (Evci et al. 2020,
# section 4).
_EVERY = 100
_END = 0.75


def plan(subject: Subject, method: Method, density: float) -> tuple[Masks, Revise]:
    """Return the masks to begin with, and how they change.

    `method` is of the kind 'gradual', 'rigl' or 'set'. The latter two begin with what the method's
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
    return start, _exchange(subject, method.kind == "rigl", end, every)


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


def _exchange(subject: Subject, by_gradient: bool, end: int, every: int) -> Revise:
    """Return how masks change in RigL, or in SET if weights are not grown by gradients.

    Source: Evci et al. 2020, algorithm 1, for RigL; Mocanu et al. 2018 for SET.
    """
    generator = subject.generator("grown")

    def change(
        step: int,
        model: nn.Module,
        masks: Masks,
        optimizer: torch.optim.Optimizer,
        gradients: dict[str, torch.Tensor],
    ) -> Masks:
        grown_by = (gradients, None) if by_gradient else (None, generator)
        # Layers without a gradient are not trained: what would grow there would stay zero.
        trained = {name: mask for name, mask in masks.items() if name in gradients}
        share = rigl.cosine(step, end)
        new = masks | rigl.update(model, trained, grown_by[0], share, grown_by[1])
        rigl.settle(model, masks, new, optimizer)
        return new

    return Revise(range(every, end, every), change)
