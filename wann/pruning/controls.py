"""Controls: what the masks of a method are held against, trained from the start as they are."""

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import nn

from wann.errors import UserError, in_short
from wann.own import Registry, accepted, label_of
from wann.pruning import allocate, select
from wann.pruning import masks as masking
from wann.pruning.masks import Masks
from wann.pruning.masks.types import ShortMasks, biases_of, weights_of, without_norms
from wann.pruning.methods import Method, find
from wann.pruning.methods.model_and_data import Subject, Tell
from wann.pruning.prune_subject import train_pruned
from wann.pruning.pruned_model import PrunedModel
from wann.pruning.rewind import reinit
from wann.pruning.scores import Score
from wann.pruning.torch_modes import in_own_modes

# Returns the masks to train with; it may change the weights of the model in place.
Control = Callable[..., Masks]


def _other_weights(model: nn.Module, masks: Masks, generator: torch.Generator) -> Masks:
    reinit(model, generator)
    return masks


def _shuffled(model: nn.Module, masks: Masks, generator: torch.Generator) -> Masks:
    return masking.shuffle(masks, generator)


def _at_random(
    model: nn.Module, masks: Masks, generator: torch.Generator, *, whole: Masks
) -> Masks:
    allow_empty = not all(masking.counts(masks).values())  # as the method left a layer empty
    counts = allocate.uniform(whole, masking.kept(masks), allow_empty=allow_empty)
    return select.select_random(counts, whole, generator)


_ABOUT = {
    "reinit": "the same masks, other weights to begin with",
    "shuffle": "masks shuffled within each layer",
    "random": "as many weights at random, with one density for all layers",
}
CONTROLS: Registry[Control] = Registry(
    "control",
    {"reinit": _other_weights, "shuffle": _shuffled, "random": _at_random},
    expected="a function of (model, masks, generator) that returns masks of as many weights",
    arguments=3,
    offers=("whole",),
    about=_ABOUT.__getitem__,
)


@in_own_modes()
def control(
    subject: Subject,
    kind: str | Control,
    masks: Masks,
    tell: Tell | None = None,
    *,
    method: str | Method | Score | None = None,
) -> PrunedModel:
    """Return what a control for the masks of a method gives when trained from the start.

    A function of one's own gets the model with its first weights, which it may change in place, the
    masks and a generator, and by name `whole`, the masks of nothing pruned, where it takes that.
    What it returns has a mask for each weight; biases that it does not speak of, as methods that
    prune units mask them, stay masked as they are.

    Args:
        subject: the model, its data and its training.
        kind: one of `CONTROLS`, 'module:function', or the function.
        masks: what the method keeps.
        tell: called with (steps done, all).
        method: the method. Controls of two methods draw different masks; new weights to begin with
            are the same for all, as the first weights are.
    """
    function, name = CONTROLS.find(kind), CONTROLS.name_of(kind)
    of = f" of {find(method).label}" if method is not None else ""
    model, generator = subject.copy(), subject.generator(_stream(name, of))
    if name != "reinit":  # which weights are kept is another choice: no channel is silent by it
        masks = without_norms(masks)
    lent = {layer: mask.clone() for layer, mask in masks.items()}
    given = f"masks of {masking.kept(masks)} weights"
    whole = accepted(function, whole=subject.full)
    found = CONTROLS.call(function, given, model, lent, generator, **whole)
    return train_pruned(subject, model, _checked(found, function, masks), None, tell=tell)


def _stream(name: str, of: str) -> str:
    """Return the name of the random numbers that a control draws."""
    if name == "reinit":
        return name
    return f"{'random mask' if name == 'random' else name}{of}"


def _checked(found: Any, function: Control, masks: Masks) -> Masks:
    """Return the masks of a control; UserError unless they fit the model and keep as much."""
    called = f"the control {label_of(function)}"
    biases = biases_of(masks)
    if not isinstance(found, Mapping) or {*found, *biases} != set(masks):
        raise UserError(
            f"{called} returned {in_short(found)}: expected a mask for each of "
            f"{', '.join(weights_of(masks))}"
        )
    found = {**found, **{name: mask for name, mask in biases.items() if name not in found}}
    for layer, mask in masks.items():
        came = found[layer]
        if (
            not isinstance(came, torch.Tensor)
            or came.shape != mask.shape
            or came.dtype != torch.bool
        ):
            kind = getattr(came, "dtype", type(came).__name__)
            raise UserError(
                f"{called} returned {kind} of shape {tuple(getattr(came, 'shape', ()))} for "
                f"{layer!r}: expected a tensor of torch.bool of shape {tuple(mask.shape)}"
            )
    checked = ShortMasks(found)
    if masking.kept(checked) != masking.kept(masks):
        raise UserError(
            f"{called} keeps {masking.kept(checked)} weights: expected {masking.kept(masks)}, as "
            "many as the method keeps"
        )
    return checked
