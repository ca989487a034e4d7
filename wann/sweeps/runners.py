"""Who runs the searches of a sweep: processes of this machine, or tasks on Ray."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from wann.evaluators.tasks import Outcome, in_one_line, run_tasks
from wann.sweeps.sweep import Runner

if TYPE_CHECKING:
    from wann.evaluators.cluster import Place


def make_local_runner(workers: int | None) -> Runner:
    """Return what runs searches in `workers` processes of this machine (default: one for every core)."""
    return partial(run_tasks, workers=workers)


def make_ray_runner(place: "Place") -> Runner:
    """Return what runs searches as tasks on Ray, as many at once as `place` has room for."""
    return partial(_run_on_ray, place)


def _run_on_ray(
    place: "Place",
    function: Callable[[Any], Any],
    arguments: Sequence[Any],
    *,
    retries: int,
    stopped: Callable[[], bool],
) -> Iterator[tuple[int, Outcome]]:
    """Run the tasks in rounds: Ray itself tries those again whose workers die, the next round those that raised.

    All are handed over at once; of a sweep that is `stopped`, those not begun end at once, as they find it stopped.
    """
    from wann.evaluators import cluster

    ray = cluster.connect(place.address, place.workers)
    resources = {"num_cpus": place.cpus, **({} if place.memory is None else {"memory": place.memory})}
    left = list(range(len(arguments)))
    try:
        for tries_left in range(retries, -1, -1):
            failed = []
            tasks = cluster.run_tasks(_attempt, [(function, arguments[i]) for i in left], tries_left, resources)
            for place_in_round, (value, problem) in tasks:
                index = left[place_in_round]
                outcome = Outcome(*value) if problem is None else Outcome(problem=problem)
                if problem is None and outcome.problem is not None and tries_left and not stopped():
                    failed.append(index)
                else:
                    yield index, outcome
            left = failed
            if not left:
                return
    finally:
        ray.shutdown()


def _attempt(function: Callable[[Any], Any], argument: Any) -> Outcome:
    """Call `function` on a worker; what it raises comes back as a line, not as an exception of Ray's."""
    try:
        return Outcome(function(argument))
    except Exception as error:
        return Outcome(problem=in_one_line(error))
