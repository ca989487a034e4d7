"""Episodes on a card: each thread plays one of a network's lanes from its start to its end."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from wann.kernels.cuda.activations import activation_for
from wann.kernels.cuda.arithmetic import begin_quietly
from wann.kernels.cuda.compiler import cuda
from wann.kernels.cuda.forward import forward_for

_STATE_ROWS = 8  # of any game; how many is compiled into kernels


@dataclass(frozen=True)
class Game:
    """An environment on a card: functions of threads, and what its episodes begin with.

    A thread has a state (8, 1) and values (rows, 1): bias, inputs, memories and nodes.
    Equal games share a compiled kernel.
    """

    name: str  # what tells its functions from those of others
    begin: Callable[..., None]  # (state, start)
    observe: Callable[..., None]  # (state, values, scaling): writes the inputs, from row 1 on
    step: Callable[..., None]  # (state, values, row): acts by the outputs from `row` on
    is_over: Callable[..., bool]  # (state,)
    reward: int  # the row of a state that holds the last reward
    inputs: int
    outputs: int
    single: bool = False  # whether states, values and weights are float32, in place of float64

    @property
    def number(self) -> Any:
        """The type of the numbers in states, values and weights."""
        return np.float32 if self.single else np.float64


def rollout_for(game: Game, codes: tuple[int, ...], shared: bool) -> Any:
    """Return the kernel that plays a game with networks of these activations.

    `shared` says whether all connections share a weight. The arguments of the kernel are a `Packed`
    and the first of its networks to play, the weights (weightings, 1 or connections), what
    `play.Episodes` holds, from how many to how many threads networks begin, a table of values
    (rows, threads), and what is filled: returns (networks, weightings, episodes) and the steps
    taken (networks, lanes).
    """
    key = (game.name, tuple(sorted(codes)), shared)
    if key not in _made:
        _made[key] = _rollout(game, activation_for(codes, game.single), shared)
    return _made[key]


_made: dict[tuple[str, tuple[int, ...], bool], Any] = {}


def _rollout(game: Game, activate: Any, shared: bool) -> Any:
    forward, number = forward_for(activate, shared, game.single), game.number
    begin, observe, step, is_over = game.begin, game.observe, game.step, game.is_over
    reward, first_kept, outputs = game.reward, 1 + game.inputs, game.outputs

    @cuda.jit
    def play(  # type: ignore[no-untyped-def]
        packed, base, weights, starts, scaling, first, limit, stride, table, returns, taken
    ):
        # Threads of a network lie side by side, from a multiple of `stride` on.
        thread = cuda.grid(1)
        begin_quietly()
        place, lane = thread // stride, thread % stride
        episodes = starts.shape[0]
        if place >= returns.shape[0] or lane >= weights.shape[0] * episodes:
            return
        network = base + place
        weighting, episode = lane // episodes, lane % episodes
        values, weight = table[:, thread : thread + 1], weights[weighting]
        start, stop = packed.memory_start[network], packed.memory_start[network + 1]
        nodes = packed.node_start[network + 1] - packed.node_start[network]
        row = first_kept + (stop - start)
        values[0, 0] = 1.0
        for kept in range(first_kept, row):
            values[kept, 0] = 0.0
        state = cuda.local.array((_STATE_ROWS, 1), number)
        begin(state, starts[episode])
        total, steps, going = np.float64(0.0), 0, True  # rewards are summed in double precision
        while going and steps < limit:
            observe(state, values, scaling)
            forward(packed, network, weight, values, row)
            for kept in range(start, stop):
                values[first_kept + kept - start, 0] = values[packed.remembered[kept], 0]
            step(state, values, row + nodes - outputs)
            if steps >= first:
                total += state[reward, 0]
            steps += 1
            going = not is_over(state)
        returns[place, weighting, episode] = total
        taken[place, lane] = steps

    return play
