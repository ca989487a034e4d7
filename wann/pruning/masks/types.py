"""What masks are, and the two kinds of them: those of weights, and those of biases beside them.

Biases here are all parameters of one dimension: those of layers, and the scales and shifts of
normalisations, which pruning of units masks as well.

Masks are a plain dictionary, as users make and save it, so that a mask of a bias can only be told
from one of a weight by its dimensions: that is done here and nowhere else. Only weights are
counted; what maps weights leaves masks of biases as they are.
"""

from collections.abc import Callable

import torch

Masks = dict[str, torch.Tensor]  # bool, by the name of the parameter; True is kept


class ShortMasks(dict[str, torch.Tensor]):
    """Masks as any others, with a text of one line: what `full`, `load` and methods return."""

    def __repr__(self) -> str:
        parts = [f"{name}: {int(mask.sum())} of {mask.numel()}" for name, mask in self.items()]
        most = 8
        more = [f"and {len(parts) - most} more"] if len(parts) > most else []
        return f"Masks({', '.join(parts[:most] + more)})"


def weights_of(masks: Masks) -> Masks:
    """Return `masks` without those of biases."""
    return {name: mask for name, mask in masks.items() if mask.ndim >= 2}


def biases_of(masks: Masks) -> Masks:
    """Return those of `masks` that are of biases."""
    return {name: mask for name, mask in masks.items() if mask.ndim < 2}


def without_norms(masks: Masks) -> Masks:
    """Return `masks` without those of normalisations: weights, and the biases of their layers."""
    layers = {name.rpartition(".")[0] for name in weights_of(masks)}
    return {name: mask for name, mask in masks.items() if name.rpartition(".")[0] in layers}


def sizes(masks: Masks) -> dict[str, int]:
    """Return how many weights each layer has, kept or not."""
    return {name: mask.numel() for name, mask in weights_of(masks).items()}


def counts(masks: Masks) -> dict[str, int]:
    """Return how many weights each layer keeps."""
    return {name: int(mask.sum()) for name, mask in weights_of(masks).items()}


def map_weights(change: Callable[[str, torch.Tensor], torch.Tensor], masks: Masks) -> Masks:
    """Return `masks` with `change(name, mask)` instead of each mask of a weight."""
    return masks | {name: change(name, mask) for name, mask in weights_of(masks).items()}
