"""What grown and pruned networks both become: nodes in topological order, connections by target."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wann.activations.declaration import FIRST_OWN_CODE
from wann.activations.table import own_texts
from wann.arrays import numbers_of
from wann.errors import UserError, short_repr
from wann.kernels.forward import Packed, forward
from wann.kernels.own_functions import make_ready
from wann.kernels.vectors import LANES
from wann.network.arrays import hash_of_arrays, same_arrays

# Inputs computed at a time: the values of all nodes for these should fit the second-level cache.
_MOST_LANES = 16 * LANES


class Network(NamedTuple):
    """One network, compiled.

    Rows: 0 is the bias (always 1), then the inputs, then the computed nodes in topological order,
    the outputs last. The connections into computed node i are `source[edge_start[i]:edge_start[i +
    1]]`, each the row it comes from. A connection exists because it is here, never because a weight
    is nonzero; weights travel beside the network, one shared value or one per connection, in the
    order of `source`.

    A source below 0 is a recurrent connection: `~row`, which is `-1 - row`, stands for what `row`
    was at the step before, and for 0 at the first step of an episode. All other connections come
    from earlier rows. `step_of` returns one step as a network without recurrent connections.
    """

    inputs: int
    outputs: int
    activation: NDArray[np.int64]  # (computed nodes,)
    edge_start: NDArray[np.int64]  # (computed nodes + 1,)
    source: NDArray[np.int64]  # (connections,)

    @property
    def recurrent(self) -> bool:
        """Whether any of its connections reads the step before."""
        return bool((self.source < 0).any())

    @property
    def remembered(self) -> NDArray[np.int64]:
        """Rows (memories,) that connections read one step later: in their order, each once."""
        return np.unique(~self.source[self.source < 0])

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

    def __call__(self, x: ArrayLike, weight: ArrayLike | None = None) -> NDArray[np.float64]:
        """Return the outputs (outputs,) for one input (inputs,), or (n, outputs) for (n, inputs).

        `weight` is one number that all connections share, 1 where none is given, or one for each
        (connections,) in the order of `source`. The bits are those that tasks compute: an input's
        outputs do not depend on the others beside it. UserError where the shapes do not fit, and
        for a recurrent network, whose outputs depend on the steps before: `Stepper` computes it.
        """
        without_recurrence(
            self,
            "network(x) computes feed-forward networks alone",
            "wann.load(...).stepper() takes the steps of an episode",
        )
        weight = 1.0 if weight is None else weight
        given, weights = numbers_of(x, "network(x)"), numbers_of(weight, "the weights")
        if given.ndim not in (1, 2) or given.shape[-1] != self.inputs:
            raise UserError(
                f"expected an input of shape ({self.inputs},) or many of shape "
                f"(n, {self.inputs}), got {given.shape}"
            )
        if weights.shape not in ((), (self.connections,)):
            raise UserError(
                f"expected one weight, or one for each of {self.connections} connections, got an "
                f"array of shape {weights.shape}"
            )
        found = _compute(self, np.atleast_2d(given), weights)
        return found[0] if given.ndim == 1 else found

    def __eq__(self, other: object) -> bool:
        """Return whether `other` is a network of the same structure."""
        if not isinstance(other, Network):
            return False  # a plain tuple would compare arrays
        return self[:2] == other[:2] and same_arrays(self[2:], other[2:])

    def __ne__(self, other: object) -> bool:
        """Return whether `other` is something else; without this, tuples would compare arrays."""
        return not self == other

    def __hash__(self) -> int:
        """Return the same number for networks of one structure."""
        return hash((*self[:2], hash_of_arrays(self[2:])))

    def __repr__(self) -> str:
        """Return its sizes in short: the arrays would fill a page."""
        return (
            f"Network(inputs={self.inputs}, outputs={self.outputs}, hidden={self.hidden}, "
            f"connections={self.connections})"
        )


class Step(NamedTuple):
    """One step of a recurrent network, as a network without recurrent connections."""

    # Behind the inputs are others, one for each row that is remembered: its value one step before
    network: Network
    remembered: NDArray[np.int64]  # (memories,) the row of `network` that each of these repeats


def step_of(network: Network) -> Step:
    """Return one step of `network`, which may be recurrent or not.

    The connections are in the same order, and so are the rows that are remembered.
    """
    rows = network.remembered
    first, plain = 1 + network.inputs, np.maximum(network.source, 0)
    source = np.where(
        network.source < 0,
        first + np.searchsorted(rows, ~network.source),
        plain + np.where(plain < first, 0, len(rows)),
    )
    step = Network(
        network.inputs + len(rows),
        network.outputs,
        network.activation,
        network.edge_start,
        source,
    )
    return Step(step, rows + np.where(rows < first, 0, len(rows)))


def without_recurrence(network: Network, rule: str, advice: str) -> None:
    """Raise UserError where `network` is recurrent, which breaks `rule`; say `advice`."""
    if network.recurrent:
        raise UserError(
            f"{rule}, got one with recurrent connections "
            f"({np.count_nonzero(network.source < 0)} of {network.connections}); {advice}"
        )


def _compute(
    network: Network, x: NDArray[np.float64], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the outputs (n, outputs) for inputs (n, inputs), some of them at a time."""
    packed, first = pack([network]), 1 + network.inputs
    found = np.empty((len(x), network.outputs))
    lanes = min(_MOST_LANES, -(-len(x) // LANES) * LANES)
    in_lanes = np.repeat(weights[..., None], lanes, axis=-1)
    for start in range(0, len(x), _MOST_LANES):
        part = x[start : start + _MOST_LANES].T
        values = np.zeros((first + len(network.activation), lanes))
        values[0], values[1:first, : part.shape[1]] = 1.0, part
        forward(packed, 0, in_lanes, values, -(-part.shape[1] // LANES) * LANES)
        found[start : start + _MOST_LANES] = values[-network.outputs :, : part.shape[1]].T
    return found


def own_activations(networks: Sequence[Network]) -> tuple[str, ...]:
    """Return the texts of one's own activations in networks: what another process needs of them."""
    codes = np.concatenate([network.activation for network in networks])
    return own_texts(np.unique(codes)) if codes.max(initial=0) >= FIRST_OWN_CODE else ()


def pack(networks: Sequence[Network]) -> Packed:
    """Lay networks end to end for the kernels, which are made ready for one's own activations.

    Of recurrent networks they get one step, see `step_of`.
    """
    laid = lay_end_to_end(networks)
    memory_start, remembered = np.zeros(len(networks) + 1, np.int64), np.empty(0, np.int64)
    if laid[-1].min(initial=0) < 0:
        steps = [step_of(network) for network in networks]
        laid = lay_end_to_end([step.network for step in steps])
        memory_start[1:] = np.cumsum([len(step.remembered) for step in steps])
        remembered = np.concatenate([step.remembered for step in steps])
    if laid[1].max(initial=0) >= FIRST_OWN_CODE:
        make_ready(np.unique(laid[1]))
    nodes, activation, edge_start, source = laid
    return Packed(nodes, activation, edge_start, source, memory_start, remembered)


class Laid(NamedTuple):
    """Networks laid end to end; the rows of each are counted from its own first."""

    node_start: NDArray[np.int64]  # (networks + 1,) where the computed nodes of each begin
    connection_start: NDArray[np.int64]  # (networks + 1,)
    activation: NDArray[np.int64]  # (all nodes,)
    # (all nodes + networks,): for each network one more than its nodes, counted from 0
    edge_start: NDArray[np.int64]
    source: NDArray[np.int64]  # (all connections,)

    def __repr__(self) -> str:
        return short_repr(self)


class LaidEndToEnd(Sequence[Network]):
    """Networks whose arrays lie end to end already; see `networks.Networks`."""

    laid: Laid


def lay(networks: Sequence[Network]) -> Laid:
    """Return networks, at least one, laid end to end."""
    if isinstance(networks, LaidEndToEnd):
        return networks.laid
    return Laid(
        np.cumsum([0] + [len(network.activation) for network in networks]),
        np.cumsum([0] + [len(network.source) for network in networks]),
        np.concatenate([network.activation for network in networks]),
        np.concatenate([network.edge_start for network in networks]),
        np.concatenate([network.source for network in networks]),
    )


def lay_end_to_end(networks: Sequence[Network]) -> tuple[NDArray[np.int64], ...]:
    """Return where the nodes of each network begin, activations, edge starts, and sources.

    Edge starts are counted over all networks.
    """
    laid = lay(networks)
    # Where each network's edge_start ends: the next begins there
    ends = laid.node_start[1:] + np.arange(len(networks))
    starts = np.delete(laid.edge_start, ends)
    starts += np.repeat(laid.connection_start[:-1], np.diff(laid.node_start))
    edges = np.append(starts, laid.connection_start[-1])
    return laid.node_start, laid.activation, edges, laid.source
