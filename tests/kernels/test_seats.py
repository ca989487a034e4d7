"""Networks that are computed in turn come to what each comes to alone."""

import numpy as np
import pytest
from genome_toys import PROPERTY, grow
from hypothesis import given
from hypothesis import strategies as st

from wann.kernels.forward import Packed, forward
from wann.kernels.jit import kernel
from wann.kernels.nodes import SEATS, compute_seats
from wann.kernels.seats import seats_pay
from wann.kernels.vectors import LANES, LANES32
from wann.network.compile import compile_genome
from wann.network.network import pack

NOBODY = [0, 0, 0]


@kernel
def in_turn(packed: Packed, seat: np.ndarray, weight: np.ndarray, values: np.ndarray) -> bool:
    return compute_seats(packed, seat, weight, values)


@PROPERTY
@given(
    st.lists(st.none() | st.integers(0, 2**20), min_size=SEATS, max_size=SEATS),
    st.sampled_from([(np.float64, LANES), (np.float32, LANES32)]),
)
def test_each_network_as_if_alone(seeds: list[int | None], numbers: tuple[type, int]) -> None:
    number, lanes = numbers
    some = [compile_genome(grow(seed or 0, (seed or 0) % 60, 4, 2)) for seed in seeds]
    packed, counts = pack(some), [len(network.activation) for network in some]
    rng = np.random.default_rng(seeds[0] or 0)
    values = rng.normal(size=(5 + max(counts), SEATS * lanes)).astype(number)
    values[0], weight = 1.0, rng.uniform(-2, 2, SEATS * lanes).astype(number)
    before = values.copy()
    seat = np.array(
        [
            NOBODY if seed is None else [packed.node_start[k], counts[k], 5]
            for k, seed in enumerate(seeds)
        ]
    )

    assert in_turn(packed, seat, weight, values)

    for k, seed in enumerate(seeds):
        own, given_weight = (
            np.ascontiguousarray(x[..., k * lanes : (k + 1) * lanes]) for x in (before, weight)
        )
        alone = own[: 5 + counts[k]].copy()
        if seed is not None:
            with np.errstate(all="ignore"):  # without the compiler, NumPy warns of overflow
                forward(packed, k, given_weight, alone, lanes)
        own[: 5 + counts[k]] = alone
        np.testing.assert_array_equal(values[:, k * lanes : (k + 1) * lanes], own)


@pytest.mark.parametrize(("number", "vector"), [(np.float64, LANES), (np.float32, LANES32)])
def test_who_plays_side_by_side(number: type, vector: int) -> None:
    weights = np.ones((2, 1), number)
    assert seats_pay(1000, 2 * vector, weights)
    assert not seats_pay(1000, 2 * vector + 1, weights)
    assert seats_pay(3, 100 * vector, weights), "a search that confirms compiles no other kernel"
