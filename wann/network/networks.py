"""The networks of a generation, laid end to end: compiled together, and told apart together.

A generation has a thousand networks, and whatever Python does once for each of them is done by one
core while the others wait.
"""

from collections.abc import Sequence
from typing import overload

import numpy as np
from numpy.typing import NDArray

from wann.kernels.jit import kernel
from wann.network.network import Laid, LaidEndToEnd, Network, lay

Integers = NDArray[np.int64]

# Of the hash by Fowler, Noll and Vo (FNV-1a), 64 bits; what it joins is compared in full.
_BASIS, _PRIME = np.uint64(14695981039346656037), np.uint64(1099511628211)


class Networks(LaidEndToEnd):
    """The single networks of `Laid`, made when they are asked for: most never are."""

    def __init__(self, inputs: int, outputs: int, laid: Laid) -> None:
        self.inputs, self.outputs, self.laid = inputs, outputs, laid

    @classmethod
    def of(cls, networks: Sequence[Network]) -> "Networks":
        """Return `networks`, at least one, of as many inputs and outputs each, laid end to end."""
        if isinstance(networks, Networks):
            return networks
        return cls(networks[0].inputs, networks[0].outputs, lay(networks))

    @property
    def connections(self) -> Integers:
        """(networks,) how many connections each has."""
        return np.diff(self.laid.connection_start)

    def __len__(self) -> int:
        return len(self.laid.node_start) - 1

    @overload
    def __getitem__(self, index: int) -> Network: ...
    @overload
    def __getitem__(self, index: slice) -> list[Network]: ...
    def __getitem__(self, index: int | slice) -> Network | list[Network]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        if not -len(self) <= index < len(self):
            raise IndexError(f"network {index} of {len(self)}")
        i, laid = index % len(self), self.laid
        n0, n1 = laid.node_start[i], laid.node_start[i + 1]
        c0, c1 = laid.connection_start[i], laid.connection_start[i + 1]
        return Network(
            self.inputs,
            self.outputs,
            laid.activation[n0:n1],
            laid.edge_start[n0 + i : n1 + i + 1],
            laid.source[c0:c1],
        )

    def __repr__(self) -> str:
        return f"Networks({len(self)} of {self.inputs} inputs and {self.outputs} outputs)"

    def first_equals(self) -> Integers:
        """Return for each network (networks,) the index of the first one that is equal to it.

        Two networks are equal if they have the same activations and connections.
        """
        return np.asarray(_first_equals(self.laid))

    def take(self, indices: Integers) -> "Networks":
        """Return the networks at `indices`, in their order."""
        return Networks(self.inputs, self.outputs, _take(self.laid, indices))


def shapes_of(networks: Sequence[Network]) -> set[tuple[int, int]]:
    """Return how many inputs and outputs there are: once what several networks have."""
    if isinstance(networks, Networks):
        return {(networks.inputs, networks.outputs)}
    return {(network.inputs, network.outputs) for network in networks}


def connections_of(networks: Sequence[Network]) -> Integers:
    """Return how many connections each of the networks has, (networks,)."""
    if isinstance(networks, Networks):
        return networks.connections
    return np.array([network.connections for network in networks], dtype=np.int64)


@kernel
def _first_equals(laid: Laid) -> Integers:
    count = len(laid.node_start) - 1
    slots = 2
    while slots < 2 * count:
        slots *= 2
    held = np.full(slots, -1, np.int64)  # which network is in each slot of the table
    found, hashes = np.empty(count, np.int64), np.empty(count, np.uint64)
    for i in range(count):
        hashes[i] = _hash_of(laid, i)
        slot = np.int64(hashes[i] & np.uint64(slots - 1))
        while held[slot] >= 0 and not (
            hashes[held[slot]] == hashes[i] and _are_equal(laid, held[slot], i)
        ):
            slot = (slot + 1) & (slots - 1)
        if held[slot] < 0:
            held[slot] = i
        found[i] = held[slot]
    return found


@kernel
def _hash_of(laid: Laid, i: int) -> np.uint64:
    mixed = _BASIS
    for node in range(laid.node_start[i], laid.node_start[i + 1]):
        mixed = (mixed ^ np.uint64(laid.activation[node])) * _PRIME
        mixed = (mixed ^ np.uint64(laid.edge_start[node + i])) * _PRIME
    for connection in range(laid.connection_start[i], laid.connection_start[i + 1]):
        mixed = (mixed ^ np.uint64(laid.source[connection])) * _PRIME
    return mixed ^ (mixed >> np.uint64(32))  # the lowest bits depend on the lowest ones alone


@kernel
def _are_equal(laid: Laid, a: int, b: int) -> bool:
    nodes = laid.node_start[a + 1] - laid.node_start[a]
    connections = laid.connection_start[a + 1] - laid.connection_start[a]
    if nodes != laid.node_start[b + 1] - laid.node_start[b]:
        return False
    if connections != laid.connection_start[b + 1] - laid.connection_start[b]:
        return False
    at, other = laid.node_start[a], laid.node_start[b]
    for k in range(nodes):
        if laid.activation[at + k] != laid.activation[other + k]:
            return False
        if laid.edge_start[at + a + k] != laid.edge_start[other + b + k]:
            return False
    at, other, same = laid.connection_start[a], laid.connection_start[b], True
    for k in range(connections):
        same &= laid.source[at + k] == laid.source[other + k]
    return same


@kernel
def _take(laid: Laid, indices: Integers) -> Laid:
    count = len(indices)
    node_start, connection_start = np.zeros(count + 1, np.int64), np.zeros(count + 1, np.int64)
    for k in range(count):
        i = indices[k]
        node_start[k + 1] = node_start[k] + laid.node_start[i + 1] - laid.node_start[i]
        connection_start[k + 1] = (
            connection_start[k] + laid.connection_start[i + 1] - laid.connection_start[i]
        )
    activation = np.empty(node_start[count], np.int64)
    edge_start = np.empty(node_start[count] + count, np.int64)
    source = np.empty(connection_start[count], np.int64)
    for k in range(count):
        i = indices[k]
        at, start = laid.node_start[i], node_start[k]
        for j in range(node_start[k + 1] - start):
            activation[start + j] = laid.activation[at + j]
        for j in range(node_start[k + 1] - start + 1):
            edge_start[start + k + j] = laid.edge_start[at + i + j]
        at, start = laid.connection_start[i], connection_start[k]
        for j in range(connection_start[k + 1] - start):
            source[start + j] = laid.source[at + j]
    return Laid(node_start, connection_start, activation, edge_start, source)
