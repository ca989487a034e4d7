"""What is pruned: places for connections between units in layers, as arrays.

Each unit, and each output, hears bias, inputs and the hidden units of all layers before it. The
parent says which places there are; what hidden units compute is chosen among several activations.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.activations import Activation
from wann.activations.table import by_code
from wann.config import AGNOSTIC
from wann.errors import UserError, short_repr

# What units of an agnostic parent compute: that keeps a positive factor of its sum, or drops it, so
# that the size of the weight matters little (its sign never does). `inverse` keeps it, too, and
# would do no more than `linear`, as sources can be subtracted.
AGNOSTIC_KINDS = (
    Activation.LINEAR,
    Activation.ABSOLUTE,
    Activation.RELU,
    Activation.STEP,
    Activation.SIGN,
)
_FEWEST_UNITS = 12
_FOR_A_UNIT = 20  # connections, where there are many of them
_PLACES = 2  # for each connection, at least, where the number of units is not given


class Parent(NamedTuple):
    """Places for connections. Those that lead into one node lie together, by layers."""

    inputs: int  # without the bias
    outputs: int
    hidden: int  # units, of all layers
    choices: NDArray[np.int64]  # (kinds,) codes that a hidden unit may compute
    activation: NDArray[np.int64]  # (nodes,) codes; those of hidden units are to be chosen
    source: NDArray[np.int64]  # (places,) position of the node that each leads from
    target: NDArray[np.int64]  # (places,) position of the node that each leads into
    first_place: NDArray[np.int64]  # (targets,) the first place of each node that places lead into
    # (targets,) the node that each of these leads on to, by a connection of its own that is there
    # as soon as a place is kept; -1 where there is no such connection
    leads_to: NDArray[np.int64]
    layer_start: NDArray[np.int64]  # (layers + 1,) indices into `first_place`

    def __repr__(self) -> str:
        return short_repr(self)

    @property
    def places(self) -> int:
        """How many connections could be chosen."""
        return len(self.source)

    @property
    def scores(self) -> int:
        """How many numbers make a candidate: one for each place, and for each unit and kind."""
        return self.places + self.hidden * len(self.choices)

    @property
    def signed(self) -> bool:
        """Whether each source can be added or subtracted, so that no sign of a weight matters."""
        return bool(self.leads_to[0] >= 0)

    @property
    def fewest(self) -> int:
        """How few connections a network can have that leads from an input to an output."""
        return 2 if self.signed else 1


def make_parent(
    kind: str,
    inputs: int,
    outputs: int,
    hidden: Sequence[int],
    activations: Sequence[int],
    connections: int,
) -> Parent:
    """Return a parent.

    Args:
        kind: `agnostic`: every unit and output hears each source through a linear node or an
            inverse one, so that a network computes the same with w and -w; `mixed`: sources lead
            into units as they are.
        inputs: how many there are, without the bias.
        outputs: how many there are.
        hidden: units of each hidden layer; none: one layer of as many as suit.
        activations: codes among which the activation of each hidden unit is chosen; a parent that
            is agnostic takes those of `AGNOSTIC_KINDS`.
        connections: how many are to be left, by which the number of units is chosen.

    Raises:
        UserError: none of the activations is for an agnostic parent.
    """
    layers = list(hidden) or [_units(inputs, outputs, connections)]
    if kind != AGNOSTIC:
        return _parent(inputs, outputs, layers, activations, signed=False)
    chosen = [code for code in activations if code in AGNOSTIC_KINDS]
    if not chosen:
        expected = ", ".join(code.label for code in AGNOSTIC_KINDS)
        got = ", ".join(by_code(code).name for code in activations)
        raise UserError(
            f"hidden units of an agnostic parent compute some of {expected}: expected one of "
            f"these among the activations, got {got}; or give parent mixed"
        )
    return _parent(inputs, outputs, layers, chosen, signed=True)


def _units(inputs: int, outputs: int, connections: int) -> int:
    """Return how many units a hidden layer has, of which so many connections are to be left."""
    for_places = -(-_PLACES * connections // (1 + inputs + outputs))
    return max(_FEWEST_UNITS, -(-connections // _FOR_A_UNIT), for_places)


def _parent(
    inputs: int, outputs: int, layers: Sequence[int], choices: Sequence[int], signed: bool
) -> Parent:
    first_hidden, hidden = 1 + inputs + outputs, sum(layers)
    ends = np.cumsum([first_hidden, *layers])
    # The nodes of each layer that sources lead to in the end: hidden ones, and then the outputs.
    units = [np.arange(first, end) for first, end in pairwise(ends)]
    units.append(np.arange(1 + inputs, first_hidden))
    sources = [
        np.concatenate([np.arange(1 + inputs), np.arange(first_hidden, end)]) for end in ends
    ]
    made = first_hidden + hidden  # the position of the next linear or inverse node
    source, target, leads_to = [], [], []
    for nodes, heard in zip(units, sources, strict=True):
        into = nodes
        if signed:
            into = made + np.arange(2 * len(nodes))
            made += len(into)
        source.append(np.tile(heard, len(into)))
        target.append(np.repeat(into, len(heard)))
        leads_to.append(np.repeat(nodes, 2) if signed else np.full(len(nodes), -1))
    activation = np.full(made, Activation.LINEAR, dtype=np.int64)
    activation[first_hidden + hidden + 1 :: 2] = Activation.INVERSE
    targets = np.concatenate(target)
    return Parent(
        inputs,
        outputs,
        hidden,
        np.array(choices, dtype=np.int64),
        activation,
        np.concatenate(source),
        targets,
        np.flatnonzero(np.diff(targets, prepend=-1)),
        np.concatenate(leads_to),
        np.cumsum([0, *map(len, leads_to)]),
    )
