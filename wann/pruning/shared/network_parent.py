"""A parent whose hidden nodes are those of a network, with places for connections among them."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.activations import Activation
from wann.network.network import Network, without_recurrence
from wann.network.torch_module import torch
from wann.pruning.shared.mixed_parent import MixedParent
from wann.pruning.shared.unit_activations import InTurn

Ints = NDArray[np.int64]


class NodeOrder(NamedTuple):
    """Where the nodes of a network stand in a parent of layers."""

    layers: list[Ints]  # of each layer, its hidden nodes by their rows in the network
    position: Ints  # (nodes,) of bias, inputs, hidden nodes and outputs, by their rows


class NetworkParent(MixedParent):
    """The hidden nodes of a network, with the activations that they have there.

    Nodes of one depth in the network make a layer. A layer hears bias, inputs and all layers before
    it, so that there is a place for each connection of the network, and for those between any other
    nodes of two depths. Each layer has the share of what is kept that it has of the connections of
    the network.
    """

    def __init__(self, network: Network, generator: torch.Generator) -> None:
        """Draw the scores; of the connections of `network` nothing is left in them."""
        without_recurrence(
            network, "masks are made from feed-forward networks alone", "choose another network"
        )
        self.order = node_order(network)
        hidden = [len(layer) for layer in self.order.layers]
        kinds = (Activation.LINEAR,)
        super().__init__(network.inputs, network.outputs, hidden, kinds, generator)
        first = 1 + network.inputs
        codes = [network.activation[layer - first] for layer in self.order.layers]
        self.units = [InTurn(own.tolist(), len(own)) for own in codes]
        # A layer that hears nothing, of constants, has places as well
        into = np.maximum(1, [int(part.sum()) for part in self.places_of(network)])
        self.shares = [float(share) for share in into / into.sum()]

    def places_of(self, network: Network) -> list[NDArray[np.bool_]]:
        """Return which places are connections of `network`, which this parent was made of."""
        kept = [np.zeros(score.shape, dtype=np.bool_) for score in self.scores]
        source, target = self.order.position[network.source], self.order.position[network.target]
        start = 1 + network.inputs
        for layer in kept:
            here = (target >= start) & (target < start + layer.shape[1])
            layer[source[here], target[here] - start] = True
            start += layer.shape[1]
        return kept


def node_order(network: Network) -> NodeOrder:
    """Return the layers of the hidden nodes: by depth, in each by activation and then by row."""
    first, last = 1 + network.inputs, 1 + network.inputs + network.hidden
    depth = np.zeros(last + network.outputs, dtype=np.int64)
    for node in range(first, last):
        into = network.edge_start[node - first], network.edge_start[node - first + 1]
        depth[node] = 1 + max(depth[network.source[slice(*into)]], default=0)
    rows = np.arange(first, last)
    layers = []
    for number in range(1, 1 + int(depth[:last].max())):
        layer = rows[depth[first:last] == number]
        layers.append(layer[np.argsort(network.activation[layer - first], kind="stable")])
    position = np.arange(last + network.outputs)
    position[np.concatenate([np.arange(first), *layers])] = np.arange(last)
    return NodeOrder(layers, position)
