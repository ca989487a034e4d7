import math

import naive
import numpy as np
import pytest
from genome_edits import set_activation
from genome_toys import PROPERTY, genomes, grow
from hypothesis import given
from hypothesis import strategies as st

from wann.activations import Activation
from wann.kernels.merged import PAIR, Merged, forward_merged, log_likelihood, merge, sum_inputs
from wann.network.compile import compile_genome
from wann.network.genome import Genome
from wann.network.network import Network, pack

seeds = st.integers(0, 2**32 - 1)
WEIGHTS = np.array([-2.0, -0.5, 1.0])
WILD = {Activation.STEP, Activation.SIGN, Activation.SIN, Activation.COSINE, Activation.SQUARE}


@pytest.fixture(autouse=True)
def silence():
    """Compiled code does not warn of overflow; without the compiler, NumPy would."""
    with np.errstate(all="ignore"):
        yield


def examples(inputs: int, count: int, seed: int) -> np.ndarray:
    """Bias and inputs (1 + inputs, lanes), with zeros behind the examples."""
    given = np.zeros((1 + inputs, -(-count // PAIR) * PAIR), np.float32)
    given[0] = 1.0
    given[1:, :count] = np.random.default_rng(seed).normal(size=(inputs, count))
    return given


def outputs(merged: Merged, given: np.ndarray, g: int = 0) -> np.ndarray:
    """(weights, lanes, outputs) of one of the merged networks."""
    lanes = given.shape[1]
    sums, values = (np.full((len(merged.activation), lanes), np.nan, np.float32) for _ in range(2))
    sum_inputs(merged, given, 0, lanes, sums)
    found = []
    for weight in WEIGHTS:
        forward_merged(merged, weight, sums, lanes, values)
        found.append(values[merged.output[g]].T.copy())
    return np.array(found)


@PROPERTY
@given(genomes(steps=40), seeds)
def test_outputs_are_those_of_the_plain_forward_pass(genome: Genome, seed: int) -> None:
    given = examples(genome.inputs, 3, seed)
    found = outputs(merge(pack([compile_genome(genome)]), genome.inputs, genome.outputs), given)
    for k, weight in enumerate(WEIGHTS):
        shared = [weight] * len(genome.source)
        expected = np.array(
            [naive.forward(genome, column[1:].tolist(), shared) for column in given.T]
        )
        size = 1.0 + np.abs(expected)
        # May turn a rounding error into anything
        if not (np.abs(found[k] - expected) <= 1e-4 * size * size).all():
            assert set(genome.activation.tolist()) & WILD


@PROPERTY
@given(st.lists(st.integers(0, 30), min_size=1, max_size=8), seeds)
def test_merging_changes_no_bit(kinds: list[int], seed: int) -> None:
    genomes = [grow(kind // 3, 25, 4, 2) for kind in kinds]
    for i, kind in enumerate(kinds):  # relatives: all but one node alike
        if kind % 3 and genomes[i].hidden:
            genomes[i] = set_activation(genomes[i], 7, 1 + kind % 11)
    networks = [compile_genome(genome) for genome in genomes]
    given = examples(4, 13, seed)
    merged = merge(pack(networks), 4, 2)
    assert len(merged.activation) <= sum(len(network.activation) for network in networks)
    for g, network in enumerate(networks):
        alone = outputs(merge(pack([network]), 4, 2), given)
        np.testing.assert_array_equal(outputs(merged, given, g), alone)


def test_equal_networks_are_there_once() -> None:
    network = compile_genome(grow(3, 40, 4, 2))
    one, many = merge(pack([network]), 4, 2), merge(pack([network] * 5), 4, 2)
    assert len(many.activation) == len(one.activation) <= len(network.activation)
    assert many.output.tolist() == one.output.tolist() * 5


def test_inputs_come_first_in_their_order() -> None:
    # One hidden node (row 3) and an output with sources 3, 2, 0: the inputs are summed first.
    network = Network(2, 1, np.array([3, 1]), np.array([0, 1, 4]), np.array([1, 3, 2, 0]))
    merged = merge(pack([network]), 2, 1)
    assert merged.source.tolist() == [1, 2, 0, 0]
    assert merged.edge_split.tolist() == [1, 3]


def test_a_node_with_no_sources_and_one_with_other_kinds_of_sources_are_kept_apart() -> None:
    # Input row 1 and hidden node number 1 are not the same source.
    network = Network(
        1, 2, np.array([1, 5, 1, 1]), np.array([0, 1, 2, 3, 4]), np.array([0, 1, 1, 3])
    )
    merged = merge(pack([network]), 1, 2)
    assert merged.output[0, 0] != merged.output[0, 1]


@PROPERTY
@given(seeds, st.integers(1, 21))
def test_log_likelihood_is_its_definition(seed: int, count: int) -> None:
    merged, given = (
        merge(pack([compile_genome(grow(seed % 1000, 40, 4, 3))]), 4, 3),
        examples(4, count, seed),
    )
    labels = np.random.default_rng(seed).integers(0, 3, count)
    result = np.empty((1, len(WEIGHTS)))
    log_likelihood(merged, WEIGHTS, given, labels, -5.0, result)
    found = outputs(merged, given)
    for k in range(len(WEIGHTS)):
        total = 0.0
        for example, label in enumerate(labels):
            row = found[k, example].tolist()
            top = max(row)
            total += max(row[label] - top - math.log(sum(math.exp(x - top) for x in row)), -5.0)
        assert result[0, k] == pytest.approx(total / count, rel=1e-6, abs=1e-6)


def test_outputs_that_are_not_finite_earn_the_floor() -> None:
    # x^2 of x^2 ... overflows; inf - inf is no number.
    squares = Network(
        1, 2, np.array([11] * 9 + [1, 1]), np.arange(12), np.array([*range(1, 11), 10])
    )
    given = examples(1, 4, 0)
    given[1] = 1e30
    result = np.empty((1, 1))
    merged = merge(pack([squares]), 1, 2)
    log_likelihood(merged, np.array([2.0]), given, np.zeros(4, np.int64), -20.0, result)
    assert result[0, 0] == -20.0


def test_examples_computed_in_parts_are_the_same_bits() -> None:
    networks = [compile_genome(grow(seed, 60, 4, 2)) for seed in range(400)]
    given = examples(4, 1000, 0)
    merged = merge(pack(networks), 4, 2)
    labels = np.random.default_rng(0).integers(0, 2, 1000)
    together, alone = np.empty((400, 3)), np.empty((1, 3))
    log_likelihood(merged, WEIGHTS, given, labels, -20.0, together)
    for g in (0, 17, 399):
        log_likelihood(merge(pack(networks[g : g + 1]), 4, 2), WEIGHTS, given, labels, -20.0, alone)
        np.testing.assert_array_equal(alone[0], together[g])


def test_forward_fills_every_lane_of_every_node() -> None:
    merged = merge(pack([compile_genome(grow(5, 40, 4, 2))]), 4, 2)
    given = examples(4, 2 * PAIR, 1)
    sums, values = (np.full((len(merged.activation), PAIR), np.nan, np.float32) for _ in range(2))
    sum_inputs(merged, given, PAIR, PAIR, sums)
    forward_merged(merged, 0.5, sums, PAIR, values)
    assert np.isfinite(values).all()
