"""What masks are."""

import torch

Masks = dict[str, torch.Tensor]  # bool, by the name of the parameter; True is kept


def weights_of(masks: Masks) -> Masks:
    """Return `masks` without those of biases."""
    return {name: mask for name, mask in masks.items() if mask.ndim >= 2}
