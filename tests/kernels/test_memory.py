"""What is remembered is what was, lane by lane, and nothing at the start."""

import numpy as np
from genome_toys import PROPERTY, genomes
from hypothesis import given
from hypothesis import strategies as st

from wann.kernels.memory import forget, memories, remember
from wann.kernels.vectors import LANES
from wann.network.compile import compile_genome
from wann.network.genome import Genome
from wann.network.network import pack, step_of


@PROPERTY
@given(st.lists(genomes(recurrent=None), min_size=1, max_size=3), st.integers(1, LANES))
def test_memories_repeat_the_rows_that_are_read(some: list[Genome], width: int) -> None:
    networks = [compile_genome(genome) for genome in some]
    packed = pack(networks)
    for number, network in enumerate(networks):
        rows = step_of(network).remembered
        kept, first = len(rows), 1 + network.inputs
        assert memories(packed, number) == kept
        values = np.arange((first + kept + len(network.activation)) * 8.0).reshape(-1, 8)
        before = values.copy()
        remember(packed, number, values, first, width)
        for i, row in enumerate(rows.tolist()):
            assert values[first + i, :width].tolist() == before[row, :width].tolist()
            assert values[first + i, width:].tolist() == before[first + i, width:].tolist()
        forget(packed, number, values, first)
        assert not values[first : first + kept].any()
        others = np.r_[0:first, first + kept : len(values)]
        np.testing.assert_array_equal(values[others], before[others])
