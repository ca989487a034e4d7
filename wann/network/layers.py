"""Layered networks, dense or masked, as `Network`: every weight that is kept is a connection, and nothing is left out.

A first layer has a column more than there are inputs: that of the bias node. Layers behind it have
no biases. What is kept is counted exactly, and so a unit that no output hears keeps its connections
(`compile_genome` would drop it); how many are at work is a measure (`structure`).
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from wann.activations import Activation
from wann.network.network import Network

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


def network_of_layers(masks: Sequence[Mask], activation: Activation = Activation.RELU) -> Network:
    """Return the network of `masks`, each (units, units before it), the first (units, 1 + inputs) with the bias.

    Hidden units have `activation`, the outputs are linear. Hidden units without any connection are
    left out.
    """
    inputs, outputs = masks[0].shape[1] - 1, masks[-1].shape[0]
    rows, lasting = np.arange(1 + inputs), [np.ones(1 + inputs, dtype=np.bool_)]
    for layer, mask in enumerate(masks):
        last = layer == len(masks) - 1
        touched = mask.any(axis=1) | (last or masks[layer + 1].any(axis=0))
        lasting.append(np.asarray(touched, dtype=np.bool_))
    source, counts, first = [], [], 1 + inputs
    for mask, units in zip(masks, lasting[1:], strict=True):
        of_row = mask[units]
        source.append(rows[np.nonzero(of_row)[1]])
        counts.append(of_row.sum(axis=1))
        rows = np.full(len(units), -1)
        rows[units] = first + np.arange(np.count_nonzero(units))
        first += int(np.count_nonzero(units))
    computed = first - 1 - inputs
    kinds = np.full(computed, activation, dtype=np.int64)
    kinds[computed - outputs :] = Activation.LINEAR
    edge_start = np.concatenate([[0], np.cumsum(np.concatenate(counts))]).astype(np.int64)
    return Network(inputs, outputs, kinds, edge_start, np.concatenate(source).astype(np.int64))


def weights_of_layers(weights: Sequence[Floats], masks: Sequence[Mask]) -> Floats:
    """Return the kept weights (connections,) in the order of `network_of_layers(masks)`."""
    return np.concatenate(
        [weight[mask] for weight, mask in zip(weights, masks, strict=True)]
    ).astype(np.float64)


def dense_masks(inputs: int, hidden: Sequence[int], outputs: int) -> list[Mask]:
    """Return the masks of a dense network with `hidden` units in its layers."""
    sizes = [1 + inputs, *hidden, outputs]
    return [np.ones((wide, before), dtype=np.bool_) for before, wide in pairwise(sizes)]


def smallest_dense(inputs: int, outputs: int, connections: int) -> list[Mask]:
    """Return the masks of the smallest dense network of one hidden layer with at least so many connections."""
    units = -(-connections // (1 + inputs + outputs))
    return dense_masks(inputs, [units], outputs)


def trim(masks: Sequence[Mask], connections: int, rng: np.random.Generator) -> list[Mask]:
    """Return `masks` with exactly `connections` of what they keep, drawn at random."""
    flat = np.concatenate([mask.ravel() for mask in masks])
    alive = np.flatnonzero(flat)
    chosen = np.zeros(len(flat), dtype=np.bool_)
    chosen[rng.choice(alive, connections, replace=False)] = True
    ends = np.cumsum([mask.size for mask in masks])[:-1]
    return [
        part.reshape(mask.shape) for part, mask in zip(np.split(chosen, ends), masks, strict=True)
    ]
