"""How long a network takes, measured: along its connections, or as a PyTorch module.

Times are no part of a result, as the same network takes others on another machine.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.network.network import Network
from wann.network.sparse.from_network import layers_of
from wann.network.sparse.layers import Layers
from wann.network.sparse.model import SparseModel
from wann.timing import time_in_turn

Run = Callable[[], object]  # computes one batch


class Latency(NamedTuple):
    """Seconds for one batch, of one way to compute it."""

    way: str  # dense, shrunk or sparse
    batch: int  # examples
    median: float
    low: float  # lower and upper quartile
    high: float


def time_batch(ways: Mapping[str, Run], batch: int, repeats: int) -> list[Latency]:
    """Return the times of each of `ways` for a batch of so many examples, over `repeats` runs.

    The ways take turns after a warm-up, so that whatever else the machine does hits all.
    """
    return [
        Latency(way, batch, median, low, high)
        for way, (low, median, high) in time_in_turn(ways, repeats).items()
    ]


def along_connections(
    network: Network, weights: NDArray[np.float64], x: NDArray[np.floating[Any]]
) -> Run:
    """Return what computes `network` on `x` along its connections, on one thread and in float32.

    `weights`: (connections,) in the order of the network; `x`: (batch, inputs). A run returns the
    outputs (batch, outputs). UserError for a recurrent network.
    """
    return through_sparse(layers_of(network, weights), x)


def through_sparse(layers: Layers, x: NDArray[np.floating[Any]]) -> Run:
    """Return what computes kept connections on `x` (batch, *shape), as `wann.sparse` does.

    It takes one thread and float32.
    """
    model, given = SparseModel(layers), np.ascontiguousarray(x, np.float32)

    def run() -> object:
        return model(given)

    return run


def through_module(module: Any, x: Any) -> Run:
    """Return what computes `module`, a `torch.nn.Module`, on the tensor `x`, without gradients.

    On a GPU a run ends when the outputs are there.
    """
    from wann.network.torch_module import torch

    def run() -> object:
        with torch.no_grad():
            outputs = module(x)
        if x.device.type == "cuda":
            torch.cuda.synchronize(x.device)
        return outputs

    return run
