"""Which evaluator suits a task."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from wann.errors import UserError
from wann.evaluators.main_script import workers_run_main
from wann.evaluators.processes import ProcessEvaluator
from wann.evaluators.threads import ThreadEvaluator
from wann.kernels.cuda.device import number_of
from wann.tasks.optional_abilities import episode_seconds_of
from wann.tasks.task import Task
from wann.terminal import warn

if TYPE_CHECKING:
    from wann.evaluators.cuda import CudaEvaluator
    from wann.evaluators.ray.cluster import Cluster
    from wann.evaluators.ray.evaluator import RayEvaluator


def make_evaluator(
    task: Task,
    threads: int | None = None,
    tell: Callable[[str], None] = warn,
    device: str = "cpu",
) -> "ThreadEvaluator | ProcessEvaluator | CudaEvaluator":
    """Return an evaluator with `threads` threads or processes, whichever `task` needs.

    By default there is one for every core. A task that only this process can make, as one whose
    environment is defined in a notebook, is scored by one thread, which is said. `tell` takes lines
    for the user on episodes that count as failed. `device` is cpu, or a graphics card: cuda or
    cuda:NUMBER.

    Raises:
        UserError: where episodes have a time limit, and no other process can play them; where
            there is no such card, or it cannot score the task.
    """
    card = number_of(device)
    if card is not None:
        from wann.evaluators.cuda import CudaEvaluator

        return CudaEvaluator(task, card, threads)
    if task.workers == "threads":
        return ThreadEvaluator(threads)
    if task.made_anywhere or workers_run_main():
        return ProcessEvaluator(threads, tell)
    if episode_seconds_of(task) is not None:
        raise UserError(
            f"{task.name} is known to this session alone, and --episode-seconds needs processes "
            "that can be ended: register it in a module of its own, as MODULE:ID, or leave the "
            "limit out"
        )
    if threads != 1:
        warn(
            f"{task.name} is known to this session alone, so it is scored by one thread instead of "
            "worker processes: register it in a module of its own, as MODULE:ID, to use more cores"
        )
    return ThreadEvaluator(1)


def check_device(task: Task, device: str) -> None:
    """Raise UserError where `device` is a card that is not there, or that cannot score a task."""
    if number_of(device) is not None:
        make_evaluator(task, device=device).close()


def make_single_evaluator(
    task: Task, tell: Callable[[str], None] = warn
) -> "ThreadEvaluator | ProcessEvaluator | CudaEvaluator":
    """Return an evaluator for a process that is itself one of many workers: with one thread.

    Where episodes have a time limit it is one further process instead, which can be ended.
    `tell` is as in `make_evaluator`.
    """
    limited = episode_seconds_of(task) is not None
    return make_evaluator(task, 1, tell) if limited else ThreadEvaluator(1)


def make_remote_evaluator(
    cluster: "Cluster", tell: Callable[[str], None] | None = None
) -> "RayEvaluator":
    """Return an evaluator on Ray, for any task.

    `tell` takes lines for the user on what fails (default: they are printed). UserError if there is
    no Ray there.
    """
    from wann.evaluators.ray.evaluator import RayEvaluator

    return RayEvaluator(cluster, tell)


def reach(cluster: "Cluster | None") -> None:
    """Connect to the Ray at `cluster`, or start one, if `cluster` is given.

    Commands do so before they write anything. UserError if it fails.
    """
    if cluster:
        from wann.evaluators.ray import cluster as of_ray

        of_ray.reach(cluster)
