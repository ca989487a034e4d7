"""Layers under masks as networks, held against products of matrices and against each other."""

import numpy as np
import pytest

from wann.activations import Activation
from wann.kernels.logits import logits
from wann.network.compile import compile_genome
from wann.network.from_masks import (
    DeadUnits,
    Layer,
    genome_of_layers,
    layers_of,
    network_of_layers,
    network_of_masks,
    smallest_dense,
    trim,
    weights_of_masks,
)
from wann.network.genome import validate
from wann.network.network import Network, pack


def outputs_of(network: Network, weights: np.ndarray, x: np.ndarray) -> np.ndarray:
    given = np.zeros((1 + network.inputs, 8))
    given[0], given[1:, : len(x)] = 1.0, x.T
    found = np.empty((1, 8, network.outputs))
    logits(pack([network]), 0, network.inputs, network.outputs, weights[None], False, given, found)
    return np.asarray(found[0, : len(x)])


def test_masked_layers_compute_what_matrices_do() -> None:
    rng = np.random.default_rng(0)
    masks = [rng.random((5, 4)) < 0.5, rng.random((6, 5)) < 0.4, rng.random((2, 6)) < 0.6]
    masks[0][2], masks[1][:, 2] = False, False  # a unit without any connection
    masks[1][:, 1] = False  # one that leads nowhere
    weights = [rng.standard_normal(mask.shape) for mask in masks]
    network = network_of_masks(masks)
    assert network.connections == sum(int(mask.sum()) for mask in masks)
    assert network.hidden < 11
    x = rng.standard_normal((7, 3))
    values = np.column_stack([np.ones(7), x])
    for layer, (weight, mask) in enumerate(zip(weights, masks, strict=True)):
        values = values @ (weight * mask).T
        values = np.maximum(values, 0.0) if layer < 2 else values
    assert outputs_of(network, weights_of_masks(weights, masks), x) == pytest.approx(
        values, abs=1e-12
    )


@pytest.mark.parametrize("connections", [1, 10, 76, 1841])
def test_a_small_dense_network_is_trimmed_exactly(connections: int) -> None:
    masks = smallest_dense(256, 10, connections)
    assert connections <= sum(mask.size for mask in masks) < connections + 267
    trimmed = trim(masks, connections, np.random.default_rng(0))
    assert network_of_masks(trimmed).connections == connections
    assert (network_of_masks(trimmed).activation[-10:] == Activation.LINEAR).all()


def with_dead_units() -> list[Layer]:
    """Two inputs, hidden units 4 and 5 (the second leads nowhere) and 6 without any connection."""
    first = np.array([[True, False], [True, True], [False, False]])
    last = np.array([[True, False, False]])
    biases = np.array([True, False, False]), np.array([True])
    return [Layer(first, biases[0]), Layer(last, biases[1], Activation.TANH)]


def test_genes_stand_layer_by_layer_the_biases_last() -> None:
    genome = genome_of_layers(with_dead_units())
    validate(genome)
    assert genome.source.tolist() == [1, 1, 2, 0, 4, 0]
    assert genome.target.tolist() == [4, 5, 5, 4, 3, 3]
    assert genome.activation[3:].tolist() == [Activation.TANH] + [Activation.RELU] * 3


def test_dead_units_are_kept_or_left_out() -> None:
    layers = with_dead_units()
    network, genes = network_of_layers(layers, DeadUnits.KEPT)
    assert (network.hidden, network.edge_start.tolist()) == (2, [0, 2, 4, 6])
    assert network.source.tolist() == [0, 1, 1, 2, 0, 3]
    assert genes.tolist() == [3, 0, 1, 2, 5, 4]
    network, genes = network_of_layers(layers, DeadUnits.LEFT_OUT)
    assert (network.hidden, network.edge_start.tolist()) == (1, [0, 2, 4])
    assert network.source.tolist() == [1, 0, 3, 0]
    assert genes.tolist() == [0, 3, 4, 5]
    compiled = compile_genome(genome_of_layers(layers))
    assert all(np.array_equal(a, b) for a, b in zip(network, compiled, strict=True))


@pytest.mark.parametrize("density", [0.0, 0.1, 0.4, 1.0])
def test_without_dead_units_both_policies_join_the_same_nodes(density: float) -> None:
    rng = np.random.default_rng(1)
    masks = [rng.random((5, 4)) < density, rng.random((2, 5)) < 1.0]
    masks[0][:, 0] = True  # Every hidden unit hears the bias, and is heard.
    layers = layers_of(masks, Activation.TANH)
    kept, left_out = (network_of_layers(layers, policy)[0] for policy in DeadUnits)
    assert kept.activation.tolist() == left_out.activation.tolist()
    pairs = [set(zip(n.source.tolist(), n.target.tolist(), strict=True)) for n in (kept, left_out)]
    assert pairs[0] == pairs[1]
