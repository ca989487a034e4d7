"""Several networks in one call are what each is in a call of its own, step after step."""

import numpy as np
import pytest
from genome_toys import grow

from wann.kernels.forward import forward
from wann.kernels.forward_each import close_ranks_each, forward_each
from wann.kernels.memory import forget, memories, remember
from wann.kernels.vectors import LANES
from wann.network.compile import compile_genome
from wann.network.network import pack

INPUTS, OUTPUTS, STEPS = 3, 2, 4


def tables(packed, count: int, width: int) -> np.ndarray:
    """Return room for the values of all networks, their memories empty."""
    heights = 1 + INPUTS + np.diff(packed.node_start) + np.diff(packed.memory_start)
    values = np.ones((count, heights.max(), width))
    for network in range(count):
        forget(packed, network, values[network], 1 + INPUTS)
    return values


@pytest.mark.parametrize("counts", [(1, 8, 0, 3), (17, 16, 9, 1)], ids=str)
@pytest.mark.parametrize("seed", range(4))
def test_networks_in_one_call_are_what_they_are_alone(seed: int, counts: tuple[int, ...]) -> None:
    networks = [
        compile_genome(grow(seed * 10 + i, 30, INPUTS, OUTPUTS, recurrent=bool(i % 2)))
        for i in range(1 + len(counts))
    ]
    packed, rng = pack(networks), np.random.default_rng(seed)
    width = -(-max(counts) // LANES) * LANES
    weight = rng.normal(size=(len(counts), width))
    values = tables(packed, len(networks), width)[1:]  # the first network does not play
    alive = np.array(counts)
    alone = values.copy()
    for _ in range(STEPS):
        rows = rng.normal(size=(sum(counts), INPUTS))
        found = np.full((OUTPUTS, sum(counts)), np.nan)
        with np.errstate(all="ignore"):
            forward_each(packed, 1, weight, values, alive, rows, found)
        behind = 0
        for i, count in enumerate(counts):
            nodes = int(packed.node_start[i + 2] - packed.node_start[i + 1])
            own = alone[i, : 1 + INPUTS + memories(packed, 1 + i) + nodes]
            own[1 : 1 + INPUTS, :count] = rows[behind : behind + count].T
            with np.errstate(all="ignore"):
                forward(packed, 1 + i, weight[i], own, -(-count // LANES) * LANES)
            remember(packed, 1 + i, own, 1 + INPUTS, count)
            np.testing.assert_array_equal(found[:, behind : behind + count], own[-OUTPUTS:, :count])
            behind += count


@pytest.mark.parametrize("connections", [1, 5])
def test_lanes_that_go_on_move_to_the_front_with_their_weights(connections: int) -> None:
    rng = np.random.default_rng(0)
    values, weight = rng.normal(size=(3, 6, 8)), rng.normal(size=(3, connections, 8))
    alive, going = np.array([4, 0, 8]), np.array([False, True, False, True, *[True] * 5, False] * 2)
    going = going[:12]
    before, expected = (values.copy(), weight.copy()), []
    for i, lanes in enumerate(np.split(going, [4, 4])):
        chosen = np.flatnonzero(lanes)
        expected.append((chosen, before[0][i][:, chosen], before[1][i][:, chosen]))
    close_ranks_each(values, weight, alive, going)
    for i, (chosen, moved, weights) in enumerate(expected):
        assert alive[i] == len(chosen)
        np.testing.assert_array_equal(values[i][:, : len(chosen)], moved)
        np.testing.assert_array_equal(weight[i][:, : len(chosen)], weights)
