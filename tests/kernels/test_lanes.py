"""Lanes are taken out one and all, and each takes what belongs to it along."""

import numpy as np
from genome_toys import PROPERTY
from hypothesis import given
from hypothesis import strategies as st

from wann.kernels.lanes import take_out


@PROPERTY
@given(st.lists(st.booleans(), min_size=1, max_size=24), st.integers(1, 4), st.integers(0, 3))
def test_what_ended_is_written_and_the_rest_moves_up(
    mask: list[bool], episodes: int, padding: int
) -> None:
    alive = len(mask)
    weightings = -(-alive // episodes)
    lane_id = np.random.default_rng(alive).permutation(weightings * episodes)[:alive]
    lane_id = np.concatenate([lane_id, np.full(padding, -1)])
    total = lane_id * 10.0
    state, lane_weight = lane_id + np.array([[100.0], [200.0]]), lane_id + np.array([[300.0]])
    memory = lane_id + np.array([[400.0]])
    ended = np.array(mask + [True] * padding)  # behind the lanes alive nothing counts
    over, going_on = (
        set(lane_id[:alive][ended[:alive]].tolist()),
        set(lane_id[:alive][~ended[:alive]].tolist()),
    )
    returns = np.full((weightings, episodes), np.nan)

    left = take_out(ended, alive, total, lane_id, state, lane_weight, memory, returns)

    assert left == len(going_on)
    assert set(lane_id[:left].tolist()) == going_on
    assert set(np.flatnonzero(~np.isnan(returns)).tolist()) == over
    assert all(returns.flat[i] == i * 10.0 for i in over)
    np.testing.assert_array_equal(total[:left], lane_id[:left] * 10.0)
    np.testing.assert_array_equal(state[:, :left], lane_id[:left] + np.array([[100.0], [200.0]]))
    np.testing.assert_array_equal(lane_weight[:, :left], lane_id[:left] + np.array([[300.0]]))
    np.testing.assert_array_equal(memory[:, :left], lane_id[:left] + np.array([[400.0]]))
