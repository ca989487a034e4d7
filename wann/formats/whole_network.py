"""A network as a file of the project and back, with every connection.

The other readers compile what they read, which leaves out the connections that lead to no output.
Here the genes in the file are the connections of the network, in their order, so that weights and
masks of the network still fit it after reading.
"""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.errors import short_repr
from wann.files import write_atomically
from wann.formats import NetworkFile, dumps_json, read_network
from wann.network.compile import network_of_all_genes, to_genome
from wann.network.network import Network


class WholeNetwork(NamedTuple):
    """What `write_network` put into a file."""

    network: Network
    weights: NDArray[np.float64] | None  # (connections,); None: all connections share one
    task: str | None  # the spec of the task that the network is for
    info: dict[str, Any]  # further JSON values

    def __repr__(self) -> str:
        return short_repr(self)


def write_network(
    path: Path,
    network: Network,
    weights: NDArray[np.float64] | None,
    task: str,
    info: dict[str, Any] | None = None,
) -> None:
    """Write a network to a file with every connection.

    Args:
        path: The file; its folder is made where there is none.
        network: The network.
        weights: One for each connection (connections,), or None where all share one.
        task: The spec of the task that the network is for.
        info: JSON values that the file holds as well.
    """
    write_atomically(path, network_bytes(network, weights, task, info))


def network_bytes(
    network: Network,
    weights: NDArray[np.float64] | None,
    task: str,
    info: dict[str, Any] | None = None,
) -> bytes:
    """Return what `write_network` writes; see there."""
    return dumps_json(NetworkFile(to_genome(network), weights, task, info or {})).encode()


def read_whole_network(path: Path) -> WholeNetwork:
    """Return the network that `write_network` wrote to `path`; UserError if there is none."""
    file = read_network(path)
    network, _ = network_of_all_genes(file.genome)  # `to_genome` put the genes in its order
    return WholeNetwork(network, file.weights, file.task, file.info)
