import naive
import numpy as np
import pytest
from genome_toys import PROPERTY, SMOOTH, edges, ends, fixed, genomes
from hypothesis import assume, given
from hypothesis import strategies as st

from wann.network.compile import (
    compile_genome,
    compile_with_genes,
    network_of_all_genes,
    to_genome,
)
from wann.network.genome import Genome, minimal, node_of, validate
from wann.network.network import Network
from wann.network.stepper import Stepper

seeds = st.integers(0, 2**32 - 1)


def live(genome: Genome) -> set[int]:
    """Outputs, and every node from which enabled connections lead to one."""
    return naive.leading_to(
        range(1 + genome.inputs, fixed(genome)), ends(edges(genome, enabled_only=True))
    )


def outputs(network: Network, weights: np.ndarray, observation: np.ndarray) -> np.ndarray:
    """What the kernels compute for one observation; `weights` () or (connections,)."""
    return Stepper(network, weights)(observation)


@PROPERTY
@given(genomes(recurrent=None))
def test_nodes_are_in_topological_order_outputs_last(genome: Genome) -> None:
    network = compile_genome(genome)
    assert (network.inputs, network.outputs) == (genome.inputs, genome.outputs)
    assert (network.source < network.target).all()
    first_output = 1 + network.inputs + network.hidden
    assert (network.source < first_output).all()
    assert (~network.source < first_output + network.outputs).all()
    assert network.edge_start[0] == 0
    assert network.edge_start[-1] == network.connections
    assert (np.diff(network.edge_start) >= 0).all()
    expected = genome.activation[1 + genome.inputs : fixed(genome)]
    assert network.activation[network.hidden :].tolist() == expected.tolist()


@PROPERTY
@given(genomes(recurrent=None))
def test_what_leads_to_an_output_is_kept_and_nothing_else(genome: Genome) -> None:
    network = compile_genome(genome)
    alive = live(genome)
    assert network.hidden == len([node for node in alive if node >= fixed(genome)])
    assert network.connections == len(
        [pair for pair in edges(genome, enabled_only=True) if pair[1] in alive]
    )
    rows = range(1 + network.inputs + network.hidden, 1 + network.inputs + len(network.activation))
    pairs = ends(zip(network.source.tolist(), network.target.tolist(), strict=True))
    assert naive.leading_to(rows, pairs) >= set(range(1 + network.inputs, rows.stop))


@PROPERTY
@given(genomes(recurrent=None))
def test_every_connection_comes_from_its_gene(genome: Genome) -> None:
    network, gene = compile_with_genes(genome)
    assert len(set(gene.tolist())) == len(gene) == network.connections
    assert genome.enabled[gene].all()
    # Rows and positions correspond one to one.
    position = dict(zip(network.target.tolist(), genome.target[gene].tolist(), strict=True))
    position |= dict(enumerate(range(1 + genome.inputs)))
    assert ((network.source < 0) == (genome.source[gene] < 0)).all()
    rows, nodes = node_of(network.source).tolist(), node_of(genome.source[gene]).tolist()
    for row, node in zip(rows, nodes, strict=True):
        assert position.setdefault(row, node) == node
    assert [position[row] for row in network.target.tolist()] == genome.target[gene].tolist()
    assert len(set(position.values())) == len(position)
    for row, node in position.items():
        if row > genome.inputs:
            assert network.activation[row - 1 - genome.inputs] == genome.activation[node]


@PROPERTY
@given(genomes(recurrent=None), seeds)
def test_what_is_dead_does_not_change_the_network(genome: Genome, seed: int) -> None:
    alive = live(genome)
    kept = genome.enabled & np.isin(genome.target, list(alive))
    trimmed = genome._replace(
        source=genome.source[kept], target=genome.target[kept], enabled=genome.enabled[kept]
    )
    for a, b in zip(compile_genome(genome), compile_genome(trimmed), strict=True):
        assert np.array_equal(a, b)


