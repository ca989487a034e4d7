"""The one road from layers and their masks to a genome or a `Network`, whoever made the masks.

What is kept becomes a connection; what becomes of dead units, from which nothing leads to an
output, is an argument (`DeadUnits`). Where they are left out, `compile.compile_with_genes` cuts
them. Two functions elsewhere also return a `Network` or a `Genome` and are no such road, as they
start from a network that exists already: `compile.to_genome` and `torch_module.from_module`.

Dense masks come in a second form as well: a list of arrays, each (units, units before it), of
which the first has a column more than there are inputs, that of the bias node; layers behind it
have no biases. `layers_of` turns them into layers.
"""

from collections.abc import Sequence
from enum import Enum
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.activations import Activation
from wann.network.compile import compile_with_genes, network_of_all_genes
from wann.network.genome import Genome
from wann.network.network import Network

Floats = NDArray[np.float64]
Ids = NDArray[np.int64]
Mask = NDArray[np.bool_]


class Layer(NamedTuple):
    """A fully connected layer under a mask; True is kept."""

    weights: Mask  # (units, units before it)
    bias: Mask  # (units,): whether the unit has a connection from the bias node
    activation: int | Ids = Activation.RELU  # its code, or one for each unit (units,)


class DeadUnits(Enum):
    """What becomes of hidden units from which nothing leads to an output."""

    KEPT = "kept"  # They keep their connections. Only units without any connection are left out.
    LEFT_OUT = "left out"  # They go with their connections, as when a genome is compiled.


def genome_of_layers(layers: Sequence[Layer]) -> Genome:
    """Return the genome with a gene for each kept weight and bias of `layers`, and all their units.

    Genes stand layer by layer: those of the weights row by row, then those of the biases. Units of
    the last layer are the outputs, and hidden units are born layer by layer.
    """
    inputs, outputs = layers[0].weights.shape[1], layers[-1].weights.shape[0]
    before, next_id = np.arange(1, 1 + inputs), 1 + inputs + outputs
    kinds = [np.full(next_id, Activation.LINEAR, dtype=np.int64)]
    kinds[0][1 + inputs :] = layers[-1].activation
    source, target = [], []
    for number, layer in enumerate(layers, 1):
        if number == len(layers):
            units = np.arange(1 + inputs, 1 + inputs + outputs)
        else:
            units = np.arange(next_id, next_id + len(layer.bias))
            kinds.append(np.full(len(units), layer.activation, dtype=np.int64))
            next_id += len(units)
        row, column = np.nonzero(layer.weights)
        biased = units[layer.bias]
        source += [before[column], np.zeros(len(biased), dtype=np.int64)]
        target += [units[row], biased]
        before = units
    joined = np.concatenate(source), np.concatenate(target)
    enabled = np.ones(len(joined[0]), dtype=np.bool_)
    return Genome(inputs, outputs, np.arange(next_id), np.concatenate(kinds), *joined, enabled)


def network_of_layers(layers: Sequence[Layer], dead_units: DeadUnits) -> tuple[Network, Ids]:
    """Return the network of `layers`, and for each of its connections the index of its gene.

    The indices (connections,) are into the genes of `genome_of_layers`, so that weights in the
    order of the genes are brought into that of the network by `weights[indices]`.

    `DeadUnits.KEPT`: nodes stand layer by layer, and the connections into a node by their source,
    the bias first. What is kept is counted exactly; how many connections are at work is a measure
    (`structure`). `DeadUnits.LEFT_OUT`: nodes stand by depth, and the connections into a node in
    the order of the genes. A unit that hears nothing stays if an output hears it, as what it says
    may not be zero.
    """
    genome = genome_of_layers(layers)
    if dead_units is DeadUnits.LEFT_OUT:
        return compile_with_genes(genome)
    return _with_all_connections(genome)


def _with_all_connections(genome: Genome) -> tuple[Network, Ids]:
    """Return the network with all connections of a genome whose nodes are born layer by layer."""
    connected = np.arange(len(genome.node_id)) <= genome.inputs + genome.outputs
    connected[genome.source] = connected[genome.target] = True
    index = np.cumsum(connected) - 1  # among the nodes that are connected
    by_source = np.argsort(genome.source, kind="stable")
    network, genes = network_of_all_genes(
        Genome(
            genome.inputs,
            genome.outputs,
            genome.node_id[connected],
            genome.activation[connected],
            index[genome.source[by_source]],
            index[genome.target[by_source]],
            genome.enabled[by_source],
        )
    )
    return network, by_source[genes]


def layers_of(
    masks: Sequence[Mask], activation: int | Sequence[Ids] = Activation.RELU
) -> list[Layer]:
    """Return the layers of `masks`, each (units, units before it), the first with the bias column.

    Hidden units have `activation`, one code or arrays (units,) of each hidden layer; the outputs
    are linear.
    """
    biases = [masks[0][:, 0], *(np.zeros(len(mask), dtype=np.bool_) for mask in masks[1:])]
    hidden = [activation] * (len(masks) - 1) if isinstance(activation, int) else activation
    kinds = [*hidden, Activation.LINEAR]
    weights = [masks[0][:, 1:], *masks[1:]]
    return [Layer(*parts) for parts in zip(weights, biases, kinds, strict=True)]


def network_of_masks(
    masks: Sequence[Mask], activation: int | Sequence[Ids] = Activation.RELU
) -> Network:
    """Return the network of `layers_of(masks, activation)`, in which dead units are kept."""
    return network_of_layers(layers_of(masks, activation), DeadUnits.KEPT)[0]


def weights_of_masks(weights: Sequence[Floats], masks: Sequence[Mask]) -> Floats:
    """Return the kept of `weights` as (connections,) in the order of `network_of_masks(masks)`.

    `weights`: arrays of the shapes of `masks`.
    """
    kept = [weight[mask] for weight, mask in zip(weights, masks, strict=True)]
    return np.concatenate(kept).astype(np.float64)


def dense_masks(inputs: int, hidden: Sequence[int], outputs: int) -> list[Mask]:
    """Return the masks of a dense network with `hidden` units in its layers."""
    sizes = [1 + inputs, *hidden, outputs]
    return [np.ones((wide, before), dtype=np.bool_) for before, wide in pairwise(sizes)]


def smallest_dense(inputs: int, outputs: int, connections: int) -> list[Mask]:
    """Return the masks of the smallest network of one hidden layer with so many connections.

    It has at least `connections`, and fewer with one hidden unit less.
    """
    units = -(-connections // (1 + inputs + outputs))
    return dense_masks(inputs, [units], outputs)


def trim(masks: Sequence[Mask], connections: int, rng: np.random.Generator) -> list[Mask]:
    """Return `masks` with exactly `connections` of what they keep, drawn at random."""
    alive = np.flatnonzero(np.concatenate([mask.ravel() for mask in masks]))
    return masks_with(masks, rng.choice(alive, connections, replace=False))


def masks_with(masks: Sequence[Mask], kept: Ids) -> list[Mask]:
    """Return masks of the shapes of `masks` that keep what `kept` names, and nothing else.

    `kept`: indices into all masks laid end to end, each row by row.
    """
    chosen = np.zeros(sum(mask.size for mask in masks), dtype=np.bool_)
    chosen[kept] = True
    ends = np.cumsum([mask.size for mask in masks])[:-1]
    parts = np.split(chosen, ends)
    return [part.reshape(mask.shape) for part, mask in zip(parts, masks, strict=True)]
