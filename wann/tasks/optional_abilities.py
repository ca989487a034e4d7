"""What only some tasks can do, one class for each ability: who needs one asks by `isinstance`."""

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.config import DOUBLE
from wann.errors import UserError
from wann.network.network import Network
from wann.network.weightings import Weightings
from wann.tasks.task import Task
from wann.tasks.watch import Place, Watch


class Labelled(Task):
    """A task with labelled examples, which gradient descent needs."""

    @abstractmethod
    def labelled(self) -> Mapping[str, NDArray[Any]]:
        """Return examples `x` (examples, inputs) and their classes `y` (examples,).

        Those for validation, of the same shapes, are `x_validation` and `y_validation`.
        """


class Classifying(Task):
    """A task in which a network tells the class of each example by its largest output."""

    @property
    @abstractmethod
    def labels(self) -> NDArray[np.int64]:
        """The classes (examples,) of all examples of this part of the data."""

    @property
    @abstractmethod
    def confirming(self) -> NDArray[np.int64]:
        """The indices of the examples (some,) on which networks are confirmed."""

    @abstractmethod
    def logits(
        self, network: Network, weights: Weightings, indices: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return the outputs (weightings, examples, classes) for the examples at `indices`."""


class OnCards(Task):
    """A task that a graphics card can score, with numba-cuda."""

    def fits_card(self, weights: Weightings) -> bool:
        """Return whether networks with these weightings can be scored there."""
        return True

    @abstractmethod
    def score_on_card(
        self,
        networks: Sequence[Network],
        weights: Weightings,
        episodes: NDArray[Any],
        returns: NDArray[np.float64],
        steps: NDArray[np.int64],
    ) -> None:
        """Score all networks on the selected card: to the bit what `score` finds on the CPU.

        Args:
            networks: different ones.
            weights: Shared weights, or individual ones for one network.
            episodes: Some of those that `draw_episodes` returned, (episodes, ...).
            returns: (networks, weightings, episodes), to be filled.
            steps: Environment steps taken, (networks,) int64, to be filled.

        Raises:
            UserError: where the card has no room for a single network.
        """


class InPrecisions(Task):
    """A task whose episodes can be computed in single precision, too.

    Champions are confirmed, and results reported, in double precision.
    """

    @abstractmethod
    def in_precision(self, precision: str) -> Task:
        """Return the same task in a precision, one of `config.PRECISIONS`."""

    def check_searched(self) -> None:
        """Raise UserError if a search of this task would have two precisions."""
        if self.held_out.spec != self.spec:
            raise UserError(
                f"a search of {self.name} takes its precision as a setting: give --precision "
                "single, and leave precision out of the task"
            )


def in_precision(task: Task, precision: str) -> Task:
    """Return `task` in a precision; UserError where it has none but double precision."""
    if precision == DOUBLE:
        return task
    if not isinstance(task, InPrecisions):
        raise of_one_precision(task, precision)
    return task.in_precision(precision)


def of_one_precision(task: Task, precision: str) -> UserError:
    """Return the error for a task that cannot be computed in `precision`."""
    return UserError(
        f"precision {precision} is for swing-up, and {task.name} has one precision: leave it out"
    )


class Cuttable(Task):
    """A task whose episodes a search may cut before their end."""

    @abstractmethod
    def cut(self, limits: Mapping[str, int | None]) -> Task:
        """Return the same task, its episodes cut by `limits`: settings by name, None for no cut."""


class Tunable(Task):
    """A task that has relatives on which weights are sought more easily than on itself."""

    @property
    def tuning(self) -> Task:
        """The task on which the best shared weight is sought: by default itself."""
        return self

    def excerpts(self) -> Sequence[Task]:
        """Return tasks that score parts of this one's episodes, in the order of a tuning.

        They take the episodes that `draw_episodes` of this task returns, and cost less. By default
        there are none.
        """
        return ()


def tuning_of(task: Task) -> Task:
    """Return the task on which the best shared weight for `task` is sought."""
    return task.tuning if isinstance(task, Tunable) else task


def excerpts_of(task: Task) -> Sequence[Task]:
    """Return the excerpts of `task`, none where it has none."""
    return task.excerpts() if isinstance(task, Tunable) else ()


class Filming(NamedTuple):
    """What an episode is filmed in: an environment, and how a network sees and acts there."""

    environment: str  # what it is called
    make: Callable[[], Any]  # an environment that renders to arrays; UserError if there is none
    begin: Callable[[Any, int], Any]  # its first observation in the episode of a seed
    # Takes a step; returns observation, reward, and whether the episode has ended
    advance: Callable[[Any, Any], tuple[Any, float, bool]]
    steps: int | None = None  # after which an episode is cut; None: where the environment cuts it
    see: Callable[[Any], NDArray[np.float64]] = np.asarray  # an observation to (inputs,)
    act: Callable[[NDArray[np.float64]], Any] = np.copy  # outputs (outputs,) to an action


class Filmable(Task):
    """A task whose episodes can be drawn by a Gymnasium environment."""

    @abstractmethod
    def filming(self) -> Filming:
        """Return what an episode of this task is filmed in."""


class Watchable(Task):
    """A task in whose episodes somebody's environment runs, which may hang or end its process."""

    # Whether this kind is: compiled environments of ours never hang.
    watched: ClassVar[bool] = True

    @property
    @abstractmethod
    def episode_seconds(self) -> float | None:
        """Seconds that the calls of one episode may take together; None: as long as they like."""

    @abstractmethod
    def score_watched(
        self,
        packed: Any,
        span: tuple[int, int],
        weights: Weightings,
        episodes: NDArray[Any],
        returns: NDArray[np.float64],
        steps: NDArray[np.int64],
        watch: Watch,
    ) -> None:
        """Score some networks as `score` does, and note every call of the environment.

        Args:
            packed: Networks, as `pack` returns them.
            span: The first network to score, and the one behind the last.
            weights: Shared weights, or individual ones for one network.
            episodes: Some of those that `draw_episodes` returned, (episodes, ...).
            returns: (networks, weightings, episodes), to be filled.
            steps: Environment steps taken, (networks,) int64, to be filled.
            watch: Is told of the calls, and tells which episodes were ended before.
        """

    @abstractmethod
    def overtime(self, place: Place) -> str:
        """Return the line on an episode that was ended, since it took too long."""

    @abstractmethod
    def crash(self, place: Place, cause: str) -> str:
        """Return the line on an episode in which the process died, and counts as failed.

        `cause` says how. UserError where that is to stop a run.
        """


def watchable(task: Task) -> Watchable | None:
    """Return a task whose episodes are watched, None for any other."""
    return task if isinstance(task, Watchable) and task.watched else None


def episode_seconds_of(task: Task) -> float | None:
    """Return the limit of an episode of a task, None where it has none."""
    found = watchable(task)
    return found.episode_seconds if found else None


def accuracy_task(task: Task) -> Task | None:
    """Return the task whose returns are accuracies on the same examples; None if there is none."""
    found = tuning_of(task)
    return found if isinstance(task, Classifying) and found.measure == "accuracy" else None


def with_labels(task: Task) -> Labelled:
    """Return a task of labelled examples whose classes networks tell; UserError on any other."""
    if isinstance(task, Labelled) and accuracy_task(task) is not None:
        return task
    raise UserError(
        f"{task.name} has no labels, and gradients need them: expected a data set, or method "
        "es or evolution without gradient_every"
    )
