"""Confirmed networks of given sizes and means, and fronts of them."""

import numpy as np

from wann.evolution.front import Confirmed, Front
from wann.network.genome import Genome, minimal


def genome(connections: int) -> Genome:
    """Eight inputs, of which the first `connections` are joined to the output."""
    return minimal(8, 1, (np.arange(9) < connections)[:, None])


def confirmed(connections: int, mean: float) -> Confirmed:
    return Confirmed(genome(connections), connections, mean, 1.0, 600, 0)


def front(*members: tuple[int, float]) -> Front:
    made = Front()
    for connections, mean in members:
        made.add(confirmed(connections, mean))
    return made
