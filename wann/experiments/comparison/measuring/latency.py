"""How long a network takes: along its connections, and as dense matrices where PyTorch is there.

The dense matrices are those of its levels. Times are no part of the result, since the same network
takes other times on another machine.
"""

from importlib.util import find_spec
from typing import Any

import numpy as np

from wann.network.latency import along_connections, through_module, time_batch
from wann.network.network import Network
from wann.streams import stream

BATCHES = (1, 1000)
_LARGEST_DENSE = 2**26  # cells of the matrices, beyond which they are not tried

Row = dict[str, Any]


def measure_latency(network: Network, repeats: int) -> list[Row]:
    """Return a row for each way and batch: seconds, their median and quartiles over `repeats`."""
    rows = []
    for batch in BATCHES:
        x = stream(0, "latency").standard_normal((batch, network.inputs))
        ways = {"sparse": along_connections(network, np.ones(network.connections), x)}
        if find_spec("torch") is not None and _cells(network) <= _LARGEST_DENSE:
            from wann.network.torch_module import to_module, torch

            given = torch.from_numpy(x.astype(np.float32))
            ways["dense"] = through_module(to_module(network), given)
        rows += [found._asdict() for found in time_batch(ways, batch, repeats)]
    return rows


def _cells(network: Network) -> int:
    nodes = len(network.activation)
    return nodes * (1 + network.inputs + nodes)
