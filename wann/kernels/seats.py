"""Networks that play side by side: each has a seat, which is a vector of lanes.

A node waits for what comes into it, and a core waits with it, unless there is something else to
compute. The few lanes of a network under shared weights are a single vector, so that a core would
mostly wait: hence SEATS vectors play at once, of as many networks, whose nodes take turns
(`compute_seats`). A seat whose episodes are over is given to those that wait. What an episode earns
does not depend on who plays beside it.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.kernels.forward import Packed
from wann.kernels.jit import kernel
from wann.kernels.memory import memories
from wann.kernels.nodes import FIRST_NODE, FIRST_ROW, NODES, SEATS
from wann.kernels.vectors import LANES, LANES32, lanes_of, load, store

# What else the row of a seat says: which network sits there, how many of its lanes are alive, and
# at which step they began and were last looked at.
NETWORK, ALIVE, BEGUN, SEEN = range(FIRST_ROW + 1, FIRST_ROW + 5)
_FIELDS = SEEN + 1

_NOBODY = -1  # plays in a lane

# Where the lanes of a network fill more vectors than these, they keep a core busy by themselves.
_MOST_VECTORS = 2
# So few networks are done soon either way: then a search needs but one of two kernels, both for its
# generations and to confirm its champions, and compiles no other.
_FEW_NETWORKS = 8


class Seats(NamedTuple):
    """What is kept of those who play. Rows lie side by side, a vector for each seat."""

    seat: NDArray[np.int64]  # (SEATS, fields)
    state: NDArray[Any]  # (state rows, lanes) of the environments
    values: NDArray[Any]  # (rows, lanes) bias, inputs, memories and nodes of the networks
    weight: NDArray[Any]  # (lanes,)
    total: NDArray[np.float64]  # (lanes,) what each lane has earned
    lane_id: NDArray[np.int64]  # (lanes,) its weighting and episode, or _NOBODY
    ended: NDArray[np.bool_]  # (lanes,) whether its episode is over


class Terms(NamedTuple):
    """What is played by all networks."""

    weights: NDArray[Any]  # (weights, 1)
    begun: NDArray[Any]  # (state rows, episodes) the state in which each episode begins
    kept: int  # the row of values behind the inputs, where memories begin
    first: int  # step of an episode from which rewards count
    limit: int  # steps after which it is over


def seats_pay(networks: int, lanes: int, weights: NDArray[Any]) -> bool:
    """Return whether networks are to play side by side, and not all lanes of each in lockstep.

    `lanes` are those of each network, in numbers such as `weights` has.
    """
    vector = LANES32 if weights.dtype == np.float32 else LANES
    return networks < _FEW_NETWORKS or lanes <= _MOST_VECTORS * vector


@kernel
def vectors_of(terms: Terms) -> int:
    """Return how many vectors the lanes of a network fill."""
    lanes = lanes_of(terms.weights)
    return int((terms.weights.shape[0] * terms.begun.shape[1] + lanes - 1) // lanes)


@kernel
def make_seats(packed: Packed, span: tuple[int, int], terms: Terms) -> Seats:
    """Return seats, all of them empty, with room for each network of a span."""
    rows = 0
    for network in range(span[0], span[1]):
        nodes = packed.node_start[network + 1] - packed.node_start[network]
        rows = max(rows, terms.kept + memories(packed, network) + nodes)
    width, number = SEATS * lanes_of(terms.weights), terms.weights.dtype
    seats = Seats(
        np.empty((SEATS, _FIELDS), np.int64),
        np.empty((terms.begun.shape[0], width), number),
        np.empty((rows, width), number),
        np.empty(width, number),
        np.empty(width),
        np.empty(width, np.int64),
        np.empty(width, np.bool_),
    )
    # Filled in loops: `np.zeros` and the like are compiled for each kind of array, a tenth of a
    # second each
    for k in range(SEATS):
        for field in range(_FIELDS):
            seats.seat[k, field] = 0
    for lane in range(width):
        seats.total[lane], seats.weight[lane], seats.lane_id[lane] = 0.0, 0.0, _NOBODY
        seats.ended[lane] = False
        for row in range(terms.begun.shape[0]):
            seats.state[row, lane] = 0.0
        for row in range(rows):
            seats.values[row, lane] = 1.0
    return seats


@kernel
def sit(seats: Seats, k: int, packed: Packed, network: int, first_id: int, terms: Terms) -> None:
    """Give seat `k` to a network: the episodes of a vector of its lanes begin.

    Args:
        seats: those that there are.
        k: which of them.
        packed: networks laid end to end.
        network: which of them.
        first_id: weighting * episodes + episode of the first lane.
        terms: what is played.
    """
    seat, lanes, episodes = seats.seat, lanes_of(seats.values), terms.begun.shape[1]
    count = min(lanes, terms.weights.shape[0] * episodes - first_id)
    node = packed.node_start[network]
    seat[k, FIRST_NODE], seat[k, NODES] = node, packed.node_start[network + 1] - node
    seat[k, FIRST_ROW] = terms.kept + memories(packed, network)
    seat[k, NETWORK], seat[k, ALIVE] = network, count
    for i in range(lanes):
        lane, lane_id = k * lanes + i, first_id + min(i, count - 1)
        seats.lane_id[lane] = lane_id if i < count else _NOBODY
        seats.weight[lane] = terms.weights[lane_id // episodes, 0]
        seats.total[lane] = 0.0
        for row in range(seats.state.shape[0]):
            seats.state[row, lane] = terms.begun[row, lane_id % episodes]
        for row in range(terms.kept, seat[k, FIRST_ROW]):
            seats.values[row, lane] = 0.0  # before the first step there is nothing to remember


@kernel
def settle(
    seats: Seats,
    packed: Packed,
    waiting: tuple[int, int],
    step: int,
    terms: Terms,
    returns: NDArray[np.float64],
    steps: NDArray[np.int64],
) -> tuple[int, int]:
    """Note what lanes earned that ended, and give empty seats to those that wait.

    Args:
        seats: whose `ended` says which episodes are over.
        packed: networks laid end to end.
        waiting: the first that waits, and the one behind the last: network * vectors + vector,
            where each network has so many vectors of lanes.
        step: how many were taken since the seats were made.
        terms: what is played.
        returns: (networks, weights, episodes), to be filled.
        steps: (networks,), added to.

    Returns:
        The first that is still waiting, and the step at which to look again if no episode ends
        before it; -1 where nobody plays.
    """
    seat, lanes = seats.seat, lanes_of(seats.values)
    vectors, next_one, look = vectors_of(terms), waiting[0], -1
    for k in range(SEATS):
        if seat[k, ALIVE] > 0:
            steps[seat[k, NETWORK]] += seat[k, ALIVE] * (step - seat[k, SEEN])
            _take_out(seats, k, step - seat[k, BEGUN], terms, returns)
        if seat[k, ALIVE] == 0:
            seat[k, NODES], seat[k, BEGUN] = 0, step
            if next_one < waiting[1]:
                first_id = next_one % vectors * lanes
                sit(seats, k, packed, next_one // vectors, first_id, terms)
                next_one += 1
        seat[k, SEEN] = step
        if seat[k, ALIVE] > 0:
            early = step - seat[k, BEGUN] < terms.first
            at = seat[k, BEGUN] + (min(terms.first, terms.limit) if early else terms.limit)
            look = at if look < 0 else min(look, at)
    return next_one, look


@kernel
def _take_out(seats: Seats, k: int, age: int, terms: Terms, returns: NDArray[np.float64]) -> None:
    """Note what the lanes of a seat earned that ended, and let nobody play in them.

    Args:
        seats: those that there are.
        k: which of them.
        age: how many steps its network has taken.
        terms: what is played.
        returns: as in `settle`.
    """
    seat, lanes, episodes = seats.seat, lanes_of(seats.values), terms.begun.shape[1]
    for lane in range(k * lanes, (k + 1) * lanes):
        if age <= terms.first:
            seats.total[lane] = 0.0
        if not (age >= terms.limit or seats.ended[lane]):
            continue
        lane_id = seats.lane_id[lane]
        if lane_id != _NOBODY:
            returns[seat[k, NETWORK], lane_id // episodes, lane_id % episodes] = seats.total[lane]
            seats.lane_id[lane] = _NOBODY
            seat[k, ALIVE] -= 1
        for row in range(seats.state.shape[0]):  # so that it does not end at each step from now on
            seats.state[row, lane] = terms.begun[row, 0]


@kernel
def put_out(seat: NDArray[np.int64], values: NDArray[Any], outputs: NDArray[Any]) -> None:
    """Copy what all networks put out into `outputs` (outputs, lanes)."""
    lanes, count = lanes_of(values), outputs.shape[0]
    for k in range(SEATS):
        last = seat[k, FIRST_ROW] + seat[k, NODES]
        for output in range(count if seat[k, NODES] > 0 else 0):
            store(outputs, output, k * lanes, load(values, last - count + output, k * lanes))


@kernel
def remember_beside(
    seat: NDArray[np.int64], packed: Packed, values: NDArray[Any], kept: int
) -> None:
    """Keep what the next step reads of this one; memories begin at the row `kept`."""
    lanes = lanes_of(values)
    for k in range(SEATS):
        for memory in range(kept, seat[k, FIRST_ROW] if seat[k, NODES] > 0 else kept):
            i = packed.memory_start[seat[k, NETWORK]] + memory - kept
            store(values, memory, k * lanes, load(values, packed.remembered[i], k * lanes))
