"""Who runs the searches of a sweep: processes of this machine, or tasks on Ray."""

import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from wann.jobs.local import Outcome, run_tasks

if TYPE_CHECKING:
    from wann.evaluators.ray.cluster import Cluster


class Runner(Protocol):
    """Calls a function for each of `arguments`, somewhere, and yields (index, outcome) as they complete."""

    def __call__(
        self,
        function: Callable[[Any], Any],
        arguments: Sequence[Any],
        *,
        retries: int,
        stopped: Callable[[], bool],
    ) -> Generator[tuple[int, Outcome], None, None]:
        """Run the tasks.

        Those that fail are tried again `retries` times. Once `stopped()`, none is begun.
        """


def make_local_runner(workers: int | None) -> Runner:
    """Return what runs searches in `workers` processes of this machine (default: one for every core)."""
    return partial(run_tasks, workers=workers)


def make_ray_runner(cluster: "Cluster") -> Runner:
    """Return what runs searches as tasks on Ray, `cluster.workers` at once (default: as many as there is room for)."""
    return partial(_run_on_ray, cluster)


def _run_on_ray(
    cluster: "Cluster",
    function: Callable[[Any], Any],
    arguments: Sequence[Any],
    *,
    retries: int,
    stopped: Callable[[], bool],
) -> Generator[tuple[int, Outcome], None, None]:
    from wann.evaluators.ray.cluster import connect, disconnect, is_connected
    from wann.jobs import ray as on_ray

    found = is_connected()
    connect(cluster)
    try:
        with closing(
            on_ray.run_tasks(
                function, arguments, cluster=cluster, retries=retries, stopped=stopped, tell=_tell
            )
        ) as outcomes:
            yield from outcomes
    finally:
        if not found:
            disconnect()


def _tell(line: str) -> None:
    print(f"wann: {line}", file=sys.stderr, flush=True)
