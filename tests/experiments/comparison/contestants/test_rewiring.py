"""Controls: what they keep, that they are acyclic, and that they change something."""

import numpy as np
import pytest
from compare_toys import degrees, diamond, pairs
from genome_toys import PROPERTY, genomes
from hypothesis import given

from wann.errors import UserError
from wann.experiments.comparison.contestants.rewiring import random_dag, rewire, shuffle_activations
from wann.network.compile import compile_genome, to_genome
from wann.network.genome import Genome, validate
from wann.network.network import Network


def check(network: Network, of: Network) -> None:
    validate(to_genome(network))  # acyclic, no pair joined twice
    assert network.connections == of.connections
    assert sorted(network.activation.tolist()) == sorted(of.activation.tolist())
    assert (network.activation[of.hidden :] == of.activation[of.hidden :]).all()
    rows = (
        np.searchsorted(network.edge_start, np.arange(network.connections), side="right")
        + network.inputs
    )
    assert (network.source < rows).all()  # rows are in topological order


@PROPERTY
@given(genomes())
def test_controls_keep_what_they_say(genome: Genome) -> None:
    network = compile_genome(genome)
    if not network.connections:
        return
    for make in (random_dag, rewire, shuffle_activations):
        found = make(network, np.random.default_rng(3))
        check(found, network)
        again = make(network, np.random.default_rng(3))
        assert [field.tobytes() for field in found[2:]] == [field.tobytes() for field in again[2:]]
    assert degrees(rewire(network, np.random.default_rng(4))) == degrees(network)
    assert pairs(shuffle_activations(network, np.random.default_rng(5))) == pairs(network)


def test_rewiring_really_rewires() -> None:
    masks = np.random.default_rng(0).random((12, 9)) < 0.5
    from wann.network.from_masks import network_of_masks

    network = network_of_masks([masks, np.ones((3, 12), dtype=np.bool_)])
    assert len(pairs(rewire(network, np.random.default_rng(1))) - pairs(network)) > 10
    assert len(pairs(random_dag(network, np.random.default_rng(1))) - pairs(network)) > 10


def test_a_network_whose_degrees_leave_no_choice_stays() -> None:
    network = Network(2, 1, np.array([1]), np.array([0, 3]), np.array([0, 1, 2]))
    assert pairs(rewire(network, np.random.default_rng(0))) == pairs(network)


def test_more_connections_than_pairs_are_refused() -> None:
    network = diamond()._replace(
        edge_start=np.array([0, 20, 30, 40]), source=np.zeros(40, dtype=np.int64)
    )
    with pytest.raises(UserError, match="at most 12 connections"):
        random_dag(network, np.random.default_rng(0))
