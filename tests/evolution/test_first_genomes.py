"""The genomes that a search begins with."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wann.activations import Activation
from wann.config import SearchConfig
from wann.evolution.breeding import offspring
from wann.evolution.first_genomes import FIRST_MARK, first_genomes
from wann.network.compile import compile_genome
from wann.network.genome import Genome, genome_at, validate


def first(
    depth: int, number: int = 0, kept: str = "all", share: float = 0.5, signs: str = "one"
) -> Genome:
    config = SearchConfig(
        population=16,
        initial_depth=depth,
        initial_signs=signs,
        initial_genes=kept,
        initial_connections=share,
    )
    return genome_at(first_genomes(config, 5, 2, [number]), 0)


def test_without_hidden_nodes_they_are_minimal() -> None:
    genome = first(1)
    assert len(genome.node_id) == 1 + 5 + 2
    assert len(genome.source) == 6 * 2
    np.testing.assert_array_equal(genome.enabled, first(2).enabled[:12])


@pytest.mark.parametrize("kept", ["all", "enabled"])
@pytest.mark.parametrize("depth", [2, 3, 4])
def test_a_chain_of_linear_nodes_leads_to_each_output(depth: int, kept: str) -> None:
    for number in range(8):
        plain, deep = first(1, number, kept), first(depth, number, kept)
        validate(deep)
        assert deep.hidden == 2 * (depth - 1)
        assert deep.connections == plain.connections + deep.hidden
        assert set(deep.activation) == {Activation.LINEAR}
        x = np.random.default_rng(number).normal(size=(7, 5))
        for weight in (-1.5, 0.3):
            expected = compile_genome(plain)(x, weight) * weight ** (depth - 1)
            np.testing.assert_allclose(compile_genome(deep)(x, weight), expected, atol=1e-12)


@pytest.mark.parametrize("kept", ["all", "enabled"])
@pytest.mark.parametrize("depth", [2, 3])
def test_with_both_signs_connections_add_or_take_away(depth: int, kept: str) -> None:
    drawn = set()
    for number in range(8):
        plain, deep = first(1, number, kept), first(depth, number, kept, signs="both")
        validate(deep)
        assert deep.hidden == 2 * depth
        assert deep.connections == plain.connections + deep.hidden
        assert list(deep.activation[8:12]) == [Activation.LINEAR] * 2 + [Activation.INVERSE] * 2
        # As the matrix of a layer whose entries have the signs of the nodes that they lead to
        sign = np.where(np.isin(deep.target[: len(plain.source)], [8, 9]), 1.0, -1.0)
        layer = np.zeros((6, 2))
        layer[plain.source, plain.target - 6] = sign * plain.enabled
        drawn |= set(layer.ravel())
        x = np.random.default_rng(number).normal(size=(7, 5))
        for weight in (-1.5, 0.3):
            expected = np.column_stack([np.ones(7), x]) @ layer * weight**depth
            np.testing.assert_allclose(compile_genome(deep)(x, weight), expected, atol=1e-12)
    assert drawn == {-1.0, 0.0, 1.0}


def test_one_sign_draws_what_it_always_drew() -> None:
    """Both draw the same connections; only where they lead differs."""
    one, both = first(2), first(2, signs="both")
    np.testing.assert_array_equal(one.source[:12], both.source[:12])
    np.testing.assert_array_equal(one.enabled[:12], both.enabled[:12])


@given(st.integers(0, 1000))
def test_an_even_depth_gives_the_same_outputs_for_both_signs(number: int) -> None:
    network = compile_genome(first(2, number))
    x = np.random.default_rng(0).normal(size=(5, 5))
    np.testing.assert_array_equal(network(x, 1.5), network(x, -1.5))


def test_children_give_their_nodes_other_marks() -> None:
    config = SearchConfig(population=2, initial_depth=3, add_node=1e6, extra_mutation=0.9)
    genes = first_genomes(config, 3, 4, range(2))
    assert (genome_at(genes, 1).node_id[8:] == FIRST_MARK + np.arange(8)).all()
    rng = np.random.default_rng(0)
    bred = offspring(config, genes, np.array([0]), np.zeros(64, dtype=np.int64), 2, rng)
    for index in range(65):
        validate(genome_at(bred, index))
