"""What new hidden units hear: where the gradient of the loss is largest, by GradMax.

A new unit is not to change what the network says, and then to learn as fast as possible. So one of
its sides is zero, and the other one makes the gradient for that side as large as can be: its
weights are the top singular vectors of the gradient for direct connections from what the unit hears
to what hears the unit (Evci et al. 2022, "GradMax", section 3). Zero is the side that leads on
here, since many activations are not zero for a sum of zero. The other side keeps its largest
entries alone, so that networks stay sparse.
"""

from wann.network.torch_module import torch
from wann.pruning.dynamic.growing_model import Tensor

_SMALL = 1e-6


def incoming(
    gradient: Tensor, heard: Tensor, number: int, keep: int, generator: torch.Generator
) -> Tensor:
    """Return what `number` new units hear: weights (units, sources), each with `keep` or fewer.

    Sums then have a standard deviation of 1 over the examples.

    Args:
        gradient: of the loss (targets, sources), for direct connections.
        heard: the sources (examples, sources).
        number: how many units there are.
        keep: how many connections into each.
        generator: random numbers, where there are more units than singular vectors.
    """
    found = torch.stack([_largest(row, keep) for row in _directions(gradient, number, generator)])
    spread = (heard @ found.T).std(0)
    return found / torch.where(spread > _SMALL, spread, 1.0)[:, None]


def _directions(gradient: Tensor, number: int, generator: torch.Generator) -> Tensor:
    """Return the right singular vectors, those first whose singular values are largest.

    Their opposites come next, and what is missing then is drawn by chance.
    """
    vectors = torch.linalg.svd(gradient.double(), full_matrices=False).Vh
    # Which of the two signs a decomposition returns is left open.
    top = torch.gather(vectors, 1, vectors.abs().argmax(1, keepdim=True))
    vectors = vectors * torch.where(top < 0, -1.0, 1.0)
    found = torch.cat([vectors, -vectors])[:number]
    missing = number - len(found)
    drawn = torch.randn(missing, gradient.shape[1], generator=generator, dtype=torch.float64)
    return torch.cat([found, drawn]).to(gradient)


def _largest(direction: Tensor, keep: int) -> Tensor:
    """Return `direction` (sources,) with nothing but its `keep` largest magnitudes."""
    chosen = torch.argsort(-direction.abs(), stable=True)[:keep]
    found = torch.zeros_like(direction)
    found[chosen] = direction[chosen]
    return found
