"""A network in levels: what can be computed at once, as products of matrices."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.network.network import Network, step_of

Indices = NDArray[np.int64]


class Level(NamedTuple):
    """Nodes that hear only inputs and nodes of levels before, ordered by activation.

    Values stand in one table: the bias, the inputs, what is remembered of the step before, then the
    nodes of level after level.
    """

    columns: Indices  # (sources,) places in the table of what the level reads, ascending
    # (connections of the level,): the number in the network, the row in `columns`, and the node
    edges: Indices
    sources: Indices
    targets: Indices
    runs: list[tuple[int, int]]  # runs of one activation: its code, number of nodes

    @property
    def nodes(self) -> int:
        """How many nodes the level has."""
        return sum(count for _, count in self.runs)


class Levels(NamedTuple):
    """All levels, and where in the table stands in the end what is read of it."""

    levels: list[Level]
    outputs: Indices  # (outputs,)
    remembered: Indices  # (memories,) what the next step finds behind the inputs

    @property
    def cells(self) -> int:
        """How many numbers the matrices of all levels have."""
        return sum(level.nodes * len(level.columns) for level in self.levels)


def levels_of(network: Network) -> Levels:
    """Return the levels of a step: a node is in that behind its deepest source within the step."""
    network, remembered = step_of(network)
    first, count = 1 + network.inputs, len(network.activation)
    depth = _depths(network)
    order = np.lexsort((network.activation, depth[first:]))
    place = np.arange(first + count)
    place[first + order] = first + np.arange(count)
    target_level = depth[network.target]
    levels, done = [], first
    for number in range(1, int(depth.max()) + 1):
        nodes = order[depth[first + order] == number]
        edges = np.flatnonzero(target_level == number)
        columns, sources = np.unique(place[network.source[edges]], return_inverse=True)
        codes, counts = np.unique(network.activation[nodes], return_counts=True)
        levels.append(
            Level(
                columns,
                edges,
                sources,
                place[network.target[edges]] - done,
                list(zip(codes.tolist(), counts.tolist(), strict=True)),
            )
        )
        done += len(nodes)
    return Levels(levels, place[len(place) - network.outputs :], place[remembered])


def _depths(network: Network) -> Indices:
    """Return the level (rows,) of each row: 0 of bias and inputs."""
    first, starts = 1 + network.inputs, network.edge_start.tolist()
    depth = np.zeros(first + len(network.activation), dtype=np.int64)
    for node in range(len(network.activation)):
        sources = network.source[starts[node] : starts[node + 1]]
        depth[first + node] = 1 + depth[sources].max(initial=0)
    return depth
