"""What the scheduler needs of workers: they are sent assignments, and reports come back.

Nothing here knows Ray: `actors.RayWorkerPool` is the pool on a cluster, and tests have their own.
"""

from typing import Any, Literal, NamedTuple, Protocol

from wann.evaluators.ray.messages import Answer, Assignment


class Report(NamedTuple):
    """What became of a worker, or of what it was sent."""

    kind: Literal["ready", "done", "dead"]
    worker: int
    call: int = 0  # the number under which the assignment was sent
    answer: Answer | None = None
    cause: str = ""  # of a death, in one line
    gone: bool = False  # whether the worker died with its machine, and of nothing that it was sent


class WorkerPool(Protocol):
    """Workers, each of which does what it is sent in the order sent.

    Workers may come, die and be replaced. The number of a worker is never used again.
    """

    @property
    def planned(self) -> int:
        """How many workers there are to be, those that are being started among them."""

    def share(self, block: bytes) -> Any:
        """Return what stands for `block` in many assignments.

        So it travels to each machine once.
        """

    def send(self, worker: int, call: int, assignment: Assignment) -> None:
        """Have a worker score an assignment; the report on it bears the number `call`."""

    def receive(self, seconds: float) -> list[Report]:
        """Wait for the first report for at most `seconds`, and return all that there are."""

    def close(self) -> None:
        """Release the workers."""
