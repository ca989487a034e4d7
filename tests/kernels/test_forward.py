import math
from typing import Any

import naive
import numba
import numpy as np
import pytest
from genome_toys import PROPERTY, SMOOTH, genomes, grow
from hypothesis import given
from hypothesis import strategies as st
from numba.core import config

from wann.activations import Activation
from wann.kernels.forward import forward
from wann.kernels.vectors import LANES
from wann.network.compile import compile_genome
from wann.network.genome import Genome
from wann.network.network import Network, pack

seeds = st.integers(0, 2**32 - 1)


@pytest.fixture(autouse=True)
def silence():
    """Compiled code does not warn of overflow; without the compiler, NumPy would."""
    with np.errstate(all="ignore"):
        yield


def values_for(network: Network, inputs: np.ndarray) -> np.ndarray:
    """Return what a forward pass starts from: 1, the inputs, and nan for the nodes to come.

    `inputs` is (inputs, lanes).
    """
    values = np.full((1 + network.inputs + len(network.activation), inputs.shape[1]), np.nan)
    values[0], values[1 : 1 + network.inputs] = 1.0, inputs
    return values


def padded(rows: np.ndarray) -> np.ndarray:
    """Return `rows` (..., lanes) with zeros after them, up to a whole number of vectors."""
    zeros = np.zeros((*rows.shape[:-1], -rows.shape[-1] % LANES))
    return np.ascontiguousarray(np.concatenate([rows, zeros], axis=-1))


def run(network: Network, weight: np.ndarray, inputs: np.ndarray) -> np.ndarray:
    """Return all rows; `weight` (lanes,) or (connections, lanes)."""
    values = values_for(network, padded(inputs))
    forward(pack([network]), 0, padded(weight), values, values.shape[1])
    return values[:, : inputs.shape[1]]


# What those can give that jump at 0, where a rounding error decides
JUMPS = {Activation.STEP: (0.0, 1.0), Activation.SIGN: (-1.0, 0.0, 1.0)}


def assert_every_node_right(network: Network, weight: np.ndarray, values: np.ndarray) -> None:
    """Assert that each node is its activation of the weighted sum of its sources.

    `weight` (connections, lanes).

    Node by node, from what the kernel itself says of the sources: rounding errors do not add up
    along the way.
    """
    for node, activation in enumerate(network.activation.tolist()):
        edges = range(network.edge_start[node], network.edge_start[node + 1])
        for lane in range(values.shape[1]):
            terms = [weight[edge, lane] * values[network.source[edge], lane] for edge in edges]
            expected = naive.ACTIVATIONS[activation](math.fsum(terms))
            found = values[1 + network.inputs + node, lane]
            size = 1.0 + sum(map(abs, terms))
            if activation in JUMPS and abs(math.fsum(terms)) < 1e-12 * size:
                assert found in JUMPS[Activation(activation)]
            else:
                assert abs(found - expected) <= 1e-13 * size * (
                    size if activation == Activation.SQUARE else 1.0
                )


def activated(activation: Activation, sums: np.ndarray) -> np.ndarray:
    """What a node with one connection of weight 1 makes of `sums`."""
    network = Network(1, 1, np.array([activation]), np.array([0, 1]), np.array([1]))
    return run(network, np.ones(len(sums)), sums[None])[-1]


