"""Candidates whose networks have exactly so many connections, all of which lead to an output."""

import numpy as np

from wann.evolution.strategy.decode import Floats, decode
from wann.evolution.strategy.parent import Parent
from wann.network.compile import compile_all
from wann.network.network import Network


def exact_networks(parent: Parent, candidates: Floats, connections: int) -> list[Network]:
    """Return the networks of exactly so many `connections` of candidates (candidates, scores).

    Places that lead to no output do not count, so each candidate keeps the best places until enough
    of them do. A candidate that has too many as soon as it has enough is left out.
    """
    found: list[Network] = []
    left, sizes = candidates, np.full(len(candidates), connections)
    most = parent.places + len(parent.first_place)  # with the connections that places bring
    while len(left):
        networks = compile_all(decode(parent, left, sizes))
        found += [network for network in networks if network.connections == connections]
        missing = connections - np.array([network.connections for network in networks])
        again = (missing > 0) & (sizes < most)
        left, sizes = left[again], (sizes + (missing + 1) // 2)[again]
    return found
