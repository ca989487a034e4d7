"""What networks are scored on: the task, as evaluators, searches and tunings know it."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from wann.network.network import Network, pack


class Task(Protocol):
    """What an evaluator needs to know of a task.

    Tasks inherit from this class, and so the defaults below.

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
    def name(self) -> str:
        """What to call it in print."""

    @property
    def spec(self) -> str:
        """The line from which `make_task` makes an equal task."""
        return self.name

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

    @property
    def notes(self) -> Sequence[str]:
        """What the user should know of the task before it starts, one line each."""
        return ()

    @property
    def held_out(self) -> "Task":
        """The task on which results are reported, which no search or tuning touches: here the same, other episodes."""
        return self

    @property
    def tuning(self) -> "Task":
        """The task on which the best shared weight is sought: here the same."""
        return self

    def excerpts(self) -> Sequence["Task"]:
        """Return tasks that score parts of this one's episodes, in the order in which a tuning passes through them.

        They take the episodes that `draw_episodes` of this task returns, and cost less. Here there
        are none.
        """
        return ()

    def labelled(self) -> Mapping[str, NDArray[Any]] | None:
        """Return what gradient descent needs: `x`, `y`, `x_validation`, `y_validation`.

        None where there are none.
        """
        return None

    def frozen(self) -> "Task":
        """Return an equal task whose spec holds all that was measured to make it: what a run is begun with."""
        return self

    def draw_episodes(self, episodes: int, rng: np.random.Generator) -> NDArray[Any]:
        """Return what defines each of `episodes` episodes (episodes, ...), the same for all networks."""

    def draw_confirmation(self, episodes: int, rng: np.random.Generator) -> NDArray[Any]:
        """Return episodes on which a network is confirmed before it is called best: here others of the same kind."""
        return self.draw_episodes(episodes, rng)

    def more_conditions(
        self, network: Network, evaluator: Any, episodes: int, seed: int
    ) -> Mapping[str, Any]:
        """Return what is reported of `network` beside the four weight conditions, by name: here nothing.

        `evaluator` is an `evaluators.Evaluator`; the values are JSON values, as
        `conditions.describe` returns them.
        """
        return {}

    def pack(self, networks: Sequence[Network]) -> Any:
        """Return `networks` in the form that `score` reads."""
        return pack(networks)

    def score(
        self,
        packed: Any,
        span: tuple[int, int],
        weights: NDArray[np.float64],
        episodes: NDArray[Any],
        returns: NDArray[np.float64],
        steps: NDArray[np.int64],
    ) -> None:
        """Score the networks `span[0]` to `span[1] - 1` of `packed`, filling their rows of `returns` and `steps`.

        `weights` (weightings, 1) for shared weights, or (weightings, connections) for one network;
        `returns` (networks, weightings, episodes); `steps` (networks,) int64. Called from several
        threads at once, on spans or episodes that do not overlap; what it writes must depend on
        nothing but its arguments.
        """
