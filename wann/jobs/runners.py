"""Who runs the jobs of an experiment: processes of this machine, or tasks on Ray."""

from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from wann.jobs.local import Outcome, run_tasks
from wann.terminal import warn

if TYPE_CHECKING:
    from wann.evaluators.ray.cluster import Cluster


class Runner(Protocol):
    """Calls a function with each of many arguments, somewhere."""

    def __call__(
        self,
        function: Callable[[Any], Any],
        arguments: Sequence[Any],
        *,
        retries: int,
        stopped: Callable[[], bool],
    ) -> Generator[tuple[int, Outcome], None, None]:
        """Call `function` with each of `arguments`, and yield (index, outcome) as calls complete.

        Calls that fail are tried again `retries` times. Once `stopped()` returns True, none is
        begun.
        """


def make_local_runner(workers: int | None) -> Runner:
    """Return what runs jobs in processes of this machine.

    `workers` run at once, by default one for every core.
    """
    return partial(run_tasks, workers=workers)


def make_ray_runner(cluster: "Cluster") -> Runner:
    """Return what runs jobs as tasks on Ray.

    `cluster.workers` run at once, by default as many as there is room for.
    """
    return partial(_run_on_ray, cluster)


def _run_on_ray(
    cluster: "Cluster",
    function: Callable[[Any], Any],
    arguments: Sequence[Any],
    *,
    retries: int,
    stopped: Callable[[], bool],
) -> Generator[tuple[int, Outcome], None, None]:
    from wann.evaluators.ray.cluster import connect, disconnect, found_connected
    from wann.jobs import ray as on_ray

    found = found_connected()
    connect(cluster)
    try:
        with closing(
            on_ray.run_tasks(
                function, arguments, cluster=cluster, retries=retries, stopped=stopped, tell=warn
            )
        ) as outcomes:
            yield from outcomes
    finally:
        if not found:
            disconnect()
