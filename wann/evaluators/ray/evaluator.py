"""The evaluator that scores on the workers of a Ray cluster, which may come, die and come again."""

from collections.abc import Callable, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from wann.errors import UserError
from wann.evaluators.batches import check_shapes
from wann.evaluators.evaluator import Evaluation
from wann.evaluators.ray.actors import RayWorkerPool
from wann.evaluators.ray.cluster import Cluster
from wann.evaluators.ray.messages import wrap
from wann.evaluators.ray.pieces import Request
from wann.evaluators.ray.scheduler import Scheduler
from wann.evaluators.ray.worker import variant_of
from wann.evaluators.ray.worker_pool import WorkerPool
from wann.network.network import Network
from wann.network.weightings import Weightings
from wann.tasks.task import Task
from wann.terminal import warn

_WAIT_SECONDS = 1.0
# So many lines of environments are passed on.
_MOST_LINES = 1000


class DistributedEvaluator:
    """Splits evaluations over the workers of a pool: one (`evaluate`), or many (`submit`).

    What a worker that died had not finished is done by another. What kills workers again and again
    is parted down to the network at fault, whose returns are NaN.
    """

    def __init__(self, pool: WorkerPool, tell: Callable[[str], None] | None = None) -> None:
        """`tell` is called with a line on each network at fault (default: it is printed)."""
        self.pool = pool
        self.tell = tell or warn
        self._scheduler = Scheduler(pool)
        self._told: set[str] = set()

    @property
    def slots(self) -> int:
        """How many submissions keep all workers busy."""
        return 2 * max(1, self.pool.planned)

    def evaluate(
        self,
        task: Task,
        networks: Sequence[Network],
        weights: Weightings | NDArray[np.float64],
        episodes: NDArray[Any],
    ) -> Evaluation:
        """Score `networks`; equal networks are scored once. See `Evaluator.evaluate`.

        UserError where the task cannot be made or run, or where nothing comes out of it but dead
        workers.
        """
        request = self._begin(None, task, networks, Weightings.of(weights), episodes)
        while (outcome := self._outcome(lambda other: other is request)) is None:
            self._step()
        return outcome[1]

    def submit(
        self,
        number: int,
        task: Task,
        networks: Sequence[Network],
        weights: Weightings | NDArray[np.float64],
        episodes: NDArray[Any],
    ) -> None:
        """Hand in networks to score. See `AsynchronousEvaluator.submit`.

        Args:
            number: the caller's name for the submission.
            task: as in `evaluate`.
            networks: as in `evaluate`.
            weights: as in `evaluate`.
            episodes: as in `evaluate`.
        """
        self._begin(number, task, networks, Weightings.of(weights), episodes)

    def completed(self) -> tuple[int, Evaluation]:
        """Wait until some submission is done. See `AsynchronousEvaluator.completed`.

        UserError, once for each submission that cannot be scored.
        """
        while (outcome := self._outcome(lambda request: request.number is not None)) is None:
            if self._scheduler.is_idle:
                raise RuntimeError("completed() was called with nothing submitted")
            self._step()
        return outcome[0].number or 0, outcome[1]

    def close(self) -> None:
        """Release the workers."""
        self.pool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _begin(
        self,
        number: int | None,
        task: Task,
        networks: Sequence[Network],
        weights: Weightings,
        episodes: NDArray[Any],
    ) -> Request:
        check_shapes(task, networks, weights, episodes)
        request = self._scheduler.pace.prepare(
            number, task, variant_of(task), networks, weights, episodes
        )
        if task.spread == "episodes":
            request.shared = self.pool.share(wrap(request.networks))
        self._scheduler.put(request.whole)
        self._scheduler.hand_out()
        return request

    def _outcome(self, wanted: Callable[[Request], bool]) -> tuple[Request, Evaluation] | None:
        """Take the first wanted request that is done, if there is one.

        Raises what ended it, if it was a problem.
        """
        done = self._scheduler.done
        for index, (request, outcome) in enumerate(done):
            if wanted(request):
                del done[index]
                if isinstance(outcome, UserError):
                    raise outcome
                return request, outcome
        return None

    def _step(self) -> None:
        """Wait for reports, act on them, and give out what is left."""
        for report in self.pool.receive(_WAIT_SECONDS):
            if report.kind == "ready":
                self._scheduler.welcome(report.worker)
            elif report.kind == "dead":
                line = self._scheduler.bury(report)
                if line:
                    self.tell(line)
            else:
                answer = self._scheduler.take_in(report)
                if answer:
                    self._repeat(answer.told)
        self._scheduler.hand_out()

    def _repeat(self, told: str) -> None:
        """Pass on what a task said in a worker, each line once.

        An environment may print for ever, and no line of ours is to be lost in that.
        """
        for line in told.splitlines():
            ours = line.startswith("wann: ")
            if line in self._told or (len(self._told) >= _MOST_LINES and not ours):
                continue
            self._told.add(line)
            self.tell(line.removeprefix("wann: "))
            if len(self._told) == _MOST_LINES:
                self.tell("further lines that environments print in workers are left out")


class RayEvaluator(DistributedEvaluator):
    """Scores on the workers of a cluster, or of a Ray of this machine's own."""

    def __init__(
        self, cluster: Cluster | None = None, tell: Callable[[str], None] | None = None
    ) -> None:
        """`cluster` is by default what runs on this machine; `tell` takes lines for the user.

        UserError if there is no Ray there.
        """
        super().__init__(RayWorkerPool(cluster or Cluster(), lambda line: self.tell(line)), tell)
