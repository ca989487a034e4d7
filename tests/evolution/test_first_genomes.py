"""The genomes that a search begins with."""

import numpy as np
import pytest

from wann.activations import Activation
from wann.config import MOST_MUTATIONS, SearchConfig
from wann.errors import UserError
from wann.evolution.breeding import offspring
from wann.evolution.first_genomes import first_genomes, random_layered
from wann.network.genome import genome_at, validate
from wann.network.network import Network

ODD = ("linear", "sin", "tanh", "inverse")


def settings(**changes: object) -> SearchConfig:
    return SearchConfig(**{"population": 16, "generations": 1, **changes})


def test_without_hidden_nodes_they_are_minimal() -> None:
    genes = first_genomes(settings(), 5, 1, range(3))
    for index in range(3):
        genome = genome_at(genes, index)
        assert len(genome.node_id) == 1 + 5 + 1
        assert len(genome.source) == 6
    again = first_genomes(settings(), 5, 1, [2])
    np.testing.assert_array_equal(genome_at(again, 0).enabled, genome_at(genes, 2).enabled)


@pytest.mark.parametrize("kept", ["all", "enabled"])
def test_a_hidden_layer_lies_between_inputs_and_outputs(kept: str) -> None:
    config = settings(initial_hidden=3, initial_genes=kept, initial_connections=0.5)
    genes = first_genomes(config, 5, 2, range(16))
    for index in range(16):
        genome = genome_at(genes, index)
        validate(genome)
        assert genome.node_id.tolist() == list(range(1 + 5 + 2 + 3))
        into = genome.target >= 8
        assert (genome.source[into] < 6).all()
        assert (genome.source[~into] >= 8).all()
        assert (len(genome.source) == 6 * 3 + 3 * 2) == (kept == "all")
        assert kept == "all" or genome.enabled.all()
        assert set(genome.activation[8:]) <= set(config.activation_codes)
    counts = [genome_at(genes, index).connections for index in range(16)]
    assert 0.35 < np.mean(counts) / 24 < 0.65


def test_odd_activations_give_the_same_outputs_for_both_signs() -> None:
    codes = SearchConfig(activations=ODD).activation_codes
    genome = random_layered(4, 3, codes * 2, 0.7, np.random.default_rng(0))
    network, x = Network.from_genome(genome), np.random.default_rng(1).normal(size=(9, 4))
    plus, minus = (network.outputs(x, weight) for weight in (0.7, -0.7))
    assert np.abs(plus).max() > 0.1
    np.testing.assert_allclose(plus, minus, atol=1e-12)


def test_nodes_of_children_are_no_nodes_of_first_genomes() -> None:
    most = MOST_MUTATIONS * 2
    config = settings(population=2, initial_hidden=most, add_node=1e6, extra_mutation=0.9)
    genes = first_genomes(config, 3, 1, range(2))
    parents = np.zeros(64, dtype=np.int64)
    rng = np.random.default_rng(0)
    bred = offspring(config, genes, np.array([0]), parents, config.population, rng)
    for index in range(65):
        validate(genome_at(bred, index))
    with pytest.raises(UserError, match=f"initial_hidden .* got {most + 1}"):
        settings(population=2, initial_hidden=most + 1)


def test_outputs_are_linear() -> None:
    genome = random_layered(2, 2, [Activation.TANH] * 2, 1.0, np.random.default_rng(0), False)
    assert genome.activation.tolist() == [Activation.LINEAR] * 5 + [Activation.TANH] * 2
    assert genome.connections == 3 * 2 + 2 * 2
