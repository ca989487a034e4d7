"""How a call is run: by processes of this machine, or on Ray."""

from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, NamedTuple

from wann.config.numbers import parse_memory
from wann.errors import UserError, in_short

if TYPE_CHECKING:
    from wann.api.watching.watch import Watch
    from wann.evaluators.ray.cluster import Cluster
    from wann.jobs.runners import Runner

MOST_HERE = 1024  # threads or processes of one machine
MOST_RETRIES = 1000
RETRIES = 2  # how often a search or a training that failed is tried again
RETRIES_OF_COMPARISON = 0  # a row of a comparison that failed would fail again
CPUS_PER_WORKER = 1.0  # on Ray


class PartlyFailed(UserError):
    """Some of what was to be done failed; the rest is done, saved, and in `result`."""

    def __init__(self, message: str, result: Any) -> None:
        super().__init__(message)
        self.result = result


def check_local(workers: int | None) -> None:
    """Raise UserError for more threads or processes than one machine is asked for."""
    if workers is None:
        return
    if isinstance(workers, bool) or not isinstance(workers, Integral) or workers < 1:
        raise UserError(f"expected 1 or more threads or workers, got {in_short(workers)}")
    if workers > MOST_HERE:
        raise UserError(
            f"expected at most {MOST_HERE:,} threads or workers on one machine, got {workers:,}; "
            "--ray has more"
        )


def check_seconds(seconds: float) -> None:
    """Raise UserError for what is no number of seconds between two checkpoints."""
    if isinstance(seconds, bool) or not isinstance(seconds, Real) or not 0 <= seconds <= 1e8:
        raise UserError(
            f"checkpoint_seconds: expected a number of seconds from 0 on, got {in_short(seconds)}"
        )


def check_retries(retries: int) -> None:
    """Raise UserError for what is no number of further tries."""
    whole = isinstance(retries, Integral) and not isinstance(retries, bool)
    if not whole or not 0 <= retries <= MOST_RETRIES:
        raise UserError(
            f"retries: expected a whole number from 0 to {MOST_RETRIES:,}, got {in_short(retries)}"
        )


def cluster_of(
    ray: str | bool | None,
    workers: int | None,
    cpus_per_worker: float | None = None,
    memory_per_worker: int | str | None = None,
) -> "Cluster | None":
    """Return the cluster that a user asks for, None where work stays on this machine.

    Args:
        ray: an address; True or "auto" for the Ray of this machine, which is started if need be.
        workers: the most that are to run at once.
        cpus_per_worker: cores of a worker.
        memory_per_worker: in bytes, or as a text such as "500M".

    Raises:
        UserError: nothing answers at the address, or what needs a cluster is given without one.
    """
    if ray is None or ray is False:
        given = {"cpus-per-worker": cpus_per_worker, "memory-per-worker": memory_per_worker}
        for name, value in given.items():
            if value is not None:
                raise UserError(f"--{name} needs --ray")
        check_local(workers)
        return None
    from wann.evaluators.ray.cluster import Cluster
    from wann.evaluators.ray.reaching import check_reachable

    address = "auto" if ray is True else ray
    if address != "auto":
        check_reachable(address)
    memory = (
        parse_memory(memory_per_worker)
        if isinstance(memory_per_worker, str)
        else (memory_per_worker)
    )
    cpus = CPUS_PER_WORKER if cpus_per_worker is None else cpus_per_worker
    return Cluster(address, cpus, memory, workers)


class Running(NamedTuple):
    """Who does the jobs of an experiment, and how it is watched. It does not change the result."""

    cluster: "Cluster | None"  # None: processes of this machine
    workers: int | None  # jobs at once; None: one for every core
    retries: int  # how often a job that failed is tried again
    watch: "Watch"
    figures: bool = True  # whether they are drawn in the end
    loggers: tuple[str, ...] = ()  # names of what is told of each generation of searches

    def runner(self) -> "Runner":
        """Return what runs the jobs."""
        from wann.jobs.runners import make_local_runner, make_ray_runner

        if self.cluster is not None:
            return make_ray_runner(self.cluster)
        return make_local_runner(self.workers)
