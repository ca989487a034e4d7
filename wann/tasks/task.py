"""What networks are scored on: the task, as evaluators, searches and measures know it.

What only some tasks can do is in `optional_abilities`.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from wann.network.network import Network, pack
from wann.network.weightings import Weightings


class Task(ABC):
    """What networks are scored on, in episodes that are drawn beforehand.

    All arrays are float64 unless said otherwise.
    """

    # What the returns of `held_out` are: a sum of rewards, or the share of a block of images
    # classified correctly.
    measure: Literal["return", "accuracy"] = "return"
    # What an evaluator splits over its workers: networks and episodes, or only episodes, which
    # suits a task that computes once what its networks have in common.
    spread: Literal["networks", "episodes"] = "networks"
    # What its evaluator's workers are: simulators in Python hold the interpreter's lock, and need
    # processes.
    workers: ClassVar[Literal["threads", "processes"]] = "threads"

    @property
    @abstractmethod
    def name(self) -> str:
        """What to call it in print."""

    @property
    @abstractmethod
    def inputs(self) -> int:
        """Number of inputs of a network, without the bias."""

    @property
    @abstractmethod
    def outputs(self) -> int:
        """Number of outputs of a network."""

    @property
    @abstractmethod
    def input_names(self) -> Sequence[str]:
        """One name for each input."""

    @property
    @abstractmethod
    def output_names(self) -> Sequence[str]:
        """One name for each output."""

    @abstractmethod
    def draw_episodes(self, episodes: int, rng: np.random.Generator) -> NDArray[Any]:
        """Return what defines each of some episodes (episodes, ...), the same for all networks."""

    @abstractmethod
    def score(
        self,
        packed: Any,
        span: tuple[int, int],
        weights: Weightings,
        episodes: NDArray[Any],
        returns: NDArray[np.float64],
        steps: NDArray[np.int64],
    ) -> None:
        """Score some networks, filling their rows of `returns` and `steps`.

        Called from several threads at once, on spans or episodes that do not overlap; what it
        writes must depend on nothing but its arguments.

        Args:
            packed: Networks, as `pack` returns them.
            span: The first network to score, and the one behind the last.
            weights: Shared weights, or individual ones for one network.
            episodes: Some of those that `draw_episodes` returned, (episodes, ...).
            returns: (networks, weightings, episodes), to be filled.
            steps: Environment steps taken, (networks,) int64, to be filled.
        """

    # The spec that a task of one's own was made from.
    _made_from: str | None = None

    @property
    def spec(self) -> str:
        """The line from which `make_task` makes an equal task."""
        return self._made_from or self.name

    @property
    def made_anywhere(self) -> bool:
        """Whether any process can make the task from its spec, not only this one."""
        return True

    @property
    def notes(self) -> Sequence[str]:
        """What the user should know of the task before it starts, one line each."""
        return ()

    @property
    def held_out(self) -> "Task":
        """The task on which results are reported, and which no search or tuning touches.

        By default it is the task itself, of which other episodes are drawn.
        """
        return self

    @property
    def confirmed_on(self) -> "Task":
        """The task on which what a search finds is confirmed before it is called best.

        It has the same episodes. By default it is the task itself; a search may be content with
        less, such as parts of episodes.
        """
        return self

    def frozen(self) -> "Task":
        """Return an equal task whose spec holds all that was measured to make it.

        A run is begun with that one.
        """
        return self

    def draw_confirmation(self, episodes: int, rng: np.random.Generator) -> NDArray[Any]:
        """Return episodes to confirm a network on before it is called best.

        By default these are others of the same kind.
        """
        return self.draw_episodes(episodes, rng)

    def pack(self, networks: Sequence[Network]) -> Any:
        """Return `networks` in the form that `score` reads."""
        return pack(networks)