@pytest.mark.parametrize("activation", Activation, ids=lambda activation: activation.label)
def test_activations_are_their_formulas(activation: Activation) -> None:
    sums = np.concatenate(
        [[0.0, -0.0, 1.0, -1.0, 0.5], np.random.default_rng(0).normal(0.0, 3.0, 200)]
    )
    expected = [naive.ACTIVATIONS[activation](x) for x in sums.tolist()]
    np.testing.assert_allclose(activated(activation, sums), expected, rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize("activation", Activation, ids=lambda activation: activation.label)
def test_activations_do_not_depend_on_the_lane(activation: Activation) -> None:
    sums = np.random.default_rng(1).normal(0.0, 3.0, 37)
    together = activated(activation, sums)
    for lane in range(37):
        assert activated(activation, sums[lane : lane + 1])[0] == together[lane]


@pytest.mark.parametrize("activation", Activation, ids=lambda activation: activation.label)
def test_a_node_without_sources_is_one_whose_sources_are_zero(activation: Activation) -> None:
    alone = Network(1, 1, np.array([activation]), np.zeros(2, np.int64), np.zeros(0, np.int64))
    found = run(alone, np.ones(1), np.ones((1, 1)))[-1, :1]
    assert found.tobytes() == activated(activation, np.zeros(1))[:1].tobytes()


@PROPERTY
@given(genomes(steps=40), seeds)
def test_shared_weights(genome: Genome, seed: int) -> None:
    network, rng = compile_genome(genome), np.random.default_rng(seed)
    weight = rng.uniform(-2.0, 2.0, 5)
    values = run(network, weight, rng.normal(size=(genome.inputs, 5)))
    assert_every_node_right(network, np.tile(weight, (network.connections, 1)), values)


@PROPERTY
@given(genomes(steps=40), seeds)
def test_individual_weights(genome: Genome, seed: int) -> None:
    network, rng = compile_genome(genome), np.random.default_rng(seed)
    weight = rng.normal(size=(network.connections, 5))
    values = run(network, weight, rng.normal(size=(genome.inputs, 5)))
    assert_every_node_right(network, weight, values)


@PROPERTY
@given(genomes(steps=40), seeds, st.integers(1, 21), st.booleans())
def test_a_lane_does_not_depend_on_its_index_or_the_width(
    genome: Genome, seed: int, lanes: int, shared: bool
) -> None:
    network, rng = compile_genome(genome), np.random.default_rng(seed)
    weight = rng.normal(size=lanes if shared else (network.connections, lanes))
    inputs = rng.normal(size=(genome.inputs, lanes))
    together = run(network, weight, inputs)
    order = rng.permutation(lanes)
    shuffled = run(network, weight[..., order], inputs[:, order])
    np.testing.assert_array_equal(shuffled, together[:, order])
    for lane in range(lanes):
        alone = run(network, weight[..., [lane]], inputs[:, [lane]])
        np.testing.assert_array_equal(alone[:, 0], together[:, lane])


@PROPERTY
@given(genomes(steps=40), seeds)
def test_lanes_beyond_the_width_stay_as_they_are(genome: Genome, seed: int) -> None:
    network, rng = compile_genome(genome), np.random.default_rng(seed)
    for rows in ((), (network.connections,)):
        values = values_for(network, rng.normal(size=(genome.inputs, 3 * LANES)))
        forward(pack([network]), 0, np.ones((*rows, 3 * LANES)), values, LANES)
        assert np.isnan(values[1 + genome.inputs :, LANES:]).all()
        assert not np.isnan(values[:, :LANES]).any()


def test_a_network_among_others_computes_what_it_does_alone() -> None:
    rng = np.random.default_rng(2)
    networks = [compile_genome(grow(seed, 30, 4, 2)) for seed in range(6)]
    inputs = rng.normal(size=(4, 8))
    for index, network in enumerate(networks):
        for rows in ((), (network.connections,)):
            weight = rng.normal(size=(*rows, 8))
            values = values_for(network, inputs)
            forward(pack(networks), index, weight, values, 8)
            np.testing.assert_array_equal(values, run(network, weight, inputs))


@pytest.mark.parametrize("w", [-2.0, -0.5, 1.0, 1.5])
def test_individual_weights_that_are_equal_act_as_a_shared_one(w: float) -> None:
    for seed in range(10):
        network = compile_genome(grow(seed, 12, 3, 2, SMOOTH))
        inputs = np.random.default_rng(seed).normal(size=(3, 4))
        shared = run(network, np.full(4, w), inputs)
        individual = run(network, np.full((network.connections, 4), w), inputs)
        np.testing.assert_allclose(individual, shared, rtol=1e-10, atol=1e-10)


def test_a_node_without_connections_gets_nothing() -> None:
    network = Network(
        1, 1, np.array([Activation.COSINE]), np.array([0, 0]), np.array([], dtype=np.int64)
    )
    for weight in (np.ones(2), np.ones((0, 2))):
        assert run(network, weight, np.ones((1, 2)))[-1] == pytest.approx([1.0, 1.0])


@pytest.mark.skipif(bool(config.DISABLE_JIT), reason="nothing is compiled")
def test_a_pass_counts_no_references() -> None:
    """It would take as long as computing ten nodes: numba leaves pairs that it cannot match."""
    # Compiled anew: of what comes from the cache there is no text
    dispatcher: Any = forward
    compiled = numba.njit(nogil=True, error_model="numpy")(dispatcher.py_func)
    network = compile_genome(grow(0, 30, 3, 1))
    values = values_for(network, np.ones((3, LANES)))
    compiled(pack([network]), 0, np.ones(LANES), values, LANES)
    (code,) = compiled.inspect_llvm().values()
    body = code[code.index("define ") :]
    assert "call void @NRT_incref" not in body[: body.index("\n}\n")]
