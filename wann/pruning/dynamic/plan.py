"""How many connections and hidden units a growing network has after each time that it grows."""

from collections.abc import Sequence
from typing import NamedTuple

from wann.errors import UserError

_TIMES = 10  # how often a network grows, at most
# The share of the training in which it grows; the rest is for the weights (as Evci et al. 2020)
_GROWING = 0.5
_FEWEST = 4  # connections that are added at a time, at least: two make the smallest unit
# Connections for each hidden unit
_FOR_A_UNIT = 20


class Growing(NamedTuple):
    """One time that a network grows."""

    step: int  # training steps before it
    connections: int  # behind it
    units: tuple[int, ...]  # of each hidden layer, behind it


def plan(
    inputs: int, outputs: int, hidden: Sequence[int], connections: int, steps: int
) -> list[Growing]:
    """Return when a network grows, and how large it is then; the last time to `connections`.

    Args:
        inputs: how many there are, without the bias.
        outputs: how many there are.
        hidden: how many units each hidden layer has at most.
        connections: how many there are in the end.
        steps: how many steps of training there are.

    UserError if units at their most have fewer places than `connections`.
    """
    total = places(inputs, outputs, hidden)
    if connections > total:
        raise UserError(
            f"the model that grows has {total} places for connections at most, fewer than the "
            f"{connections} asked for; give more --hidden units"
        )
    times = max(1, min(_TIMES, connections // _FEWEST, int(_GROWING * steps)))
    found: list[Growing] = []
    units = (0,) * len(hidden)
    for number in range(times):
        size = connections * (number + 1) // times
        wanted = size // _FOR_A_UNIT
        while sum(units) < sum(hidden) and (
            sum(units) < wanted or places(inputs, outputs, units) < size
        ):
            units = _one_more(units, hidden)
        found.append(Growing(int(_GROWING * steps * number / times), size, units))
    return found


def places(inputs: int, outputs: int, units: Sequence[int]) -> int:
    """Return how many connections there can be: each layer hears everything before it."""
    before, found = 1 + inputs, 0
    for wide in (*units, outputs):
        found += before * wide
        before += wide
    return found


def _one_more(units: tuple[int, ...], hidden: Sequence[int]) -> tuple[int, ...]:
    """Return `units` with one more, in the layer of which the smallest share is there."""
    shares = [have / most for have, most in zip(units, hidden, strict=True)]
    least = shares.index(min(shares))
    return tuple(have + (number == least) for number, have in enumerate(units))
