"""How long a network takes, measured: along its connections, and as dense matrices of its levels where PyTorch is.

The two take turns, so that whatever else the machine does hits both. Not part of the result: the
same network takes other times on another machine.
"""

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np

from wann.kernels.logits import logits
from wann.kernels.vectors import LANES
from wann.network.network import Network, pack
from wann.streams import stream
from wann.timing import time_in_turn

BATCHES = (1, 1000)
_LARGEST_DENSE = 2**26  # cells of the matrices, beyond which they are not tried

Row = dict[str, Any]


def measure_latency(network: Network, repeats: int) -> list[Row]:
    """Return a row for each way and batch: seconds for the batch, their median and quartiles over `repeats`."""
    rows = []
    for batch in BATCHES:
        x = stream(0, "latency").standard_normal((batch, network.inputs))
        ways: dict[str, Callable[[], object]] = {"sparse": _sparse(network, x)}
        if find_spec("torch") is not None and _cells(network) <= _LARGEST_DENSE:
            ways["dense"] = _dense(network, x)
        for way, (low, median, high) in time_in_turn(ways, repeats).items():
            rows.append({"way": way, "batch": batch, "median": median, "low": low, "high": high})
    return rows


def _sparse(network: Network, x: np.ndarray[Any, np.dtype[np.float64]]) -> Callable[[], object]:
    lanes = -(-len(x) // LANES) * LANES
    given = np.zeros((1 + network.inputs, lanes))
    given[0], given[1:, : len(x)] = 1.0, x.T
    packed, weights, found = (
        pack([network]),
        np.ones((1, network.connections)),
        np.empty((1, lanes, network.outputs)),
    )
    return lambda: logits(packed, 0, network.inputs, network.outputs, weights, False, given, found)


def _dense(network: Network, x: np.ndarray[Any, np.dtype[np.float64]]) -> Callable[[], object]:
    from wann.network.torch_module import to_module, torch

    module, given = to_module(network), torch.from_numpy(x.astype(np.float32))

    def run() -> object:
        with torch.no_grad():
            return module(given)

    return run


def _cells(network: Network) -> int:
    nodes = len(network.activation)
    return nodes * (1 + network.inputs + nodes)
