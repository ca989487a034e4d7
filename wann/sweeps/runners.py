"""Who runs the searches of a sweep: processes of this machine, or tasks on Ray."""

import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Any

from wann.evaluators.tasks import Outcome, run_tasks
from wann.sweeps.sweep import Runner

if TYPE_CHECKING:
    from wann.evaluators.cluster import Place


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
    from wann.evaluators import cluster, cluster_tasks

    found = cluster.is_connected()
    cluster.connect(place)
    try:
        with closing(
            cluster_tasks.run_tasks(function, arguments, place=place, retries=retries, stopped=stopped, tell=_tell)
        ) as outcomes:
            yield from outcomes
    finally:
        if not found:
            cluster.disconnect()


def _tell(line: str) -> None:
    print(f"wann: {line}", file=sys.stderr, flush=True)
