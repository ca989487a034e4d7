"""Who runs the searches of a sweep: processes of this machine, or tasks on Ray."""

import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from wann.jobs.local import Outcome, run_tasks

if TYPE_CHECKING:
    from wann.evaluators.ray.cluster import Place


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


def make_ray_runner(place: "Place") -> Runner:
    """Return what runs searches as tasks on Ray, `place.workers` at once (default: as many as there is room for)."""
    return partial(_run_on_ray, place)


def _run_on_ray(
    place: "Place",
    function: Callable[[Any], Any],
    arguments: Sequence[Any],
    *,
    retries: int,
    stopped: Callable[[], bool],
) -> Generator[tuple[int, Outcome], None, None]:
    from wann.evaluators.ray import cluster
    from wann.jobs import ray as on_ray

    found = cluster.is_connected()
    cluster.connect(place)
    try:
        with closing(
            on_ray.run_tasks(
                function, arguments, place=place, retries=retries, stopped=stopped, tell=_tell
            )
        ) as outcomes:
            yield from outcomes
    finally:
        if not found:
            cluster.disconnect()


def _tell(line: str) -> None:
    print(f"wann: {line}", file=sys.stderr, flush=True)
