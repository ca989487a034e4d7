"""Control tasks with jitted dynamics: all episodes of a network in lockstep.

The physics is that of `wann.envs`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from wann.config import DOUBLE, PRECISIONS, SINGLE
from wann.envs import cartpole_physics as physics
from wann.errors import unknown
from wann.kernels.forward import Packed
from wann.kernels.seats import seats_pay
from wann.network.network import Network
from wann.network.weightings import Weightings
from wann.tasks.cartpole_rollouts import rollout_beside, rollout_cartpole
from wann.tasks.optional_abilities import (
    Filmable,
    Filming,
    InPrecisions,
    OnCards,
    Tunable,
    of_one_precision,
)
from wann.tasks.spec import make_spec
from wann.tasks.task import Task

_ENVIRONMENTS = {
    "swingup": "wann.envs:wann/CartPoleSwingUp-v1",
    "swingup-hard": "wann.envs:wann/CartPoleSwingUpHard-v1",
    "swingup-memory": "wann.envs:wann/CartPoleSwingUpMemory-v1",
}

_NUMBERS = {DOUBLE: np.float64, SINGLE: np.float32}
_EXCERPTS = ((85, 125), (65, 180), (50, 300))  # steps from which, and up to which, rewards count


@dataclass(frozen=True)
class CartPoleSwingUp(Filmable, InPrecisions, OnCards, Tunable):
    """Return of one episode of cart-pole swing-up: the sum of its rewards, at most one a step."""

    name: str = "swingup"
    steps: int = 1000
    first: int = 0  # step from which rewards count
    velocities: bool = True  # whether networks see them, or must remember
    precision: str = DOUBLE  # of the numbers that a search computes with

    outputs = physics.ACTIONS
    output_names = ("force",)

    def __post_init__(self) -> None:
        if self.precision not in PRECISIONS:
            raise unknown("precision", str(self.precision), PRECISIONS)

    @property
    def inputs(self) -> int:
        """Position of the cart, cosine and sine of the angle, and both velocities or neither."""
        return int(physics.OBSERVATIONS if self.velocities else physics.POSITIONS)

    @property
    def input_names(self) -> Sequence[str]:
        """Names of the observations."""
        return ("x", "x'", "cos", "sin", "angle'") if self.velocities else ("x", "cos", "sin")

    @property
    def spec(self) -> str:
        """The name, with the precision where that is not double."""
        double = self.precision == DOUBLE
        return super().spec if double else make_spec(self.name, {"precision": self.precision})

    def in_precision(self, precision: str) -> "CartPoleSwingUp":
        """Return the same, computed in another precision.

        UserError for a task of somebody's own that is made of this one, whose spec could not say
        so.
        """
        if precision == self.precision:
            return self
        if self._made_from or self.name not in _ENVIRONMENTS:
            raise of_one_precision(self, precision)
        return replace(self, precision=precision)

    @property
    def held_out(self) -> "CartPoleSwingUp":
        """The same in double precision."""
        return self.in_precision(DOUBLE)

    confirmed_on = held_out

    @property
    def environment(self) -> str:
        """The Gymnasium id of the same task."""
        return _ENVIRONMENTS[self.name]

    def filming(self) -> Filming:
        """Return the environment of `wann.envs`: it shows the inputs and takes the output."""
        import gymnasium

        from wann.tasks.gym.stepping import advance, begin

        make = partial(gymnasium.make, self.environment, render_mode="rgb_array")
        return Filming(self.environment, make, begin, advance)

    def excerpts(self) -> Sequence[Task]:
        """Return the time when the pole should come up, then longer parts, to hold it there too.

        Up to about step 80 a higher swing earns more, and delays everything behind it: on whole
        episodes, tuning ends with a slow swing-up. The longer parts begin earlier, since once the
        pole comes up, what it earns before step 85 tells the quick policies from the slow ones.
        """
        if self.first or self.steps <= _EXCERPTS[-1][1]:
            return ()
        return tuple(replace(self, first=first, steps=steps) for first, steps in _EXCERPTS)

    def draw_episodes(self, episodes: int, rng: np.random.Generator) -> NDArray[np.float64]:
        """Return `episodes` start states (episodes, 4), the same for all networks."""
        starts: NDArray[np.float64] = physics.draw_starts(episodes, rng)
        return starts

    def score(
        self,
        packed: Packed,
        span: tuple[int, int],
        weights: Weightings,
        episodes: NDArray[np.float64],
        returns: NDArray[np.float64],
        steps: NDArray[np.int64],
    ) -> None:
        """Run some networks, each in all its episodes at once. See `Task.score`.

        Args:
            packed: Networks, as `pack` returns them.
            span: The first network to score, and the one behind the last.
            weights: Shared weights, or individual ones for one network.
            episodes: Start states, (episodes, 4).
            returns: (networks, weightings, episodes), to be filled.
            steps: Environment steps taken, (networks,) int64, to be filled.
        """
        values = weights.values.astype(_NUMBERS[self.precision], copy=False)
        lanes = len(weights) * len(episodes)
        if weights.is_shared and seats_pay(span[1] - span[0], lanes, values):
            clock = (self.first, self.steps)
            rollout_beside(packed, span, values, episodes, self.velocities, clock, returns, steps)
            return
        rollout_cartpole(
            packed,
            span,
            values,
            None if weights.is_shared else True,
            episodes,
            self.velocities,
            self.first,
            self.steps,
            returns,
            steps,
        )

    def score_on_card(
        self,
        networks: Sequence[Network],
        weights: Weightings,
        episodes: NDArray[np.float64],
        returns: NDArray[np.float64],
        steps: NDArray[np.int64],
    ) -> None:
        """Run some networks, each lane in a thread. See `OnCards.score_on_card`.

        Args:
            networks: different ones.
            weights: Shared weights, or individual ones for one network.
            episodes: Start states, (episodes, 4).
            returns: (networks, weightings, episodes), to be filled.
            steps: Environment steps taken, (networks,) int64, to be filled.
        """
        from wann.tasks.cuda.games import swingup_game
        from wann.tasks.cuda.play import Episodes, play

        begun = Episodes(episodes, np.zeros((2, self.inputs)), self.first, self.steps)
        game = swingup_game(self.velocities, self.precision == SINGLE)
        play(game, self.pack(networks), weights, begun, returns, steps)
