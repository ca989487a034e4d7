"""How long a network takes: along its connections, and as dense matrices where PyTorch is there.

The dense matrices are those of its levels. Times are no part of the result, since the same network
takes other times on another machine.
"""

from importlib.util import find_spec

import numpy as np

from wann.config import LATENCY_BATCHES
from wann.network.latency import Latency, along_connections, through_module, time_batch
from wann.network.network import Network
from wann.streams import stream

_LARGEST_DENSE = 2**26  # cells of the matrices, beyond which they are not tried


def measure_latency(network: Network, repeats: int) -> list[Latency]:
    """Return for each way and batch the seconds: their median and quartiles over `repeats`."""
    found = []
    for batch in LATENCY_BATCHES:
        x = stream(0, "latency").standard_normal((batch, network.inputs))
        ways = {"sparse": along_connections(network, np.ones(network.connections), x)}
        if find_spec("torch") is not None and _cells(network) <= _LARGEST_DENSE:
            from wann.network.torch_module import to_module, torch

            given = torch.from_numpy(x.astype(np.float32))
            ways["dense"] = through_module(to_module(network), given)
        found += time_batch(ways, batch, repeats)
    return found


def _cells(network: Network) -> int:
    nodes = len(network.activation)
    return nodes * (1 + network.inputs + nodes)
