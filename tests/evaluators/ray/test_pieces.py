"""How a request is cut."""

from collections import deque

import numpy as np
from genome_toys import PROPERTY
from hypothesis import given
from hypothesis import strategies as st
from ray_toys import WEIGHTS, networks

from wann.evaluators.ray.pace import Pace
from wann.evaluators.ray.pieces import Piece
from wann.network.weightings import Weightings
from wann.tasks.registry import make_task

SIMULATOR = 'gym:CartPole-v1 {"backend": "gymnasium", "max_steps": 20}'
COMPILED = "swingup-hard"
DIGITS = "digits"


@PROPERTY
@given(
    st.sampled_from([COMPILED, SIMULATOR, DIGITS]),
    st.integers(1, 6),
    st.integers(1, 9),
    st.lists(st.floats(1e-3, 1e6), min_size=1, max_size=40),
)
def test_cutting_covers_every_lane_once(
    spec: str, count: int, episodes: int, sizes: list[float]
) -> None:
    task = make_task(spec)
    drawn = task.draw_episodes(episodes, np.random.default_rng(0))
    whole = Pace().prepare(0, task, "", networks(task, count), WEIGHTS, drawn).whole
    seen = np.zeros((count, len(WEIGHTS), episodes), dtype=int)
    queue: deque[Piece] = deque([whole])
    for i in range(10_000):
        if not queue:
            break
        piece = queue.popleft()
        parts = piece.cut(sizes[i % len(sizes)])
        if parts:
            assert parts[0].pairs + parts[1].pairs == piece.pairs
            assert min(parts[0].pairs, parts[1].pairs) > 0
            piece = parts[0]
            queue.appendleft(parts[1])
        seen[tuple(slice(*span) for span in piece.spans)] += 1
    assert (seen == 1).all()


@PROPERTY
@given(
    st.lists(st.sampled_from([-2.0, -1.0, 1.0, 2.0, 3.0]), min_size=1, max_size=9),
    st.lists(st.floats(1e-3, 1e6), min_size=1, max_size=9),
)
def test_weights_of_one_magnitude_stay_together(weights: list[float], sizes: list[float]) -> None:
    task = make_task(SIMULATOR)
    (network, _) = networks(task, 1)
    given = Weightings.shared(weights)
    piece = Pace().prepare(0, task, "", [network], given, np.arange(1)).whole
    assert piece.request.weights.values[:, 0].tolist() == [weights[i] for i in piece.request.order]
    for size in sizes:
        parts = piece.cut(size)
        if parts is None:
            break
        here, rest = (np.abs(part.request.weights.values[slice(*part.weights)]) for part in parts)
        assert not set(here.ravel()) & set(rest.ravel())
        piece = parts[1]


def test_individual_weights_are_parted_anywhere() -> None:
    task = make_task(SIMULATOR)
    (network, _) = networks(task, 1)
    own = Weightings.individual(np.ones((4, network.connections)))
    piece = Pace().prepare(0, task, "", [network], own, np.arange(1)).whole
    parts = piece.cut(piece.work / 4)
    assert parts is not None
    assert [part.weights for part in parts] == [(0, 1), (1, 4)]
