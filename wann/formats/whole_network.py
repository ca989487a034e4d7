"""A network as a file of the project and back, with every connection.

The other readers compile what they read, which leaves out the connections that lead to no output.
Here the genes in the file are the connections of the network, in their order, so that weights and
masks of the network still fit it after reading.
"""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.files import write_atomically
from wann.formats import NetworkFile, dumps_json, read_network
from wann.network.compile import to_genome
from wann.network.genome import Genome
from wann.network.network import Network


class WholeNetwork(NamedTuple):
    """What `write_network` put into a file."""

    network: Network
    weights: NDArray[np.float64] | None  # (connections,); None: all connections share one
    task: str | None  # the spec of the task that the network is for
    info: dict[str, Any]  # further JSON values


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
    content = NetworkFile(to_genome(network), weights, task, info or {})
    write_atomically(path, dumps_json(content).encode())


def read_whole_network(path: Path) -> WholeNetwork:
    """Return the network that `write_network` wrote to `path`; UserError if there is none."""
    file = read_network(path)
    return WholeNetwork(_network_of_all_genes(file.genome), file.weights, file.task, file.info)


def _network_of_all_genes(genome: Genome) -> Network:
    """Return the network whose connections are the genes, which `to_genome` put in their order."""
    first_output, first_hidden = 1 + genome.inputs, 1 + genome.inputs + genome.outputs
    hidden = len(genome.node_id) - first_hidden
    # The row of each node: in a network the outputs follow the hidden nodes.
    row = np.concatenate(
        [
            np.arange(first_output),
            first_output + hidden + np.arange(genome.outputs),
            first_output + np.arange(hidden),
        ]
    )
    activation = np.empty(hidden + genome.outputs, dtype=np.int64)
    activation[row[first_output:] - first_output] = genome.activation[first_output:]
    target = row[genome.target] - first_output
    counts = np.bincount(target, minlength=len(activation))
    edge_start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    return Network(genome.inputs, genome.outputs, activation, edge_start, row[genome.source])