@PROPERTY
@given(genomes(SMOOTH, steps=30), seeds)
def test_the_network_computes_what_the_genome_says(genome: Genome, seed: int) -> None:
    network, gene = compile_with_genes(genome)
    rng = np.random.default_rng(seed)
    observation = rng.normal(size=genome.inputs)
    weights = rng.uniform(-1.0, 1.0, len(genome.source))
    expected = naive.forward(genome, observation.tolist(), weights.tolist())
    np.testing.assert_allclose(
        outputs(network, weights[gene], observation), expected, rtol=1e-9, atol=1e-9
    )


@PROPERTY
@given(genomes(SMOOTH, steps=30), seeds, st.sampled_from([-1.5, -0.5, 1.0, 2.0]))
def test_so_it_does_under_a_shared_weight(genome: Genome, seed: int, weight: float) -> None:
    network = compile_genome(genome)
    observation = np.random.default_rng(seed).normal(size=genome.inputs)
    expected = naive.forward(genome, observation.tolist(), [weight] * len(genome.source))
    assume(np.abs(expected).max() < 1e6)
    np.testing.assert_allclose(
        outputs(network, np.array(weight), observation), expected, rtol=1e-8, atol=1e-8
    )


def test_a_network_without_connections_says_nothing() -> None:
    network = compile_genome(minimal(3, 2, np.zeros((4, 2), dtype=bool)))
    assert (network.connections, network.hidden, network.edge_start.tolist()) == (0, 0, [0, 0, 0])
    assert outputs(network, np.array(2.0), np.ones(3)).tolist() == [0.0, 0.0]


def test_hand_made() -> None:
    """1 -> 4 -> 5 -> 3 with a detour 4 -> 3; 6 leads nowhere, and 2 -> 5 is disabled."""
    genome = Genome(
        2,
        1,
        np.arange(7),
        np.array([1, 1, 1, 1, 9, 7, 5]),
        np.array([5, 4, 4, 1, 2, 1]),
        np.array([3, 3, 5, 4, 5, 6]),
        np.array([True, True, True, True, False, True]),
    )
    network, gene = compile_with_genes(genome)
    assert network.activation.tolist() == [9, 7, 1]
    assert network.edge_start.tolist() == [0, 1, 2, 4]
    assert network.source.tolist() == [1, 3, 4, 3]
    assert network.target.tolist() == [3, 4, 5, 5]
    assert gene.tolist() == [3, 2, 0, 1]
    assert outputs(network, np.array(2.0), np.array([1.5, 9.0])) == pytest.approx(
        [2.0 * (3.0 - 6.0)]
    )


@PROPERTY
@given(genomes(recurrent=None))
def test_a_genome_can_be_made_of_a_network(genome: Genome) -> None:
    network = compile_genome(genome)
    made = to_genome(network)
    validate(made)
    again, gene = compile_with_genes(made)
    assert gene.tolist() == list(range(network.connections))
    for a, b in zip(again, network, strict=True):
        assert np.array_equal(a, b)


@PROPERTY
@given(genomes(recurrent=None))
def test_a_network_is_made_of_all_genes_of_its_genome(genome: Genome) -> None:
    network = compile_genome(genome)
    found, genes = network_of_all_genes(to_genome(network))
    assert [np.asarray(a).tolist() for a in found] == [np.asarray(b).tolist() for b in network]
    assert genes.tolist() == list(range(network.connections))


def test_nothing_is_cut_from_a_network_of_all_genes() -> None:
    # One input and one output; hidden node 3 leads nowhere, and the last gene is not enabled.
    genome = Genome(
        1,
        1,
        np.arange(5),
        np.array([0, 0, 1, 2, 3]),
        np.array([4, 1, 0, 1]),
        np.array([2, 3, 4, 4]),
        np.array([True, True, True, False]),
    )
    network, genes = network_of_all_genes(genome)
    assert network.activation.tolist() == [2, 3, 1]
    assert network.edge_start.tolist() == [0, 1, 3, 4]
    assert network.source.tolist() == [1, 0, 1, 3]
    assert genes.tolist() == [1, 2, 3, 0]
