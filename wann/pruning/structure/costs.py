"""What a pruned model costs: operations and bytes as counted, and the time it takes as measured.

Weights that are masked cost a dense model as much as the others. What pays is a smaller model, or a
kernel that goes along the connections that are there; from which density on, only a measurement
says.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from wann.errors import UserError
from wann.kernels.logits import logits
from wann.kernels.vectors import LANES
from wann.network.network import pack
from wann.network.torch_module import nn, torch
from wann.pruning.masks import Masks, check, counts, weights_of
from wann.pruning.structure.graph import masked_copy
from wann.pruning.structure.operations import count_uses
from wann.pruning.structure.shrink import shrink
from wann.pruning.structure.to_network import to_network
from wann.timing import time_in_turn

_INDEX_BYTES = 4


class Costs(NamedTuple):
    """Operations for one example and bytes of the parameters."""

    # Two for each use of a weight: a product and a sum; activations and norms are not counted
    dense_flops: int
    masked_flops: int  # of kept weights alone
    shrunk_flops: int | None  # None where the model cannot be made smaller
    dense_bytes: int
    # Kept weights in compressed rows, indices of 4 bytes; all other parameters dense
    sparse_bytes: int
    shrunk_bytes: int | None


class Latency(NamedTuple):
    """Seconds for one batch, of one way of computing it."""

    way: str  # dense, shrunk or sparse
    batch: int
    median: float
    low: float  # lower and upper quartile
    high: float


def count_costs(model: nn.Module, masks: Masks, example: torch.Tensor) -> Costs:
    """Return what `model` costs dense, under `masks` and shrunk.

    For the layers that `operations` knows.

    UserError for masks of weights that belong to none of those: what they cost is not known.
    """
    check(model, masks)
    sizes = {name: parameter.numel() for name, parameter in model.named_parameters()}
    uses = count_uses(masked_copy(model, masks), example)
    for name in weights_of(masks):
        if name not in uses:
            raise UserError(
                f"the operations of {name!r} cannot be counted: expected weights of Linear, "
                "convolutions, recurrent "
                "layers or self-attention; protect it, or leave costs out"
            )
    kept = sizes | counts(masks)
    dense, masked = (
        2 * sum(uses[name] * numbers[name] for name in uses) for numbers in (sizes, kept)
    )
    shrunk, small_bytes = _shrunk_costs(model, masks, example)
    return Costs(dense, masked, shrunk, _bytes(model), _sparse_bytes(model, masks), small_bytes)


def _shrunk_costs(
    model: nn.Module, masks: Masks, example: torch.Tensor
) -> tuple[int, int] | tuple[None, None]:
    """Return operations and bytes of the model made smaller, if it can be."""
    try:
        small = shrink(model, masks, example)
    except UserError:
        return None, None
    sizes = {name: parameter.numel() for name, parameter in small.named_parameters()}
    return 2 * sum(
        times * sizes[name] for name, times in count_uses(small, example).items()
    ), _bytes(small)


def measure_latency(
    model: nn.Module,
    masks: Masks,
    x: torch.Tensor,
    *,
    batches: tuple[int, ...] = (1, 1000),
    repeats: int = 30,
) -> list[Latency]:
    """Return the time that `model` takes for batches of `x`: dense, shrunk, and by our kernel along its connections.

    The ways are timed in turn, `repeats` times each, after a warm-up; on as many threads as PyTorch
    is set to, our kernel on one and in float64. It is left out where the model is no perceptron,
    `shrunk` where it cannot be shrunk.
    """
    if repeats < 1 or min(batches) < 1:
        raise UserError(
            f"expected at least one repeat and one example in a batch, got {repeats} and "
            f"{min(batches)}"
        )
    found = []
    for batch in batches:
        some = x[torch.arange(batch) % len(x)]
        ways = {"dense": _torch_way(masked_copy(model, masks), some)}
        for name, make in (("shrunk", _shrunk_way), ("sparse", _sparse_way)):
            try:
                ways[name] = make(model, masks, some)
            except UserError:  # this model cannot be had that way
                continue
        for name, (low, median, high) in time_in_turn(ways, repeats).items():
            found.append(Latency(name, batch, median, low, high))
    return found


def _bytes(model: nn.Module) -> int:
    return sum(parameter.numel() * parameter.element_size() for parameter in model.parameters())


def _sparse_bytes(model: nn.Module, masks: Masks) -> int:
    total = 0
    for name, parameter in model.named_parameters():
        if name in masks and parameter.ndim > 1 and not bool(masks[name].all()):
            kept = int(masks[name].sum())
            total += (
                kept * (parameter.element_size() + _INDEX_BYTES)
                + (len(parameter) + 1) * _INDEX_BYTES
            )
        else:
            total += parameter.numel() * parameter.element_size()
    return total


def _torch_way(model: nn.Module, x: torch.Tensor) -> Callable[[], object]:
    def run() -> object:
        with torch.no_grad():
            outputs = model(x)
        if x.device.type == "cuda":
            torch.cuda.synchronize(x.device)
        return outputs

    return run


def _shrunk_way(model: nn.Module, masks: Masks, x: torch.Tensor) -> Callable[[], object]:
    return _torch_way(shrink(model, masks, x), x)


def _sparse_way(model: nn.Module, masks: Masks, x: torch.Tensor) -> Callable[[], object]:
    network, weights = to_network(model, masks, x)
    lanes = -(-len(x) // LANES) * LANES
    given = np.ones((1 + network.inputs, lanes))
    given[1:, : len(x)] = x.reshape(len(x), -1).T.cpu().numpy()
    packed, result = pack([network]), np.empty((1, lanes, network.outputs))
    row = weights[None]
    return lambda: logits(packed, 0, network.inputs, network.outputs, row, False, given, result)
