"""The outputs of one network for many examples, against the slow forward pass."""

import naive
import numpy as np
import pytest
from genome_toys import PROPERTY, genomes, grow
from hypothesis import given
from hypothesis import strategies as st

from wann.activations import Activation
from wann.kernels.logits import logits
from wann.kernels.vectors import LANES
from wann.network.compile import compile_genome
from wann.network.genome import Genome
from wann.network.network import pack
from wann.network.weightings import Weightings

seeds = st.integers(0, 2**32 - 1)
WILD = {Activation.STEP, Activation.SIGN, Activation.SIN, Activation.COSINE, Activation.SQUARE}


@pytest.fixture(autouse=True)
def silence():
    """Compiled code does not warn of overflow; without the compiler, NumPy would."""
    with np.errstate(all="ignore"):
        yield


def examples(inputs: int, lanes: int, seed: int) -> np.ndarray:
    given = np.random.default_rng(seed).normal(size=(1 + inputs, lanes))
    given[0] = 1.0
    return given


def outputs(genome: Genome, weights: Weightings, given: np.ndarray) -> np.ndarray:
    found = np.full((len(weights), given.shape[1], genome.outputs), np.nan)
    packed, (values, shared) = pack([compile_genome(genome)]), (weights.values, weights.is_shared)
    logits(packed, 0, genome.inputs, genome.outputs, values, shared, given, found)
    return found


@PROPERTY
@given(genomes(steps=40), seeds)
def test_outputs_are_those_of_the_plain_forward_pass(genome: Genome, seed: int) -> None:
    given, weights = examples(genome.inputs, LANES, seed), Weightings.shared([-2.0, -0.5, 1.0])
    found = outputs(genome, weights, given)
    for k, weight in enumerate(weights.values[:, 0]):
        shared = [weight] * len(genome.source)
        expected = np.array(
            [naive.forward(genome, column[1:].tolist(), shared) for column in given.T]
        )
        size = 1.0 + np.abs(expected)
        # May turn a rounding error into anything
        if not (np.abs(found[k] - expected) <= 1e-8 * size * size).all():
            assert set(genome.activation.tolist()) & WILD


@PROPERTY
@given(genomes(steps=40), seeds)
def test_equal_individual_weights_are_a_shared_one(genome: Genome, seed: int) -> None:
    given, shared = examples(genome.inputs, 2 * LANES, seed), Weightings.shared([-2.0, 0.7])
    network = compile_genome(genome)
    individual = Weightings.individual(np.repeat(shared.values, network.connections, axis=1))
    found, expected = outputs(genome, individual, given), outputs(genome, shared, given)
    size = 1.0 + np.abs(expected)
    if not set(genome.activation.tolist()) & WILD:
        assert (np.abs(found - expected) <= 1e-8 * size * size).all()


def test_examples_computed_in_parts_are_the_same_bits() -> None:
    genome = grow(3, 60, 4, 2)
    given, rng = examples(genome.inputs, 40 * LANES, 0), np.random.default_rng(1)
    individual = Weightings.individual(rng.normal(size=(2, compile_genome(genome).connections)))
    for weights in (Weightings.shared(rng.normal(size=2)), individual):
        whole = outputs(genome, weights, given)
        for first in (0, 17 * LANES, 39 * LANES):
            part = np.ascontiguousarray(given[:, first : first + LANES])
            np.testing.assert_array_equal(
                outputs(genome, weights, part), whole[:, first : first + LANES]
            )
