"""What grown and pruned networks both become: nodes in topological order, connections by target."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.kernels.forward import Packed


class Network(NamedTuple):
    """One network, compiled.

    Rows: 0 is the bias (always 1), then the inputs, then the computed nodes in topological order,
    the outputs last. The connections into computed node i are `source[edge_start[i]:edge_start[i +
    1]]`, each the row it comes from. A connection exists because it is here, never because a weight
    is nonzero; weights travel beside the network, one shared value or one per connection, in the
    order of `source`.
    """

    inputs: int
    outputs: int
    activation: NDArray[np.int64]  # (computed nodes,)
    edge_start: NDArray[np.int64]  # (computed nodes + 1,)
    source: NDArray[np.int64]  # (connections,)

    @property
    def connections(self) -> int:
        """Number of connections, those of the bias included."""
        return len(self.source)

    @property
    def hidden(self) -> int:
        """Number of hidden nodes."""
        return len(self.activation) - self.outputs

    @property
    def target(self) -> NDArray[np.int64]:
        """The row each connection goes to, in the order of `source`."""
        rows = np.arange(len(self.activation)) + 1 + self.inputs
        return np.repeat(rows, np.diff(self.edge_start))


def pack(networks: Sequence[Network]) -> Packed:
    """Lay networks end to end for the kernels."""
    nodes = np.cumsum([0] + [len(network.activation) for network in networks])
    edges = np.cumsum([0] + [len(network.source) for network in networks])
    starts = np.concatenate([network.edge_start for network in networks])
    # Where each network's edge_start ends: the next begins there
    ends = nodes[1:] + np.arange(len(networks))
    starts = np.delete(starts, ends) + np.repeat(edges[:-1], np.diff(nodes))
    return Packed(
        nodes,
        np.concatenate([network.activation for network in networks]),
        np.append(starts, edges[-1]),
        np.concatenate([network.source for network in networks]),
    )
