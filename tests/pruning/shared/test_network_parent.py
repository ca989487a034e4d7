"""A parent made of the hidden nodes of a network."""

import numpy as np
import torch
from genome_toys import PROPERTY, genomes
from hypothesis import given
from numpy.testing import assert_allclose

from wann.activations import Activation
from wann.network.compile import compile_genome
from wann.network.genome import Genome
from wann.network.network import Network
from wann.pruning.shared.network_parent import NetworkParent


@PROPERTY
@given(genomes())
def test_a_network_is_one_of_its_parent(genome: Genome) -> None:
    network = compile_genome(genome)
    parent = NetworkParent(network, torch.Generator().manual_seed(0))
    kept = parent.places_of(network)
    assert sum(int(part.sum()) for part in kept) == network.connections
    again = parent.network(kept)
    assert again.connections == network.connections
    assert sorted(again.activation[: again.hidden]) == sorted(network.activation[: network.hidden])
    if (network.activation[network.hidden :] == Activation.LINEAR).all():
        x = np.random.default_rng(0).normal(size=(5, network.inputs))
        for weight in (-1.5, 0.7):
            assert_allclose(again(x, weight), network(x, weight), rtol=1e-9, atol=1e-9)


@PROPERTY
@given(genomes())
def test_there_is_a_place_between_any_two_depths(genome: Genome) -> None:
    network = compile_genome(genome)
    parent = NetworkParent(network, torch.Generator().manual_seed(0))
    sizes = [1 + network.inputs, *map(len, parent.order.layers), network.outputs]
    assert sum(sizes) == 1 + network.inputs + len(network.activation)
    assert parent.places == sum(sum(sizes[:i]) * sizes[i] for i in range(1, len(sizes)))


def test_a_layer_that_hears_nothing_has_a_share() -> None:
    """A constant: a cosine without sources, which the output hears beside an input."""
    kinds = np.array([Activation.COSINE, Activation.LINEAR])
    network = Network(1, 1, kinds, np.array([0, 0, 2]), np.array([1, 2]))
    parent = NetworkParent(network, torch.Generator().manual_seed(0))
    assert [len(layer) for layer in parent.order.layers] == [1]
    assert parent.shares == [1 / 3, 2 / 3]
