"""What is drawn of a network: all of it, or less of a large one, and then what is left out is said.

Where there are too many inputs for a node each, they are one block, an image of how much each is
used, and all connections from them to a node are one bundle.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.network.genome import node_of
from wann.network.network import Network

MOST_INPUTS = 48  # in use; more are one block
MOST_LINES = 2000  # more would be one blot, and take long

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Shown(NamedTuple):
    """A network as it is drawn, each connection of it a line.

    Of a bundle, `counts` says how many connections it stands for, and its weight is their sum.
    """

    network: Network
    counts: Ints  # (lines,)
    weights: Floats | None  # (lines,)
    line: Ints  # (connections of the whole network,) which line shows it, -1 for none
    constant: NDArray[np.bool_]  # (nodes,) which have no inputs in the whole network
    uses: Floats | None  # how many connections each input has, as an image; None: a node for each
    note: str | None  # what is left out

    @property
    def is_bundled(self) -> bool:
        """Whether the inputs are one block."""
        return self.uses is not None


def what_is_shown(
    network: Network, weights: Floats | None, input_names: Sequence[str] | None
) -> Shown:
    """Return what is drawn of `network`; `weights` are (connections,) or None."""
    heard = node_of(network.source)
    counts = np.bincount(heard, minlength=1 + network.inputs)[1 : 1 + network.inputs]
    constant = np.diff(network.edge_start) == 0
    line = np.arange(network.connections)
    uses = None
    if np.count_nonzero(counts) > MOST_INPUTS:
        network, line = bundle_inputs(network)
        uses = counts.astype(np.float64).reshape(grid_of(input_names, len(counts)))
    size = np.bincount(line, minlength=network.connections)
    sums = None if weights is None else _sums(line, weights, network.connections)
    if network.connections <= MOST_LINES:
        return Shown(network, size, sums, line, constant, uses, None)
    kept = _kept(size.astype(np.float64) if sums is None else np.abs(sums))
    renamed = np.full(network.connections, -1)
    renamed[kept] = np.arange(len(kept))
    which = "those of the largest weights" if weights is not None else "one of each so many"
    of = "connections and bundles" if uses is not None else "connections"
    note = f"drawn are {len(kept):,} of {network.connections:,} {of}, {which}"
    return Shown(
        _without_others(network, kept),
        size[kept],
        None if sums is None else sums[kept],
        renamed[line],
        constant,
        uses,
        note,
    )


def bundle_inputs(network: Network) -> tuple[Network, Ints]:
    """Return `network` with one input for all, and the connection there of each (connections,)."""
    heard, rows_left = node_of(network.source), 2 + len(network.activation)
    rows = np.maximum(np.arange(heard.max(initial=0) + 1) - (network.inputs - 1), 1)
    rows[0] = 0  # the bias
    source = rows[heard] + np.where(network.source < 0, rows_left, 0)
    kept, line = np.unique(network.target * (2 * rows_left) + source, return_inverse=True)
    target = kept // (2 * rows_left) - (1 + network.inputs)
    start = np.searchsorted(target, np.arange(len(network.activation) + 1))
    bundled = kept % (2 * rows_left)
    bundled = np.where(bundled >= rows_left, ~(bundled - rows_left), bundled)
    return Network(1, network.outputs, network.activation, start, bundled), line.astype(np.int64)


def _sums(line: Ints, weights: Floats, lines: int) -> Floats:
    total: Floats = np.zeros(lines)
    np.add.at(total, line, weights)
    return total


def _kept(size: Floats) -> Ints:
    """Return MOST_LINES lines of the largest `size`; of equal ones, so many evenly."""
    if np.ptp(size) == 0:
        return np.linspace(0, len(size) - 1, MOST_LINES).astype(np.int64)
    return np.sort(np.argsort(-size, kind="stable")[:MOST_LINES])


def _without_others(network: Network, kept: Ints) -> Network:
    """Return `network` with the connections `kept` alone, in their order."""
    start = np.searchsorted(kept, network.edge_start)
    return network._replace(edge_start=start, source=network.source[kept])


def grid_of(names: Sequence[str] | None, inputs: int) -> tuple[int, int]:
    """Return rows and columns of the image that inputs called `row,column` make.

    Inputs of other names are one column.
    """
    found = [re.fullmatch(r"(\d+),(\d+)", name) for name in names or ()]
    pixels = [(int(match[1]), int(match[2])) for match in found if match]
    if len(pixels) == inputs and pixels:
        rows, columns = pixels[-1][0] + 1, pixels[-1][1] + 1
        if pixels == [(row, column) for row in range(rows) for column in range(columns)]:
            return rows, columns
    return inputs, 1
