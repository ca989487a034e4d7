"""Side by side, networks earn what they earn in lockstep, to the same bytes."""

import numpy as np
from genome_toys import PROPERTY, grow
from hypothesis import given
from hypothesis import strategies as st

from wann.envs import cartpole_physics as physics
from wann.network.compile import compile_genome
from wann.network.network import Network, pack
from wann.tasks.cartpole_rollouts import rollout_beside, rollout_cartpole


def networks(seeds: list[int], inputs: int) -> list[Network]:
    """Networks of many sizes, every other one with recurrent connections."""
    return [
        compile_genome(grow(seed, 3 + seed % 40, inputs, 1, recurrent=seed % 2 == 1))
        for seed in seeds
    ]


def starts(seed: int, episodes: int) -> np.ndarray:
    """Start states, of which some leave the track early, one is no number, and one runs away."""
    drawn = physics.draw_starts(episodes, np.random.default_rng(seed))
    drawn[::3, 1] = 9.0
    if seed % 4 == 0:
        drawn[-1, 2] = np.nan
    return drawn


@PROPERTY
@given(
    st.lists(st.integers(0, 2**20), min_size=1, max_size=9),
    st.integers(0, 99),
    st.integers(1, 7),
    st.integers(1, 5),
    st.booleans(),
    st.sampled_from([(0, 70), (0, 1), (20, 60), (50, 30)]),
    st.sampled_from([np.float64, np.float32]),
)
def test_company_changes_nothing(
    seeds: list[int],
    seed: int,
    episodes: int,
    weights: int,
    velocities: bool,
    clock: tuple[int, int],
    number: type,
) -> None:
    some, begun = networks(seeds, 5 if velocities else 3), starts(seed, episodes)
    shared = np.random.default_rng(seed).uniform(-2, 2, (weights, 1)).astype(number)
    packed, span = pack(some), (seed % len(some), len(some))
    lockstep, beside = np.full((2, len(some), weights, episodes), -7.0)
    steps, beside_steps = np.full((2, len(some)), -7)

    rollout_cartpole(packed, span, shared, None, begun, velocities, *clock, lockstep, steps)
    rollout_beside(packed, span, shared, begun, velocities, clock, beside, beside_steps)

    np.testing.assert_array_equal(beside, lockstep)
    np.testing.assert_array_equal(beside_steps, steps)
