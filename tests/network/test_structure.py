"""Counts of networks one can check by hand, and layers as networks."""

import numpy as np
import pytest
from compare_toys import diamond

from wann.activations import Activation
from wann.kernels.logits import logits
from wann.network.layers import (
    dense_masks,
    network_of_layers,
    smallest_dense,
    trim,
    weights_of_layers,
)
from wann.network.network import Network, pack
from wann.network.structure import count_paths, effective, structure_of


def outputs_of(network: Network, weights: np.ndarray, x: np.ndarray) -> np.ndarray:
    given = np.zeros((1 + network.inputs, 8))
    given[0], given[1:, : len(x)] = 1.0, x.T
    found = np.empty((1, 8, network.outputs))
    logits(pack([network]), 0, network.inputs, network.outputs, weights[None], False, given, found)
    return np.asarray(found[0, : len(x)])


def test_a_diamond_counted_by_hand() -> None:
    found = structure_of(diamond())
    assert effective(diamond()).tolist() == [True, True, False, False, True, True]
    assert (found.connections, found.effective_connections) == (6, 4)
    assert (found.hidden, found.active_units, found.inputs, found.active_inputs) == (2, 1, 2, 1)
    assert (found.depth, found.paths) == (2, 2)  # input 1 -> 5 and input 1 -> 3 -> 5
    assert found.sparse_flops == 12
    assert found.sparse_bytes == 6 * 8 + 4 * 4 + 3
    assert found.to_dict()["paths"] == "2"


def test_paths_beyond_64_bits_are_exact() -> None:
    masks = dense_masks(10, [10] * 29, 1)
    assert count_paths(network_of_layers(masks)) == 10**30


def test_masked_layers_compute_what_matrices_do() -> None:
    rng = np.random.default_rng(0)
    masks = [rng.random((5, 4)) < 0.5, rng.random((6, 5)) < 0.4, rng.random((2, 6)) < 0.6]
    masks[0][2], masks[1][:, 2] = False, False  # a unit without any connection
    masks[1][:, 1] = False  # one that leads nowhere
    weights = [rng.standard_normal(mask.shape) for mask in masks]
    network = network_of_layers(masks)
    assert network.connections == sum(int(mask.sum()) for mask in masks)
    assert network.hidden < 11
    x = rng.standard_normal((7, 3))
    values = np.column_stack([np.ones(7), x])
    for layer, (weight, mask) in enumerate(zip(weights, masks, strict=True)):
        values = values @ (weight * mask).T
        values = np.maximum(values, 0.0) if layer < 2 else values
    assert outputs_of(network, weights_of_layers(weights, masks), x) == pytest.approx(
        values, abs=1e-12
    )


@pytest.mark.parametrize("connections", [1, 10, 76, 1841])
def test_a_small_dense_network_is_trimmed_exactly(connections: int) -> None:
    masks = smallest_dense(256, 10, connections)
    assert connections <= sum(mask.size for mask in masks) < connections + 267
    trimmed = trim(masks, connections, np.random.default_rng(0))
    assert network_of_layers(trimmed).connections == connections
    assert (network_of_layers(trimmed).activation[-10:] == Activation.LINEAR).all()
