"""What networks are scored on. `TASKS` is the registry; a task is looked up by name with `make_task`."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from wann.errors import unknown
from wann.kernels import Packed


class Task(Protocol):
    """What an evaluator needs to know of a task. All arrays are float64 unless said otherwise."""

    @property
    def name(self) -> str:
        """The name in `TASKS`."""

    @property
    def inputs(self) -> int:
        """Number of inputs of a network, without the bias."""

    @property
    def outputs(self) -> int:
        """Number of outputs of a network."""

    @property
    def input_names(self) -> Sequence[str]:
        """One name for each input."""

    @property
    def output_names(self) -> Sequence[str]:
        """One name for each output."""

    def draw_episodes(self, episodes: int, rng: np.random.Generator) -> NDArray[Any]:
        """Return what defines each of `episodes` episodes (episodes, ...), the same for all networks."""

    def score(
        self,
        packed: Packed,
        span: tuple[int, int],
        weights: NDArray[np.float64],
        episodes: NDArray[Any],
        returns: NDArray[np.float64],
        steps: NDArray[np.int64],
    ) -> None:
        """Score the networks `span[0]` to `span[1] - 1` of `packed`, filling their rows of `returns` and `steps`.

        `weights` (weightings, 1) for shared weights, or (weightings, connections) for one network; `returns`
        (networks, weightings, episodes); `steps` (networks,) int64. Called from several threads at once, on spans that
        do not overlap; what it writes must depend on nothing but its arguments.
        """


def _swingup() -> Task:
    from wann.tasks.control import CartPoleSwingUp

    return CartPoleSwingUp()


def _swingup_hard() -> Task:
    from wann.tasks.control import CartPoleSwingUp

    return CartPoleSwingUp(name="swingup-hard", steps=200)


TASKS: dict[str, Callable[[], Task]] = {"swingup": _swingup, "swingup-hard": _swingup_hard}


def make_task(name: str) -> Task:
    """Return the task called `name`; UserError with the known names if there is none."""
    if name not in TASKS:
        raise unknown("task", name, TASKS)
    return TASKS[name]()
