"""All episodes of a generation on a card: its memory, the launch, and what comes back."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.kernels.cuda.compiler import cuda
from wann.kernels.forward import Packed
from wann.network.weightings import Weightings
from wann.tasks.cuda.rollout import Game, rollout_for
from wann.tasks.cuda.room import BLOCK, NUMBER, fitting, on_card, own_codes

_WARP = 32  # threads that go on together


class Episodes(NamedTuple):
    """What the episodes of a game begin with, and when they end."""

    starts: NDArray[np.float64]  # (episodes, 4) start states
    scaling: NDArray[np.float64]  # (2, inputs) mean and standard deviation of what is observed
    first: int  # step from which rewards count
    limit: int  # steps after which an episode ends


def play(
    game: Game,
    packed: Packed,
    weights: Weightings,
    episodes: Episodes,
    returns: NDArray[np.float64],
    steps: NDArray[np.int64],
) -> None:
    """Play all episodes of all networks, as many networks at once as the card has room for.

    Args:
        game: what is played.
        packed: networks, as `pack` returns them.
        weights: shared weights, or individual ones for one network.
        episodes: how episodes begin and end.
        returns: (networks, weightings, episodes), filled with sums of rewards.
        steps: environment steps taken, (networks,), filled.

    Raises:
        UserError: where the card has no room for a single network.
    """
    networks, lanes = len(returns), len(weights) * len(episodes.starts)
    stride = stride_of(lanes)
    rows = _rows(game, packed)
    at_once = fitting(networks, (rows * stride + 2 * lanes) * NUMBER)
    kernel = rollout_for(game, own_codes(packed), weights.is_shared)
    sent = Packed(*map(on_card, packed))
    own = weights.values.astype(game.number, copy=False)
    shared = [on_card(x) for x in (own, episodes.starts, episodes.scaling)]
    table = cuda.device_array((rows, at_once * stride), dtype=game.number)
    for base in range(0, networks, at_once):
        count = min(at_once, networks - base)
        earned = cuda.device_array((count, *returns.shape[1:]))
        taken = cuda.device_array((count, lanes), dtype=np.int64)
        threads = count * stride
        kernel[-(-threads // BLOCK), BLOCK](
            sent, base, *shared, episodes.first, episodes.limit, stride, table, earned, taken
        )
        returns[base : base + count] = earned.copy_to_host()
        steps[base : base + count] = taken.copy_to_host().sum(axis=1)


def stride_of(lanes: int) -> int:
    """Return from how many to how many threads networks begin, so that none shares a warp in part.

    Threads of a warp go on together, so that those of two networks would wait for each other.
    """
    if lanes >= _WARP:
        return -(-lanes // _WARP) * _WARP
    return int(2 ** np.ceil(np.log2(lanes)))


def _rows(game: Game, packed: Packed) -> int:
    """Return how many values the largest network has."""
    nodes, kept = np.diff(packed.node_start), np.diff(packed.memory_start)
    return 1 + game.inputs + int((nodes + kept).max())
