"""The straight-through estimator: what is chosen, with a gradient that choosing does not have."""

from wann.network.torch_module import torch


def straight_through(chosen: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
    """Return `chosen` as numbers, with the gradient of `values` (Bengio et al. 2013, section 4)."""
    return chosen + (values - values.detach())
