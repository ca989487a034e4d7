"""Which evaluator suits a task."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from wann.evaluators.processes import ProcessEvaluator
from wann.evaluators.threads import ThreadEvaluator
from wann.tasks.base import Task

if TYPE_CHECKING:
    from wann.evaluators.ray.actors import RayEvaluator
    from wann.evaluators.ray.cluster import Cluster


def make_evaluator(task: Task, threads: int | None = None) -> ThreadEvaluator | ProcessEvaluator:
    """Return an evaluator with `threads` threads or processes, whichever `task` needs (default: one for every core)."""
    return ProcessEvaluator(threads) if task.workers == "processes" else ThreadEvaluator(threads)


def make_remote_evaluator(
    cluster: "Cluster", tell: Callable[[str], None] | None = None
) -> "RayEvaluator":
    """Return an evaluator on Ray, for any task.

    `tell` takes lines on failures. UserError if there is no Ray there.
    """
    from wann.evaluators.ray.actors import RayEvaluator

    return RayEvaluator(cluster, tell)


def reach(cluster: "Cluster | None") -> None:
    """Connect to the Ray at `cluster`, if any, or start it: done before anything is written.

    UserError if it fails.
    """
    if cluster:
        from wann.evaluators.ray.cluster import connect

        connect(cluster)
