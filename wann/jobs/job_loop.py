"""The loop of an experiment: an order for each job that is left, and what became of it."""

from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from typing import Any, TypeVar

from wann.jobs.runners import Runner

Job = TypeVar("Job")


def run_jobs(
    runner: Runner,
    function: Callable[[Any], Any],
    jobs: Iterable[Job],
    order_of: Callable[[Job], Any],
    *,
    retries: int,
    stopped: Callable[[], bool],
) -> Generator[tuple[Job, str | None], None, None]:
    """Have jobs done, and yield each that has ended with why it failed, None where it did not.

    Args:
        runner: calls `function` somewhere; it is not asked to where there is no job.
        function: what a worker does, of a module that workers can import.
        jobs: what is left to do, in the order in which it is begun.
        order_of: gives what `function` is called with for a job, which travels to the worker.
        retries: how often a job that fails is tried again.
        stopped: once it says so, no job is begun, and those under way are awaited.
    """
    left = list(jobs)
    if not left:
        return
    orders = [order_of(job) for job in left]
    with closing(runner(function, orders, retries=retries, stopped=stopped)) as outcomes:
        for index, outcome in outcomes:
            yield left[index], outcome.problem
