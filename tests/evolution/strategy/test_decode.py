"""Candidates become genomes: what is kept, how large it is, and that signs do not matter."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wann.activations import PAPER, Activation
from wann.activations.table import from_text
from wann.evolution.strategy.decode import decode
from wann.evolution.strategy.parent import make_parent
from wann.network.compile import compile_all, compile_genome
from wann.network.genome import Genomes, validate

CODES = [from_text(name).code for name in PAPER]
LAYERS = ([3], [2, 2], [1, 1, 1])


@settings(deadline=None, max_examples=40)
@given(
    kind=st.sampled_from(["agnostic", "mixed"]),
    layers=st.sampled_from(LAYERS),
    size=st.integers(1, 60),
    seed=st.integers(0, 2**32),
)
def test_genomes_are_valid_and_no_larger_than_asked_for(
    kind: str, layers: list[int], size: int, seed: int
) -> None:
    parent = make_parent(kind, 3, 2, layers, CODES, 20)
    candidates = np.random.default_rng(seed).standard_normal((4, parent.scores))
    genes = decode(parent, candidates, size)
    for genome, network in zip(Genomes(genes), compile_all(genes), strict=True):
        validate(genome)
        assert network.connections <= genome.connections <= size
        if kind == "mixed":
            assert genome.connections == min(size, parent.places)


@settings(deadline=None, max_examples=40)
@given(layers=st.sampled_from(LAYERS), seed=st.integers(0, 2**32))
def test_networks_of_an_agnostic_parent_compute_the_same_with_either_sign(
    layers: list[int], seed: int
) -> None:
    rng = np.random.default_rng(seed)
    parent = make_parent("agnostic", 3, 2, layers, CODES, 20)
    genes = decode(parent, rng.standard_normal((1, parent.scores)), 30)
    (network,) = compile_all(genes)
    x, weight = rng.standard_normal((20, 3)), rng.uniform(0.1, 2.0)
    assert (network(x, weight) == network(x, -weight)).all()
    # A unit that hears nothing says nothing, and is not there
    hears = np.diff(network.edge_start)
    assert (hears[: network.hidden] > 0).all()


@pytest.mark.parametrize(("size", "connections"), [(1, 0), (2, 2), (3, 3), (4, 3), (5, 5)])
def test_the_best_places_are_kept_with_what_they_bring(size: int, connections: int) -> None:
    parent = make_parent("agnostic", 2, 1, [1], [Activation.RELU, Activation.STEP], 5)
    candidate = np.arange(float(parent.scores)) * 1e-3
    # Two inputs into the linear node of the output, and then one into its inverse node.
    linear, inverse = parent.first_place[2:]
    candidate[[linear + 1, linear + 2, inverse + 1]] = [3.0, 2.0, 1.0]
    (genome,) = Genomes(decode(parent, candidate[None], size))
    assert genome.connections == connections
    if size == 3:
        network = compile_genome(genome)
        assert network(np.array([1.0, 2.0]), 0.5).tolist() == [0.75]
    assert genome.activation[4] == Activation.STEP  # the later kind has the higher score
