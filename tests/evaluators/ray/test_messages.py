"""What travels to workers arrives as it was sent."""

import numpy as np
from genome_toys import PROPERTY, grow
from hypothesis import given
from hypothesis import strategies as st

from wann.evaluators.ray.messages import unwrap, wrap
from wann.network.compile import compile_genome


@PROPERTY
@given(st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=6))
def test_networks_arrive_as_they_were_sent(seeds: list[int]) -> None:
    sent = [compile_genome(grow(seed, seed % 40, 3, 2, recurrent=seed % 2 > 0)) for seed in seeds]
    for one, other in zip(sent, unwrap(wrap(sent)), strict=True):
        assert one[:2] == other[:2]
        assert all(np.array_equal(a, b) for a, b in zip(one[2:], other[2:], strict=True))
