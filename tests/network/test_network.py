import numpy as np
import pytest
from genome_toys import PROPERTY, genomes, grow
from hypothesis import given
from hypothesis import strategies as st

from wann.errors import UserError
from wann.kernels.forward import forward
from wann.kernels.vectors import LANES
from wann.network.compile import compile_genome
from wann.network.genome import Genome
from wann.network.network import pack


def test_pack_lays_networks_end_to_end() -> None:
    networks = [compile_genome(grow(seed, 5 * seed, 3, 2)) for seed in range(6)]
    packed = pack(networks)
    assert len(packed.node_start) == 7
    for index, network in enumerate(networks):
        first, last = packed.node_start[index : index + 2]
        starts = packed.edge_start[first : last + 1]
        assert (packed.activation[first:last] == network.activation).all()
        assert (starts - starts[0] == network.edge_start).all()
        assert (packed.source[starts[0] : starts[-1]] == network.source).all()
    assert packed.node_start[-1] == len(packed.activation) == len(packed.edge_start) - 1
    assert packed.edge_start[-1] == len(packed.source)


@PROPERTY
@given(genomes(steps=40), st.integers(0, 2**32 - 1), st.integers(0, 300))
def test_a_call_computes_what_the_kernel_does(genome: Genome, seed: int, count: int) -> None:
    network, rng = compile_genome(genome), np.random.default_rng(seed)
    x, w = rng.normal(size=(count, genome.inputs)), float(rng.normal())
    own = rng.normal(size=network.connections)
    lanes = -(-count // LANES) * LANES
    for weight in (w, own):
        values = np.zeros((1 + network.inputs + len(network.activation), lanes))
        values[0], values[1 : 1 + network.inputs, :count] = 1.0, x.T
        forward(pack([network]), 0, np.array([weight] * lanes).T.copy(), values, lanes)
        expected = values[len(values) - network.outputs :, :count].T
        found = network(x, weight)
        assert found.dtype == np.float64
        np.testing.assert_array_equal(found, expected)
        for i in range(min(count, 2)):
            np.testing.assert_array_equal(network(x[i], weight), expected[i])
            np.testing.assert_array_equal(network(x[i].tolist(), weight), expected[i])


@pytest.mark.parametrize(
    ("x", "weight", "message"),
    [
        (np.zeros(2), 1.0, r"expected an input of shape \(3,\) or many .* got \(2,\)"),
        (np.zeros((2, 4)), 1.0, r"got \(2, 4\)"),
        (np.zeros((1, 1, 3)), 1.0, r"got \(1, 1, 3\)"),
        (1.0, 1.0, r"got \(\)"),
        (np.zeros(3), np.ones(2), r"expected one weight, or one for each of \d+ .*\(2,\)"),
    ],
)
def test_shapes_that_do_not_fit_are_refused(x: object, weight: object, message: str) -> None:
    with pytest.raises(UserError, match=message):
        compile_genome(grow(1, 5, 3, 2))(x, weight)


def test_what_is_printed_is_short() -> None:
    genome = grow(3, 60, 4, 2)
    assert repr(genome).startswith("Genome(inputs=4, outputs=2, hidden=")
    assert repr(compile_genome(genome)).startswith("Network(inputs=4, outputs=2, hidden=")
    assert len(repr(genome)) < 90
