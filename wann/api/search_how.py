"""How a search is run and watched, which does not change its result: threads, cluster, device."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict, Unpack

from wann.api.running import check_seconds, cluster_of
from wann.api.watching.watch import Watch
from wann.config import CHECKPOINT_SECONDS, check_known
from wann.errors import UserError, in_short
from wann.experiments.growing.loggers import Logger, find_loggers
from wann.kernels.cuda.device import number_of

if TYPE_CHECKING:
    from wann.config import SearchConfig
    from wann.evaluators.ray.cluster import Cluster

Row = dict[str, Any]
Callback = Callable[[Row], bool | None]


class How(NamedTuple):
    """How a search is run and watched. It does not change the result."""

    watch: Watch
    threads: int | None = None  # None: one for every core
    cluster: "Cluster | None" = None  # None: this machine
    device: str = "cpu"  # or a graphics card: cuda, or cuda:NUMBER
    checkpoint_seconds: float = CHECKPOINT_SECONDS
    callback: Callback | None = None
    figures: bool = True  # whether pictures are drawn in the end
    loggers: tuple[Logger, ...] = ()  # are called with each row and the folder
    page: bool = False  # whether the champion's page is made anew while the search goes on


class HowArguments(TypedDict, total=False):
    """How a search is run, as users say it; `wann.search` says what each means."""

    callback: Callback | None
    logger: Any
    figures: bool
    page: bool
    threads: int | None
    device: str
    checkpoint_seconds: float
    ray: str | bool | None
    cpus_per_worker: float | None
    memory_per_worker: int | str | None
    progress: bool | None


def how_of(**given: Unpack[HowArguments]) -> How:
    """Return how a search is run; UserError if that cannot be."""
    check_known(given, HowArguments.__annotations__)
    seconds = given.get("checkpoint_seconds", CHECKPOINT_SECONDS)
    check_seconds(seconds)
    threads = given.get("threads")
    cluster = cluster_of(
        given.get("ray"), threads, given.get("cpus_per_worker"), given.get("memory_per_worker")
    )
    device = given.get("device", "cpu")
    if number_of(device) is not None and cluster is not None:
        raise UserError("device: workers on Ray use their CPUs: leave out --device or --ray")
    watch = Watch.of(given.get("progress"))
    callback = given.get("callback")
    if callback is not None and not callable(callback):
        raise UserError(
            f"callback: expected a function of a row (a dictionary), got {in_short(callback)}"
        )
    return How(
        watch,
        threads,
        cluster,
        device,
        seconds,
        callback,
        given.get("figures", True),
        find_loggers(given.get("logger")),
        given.get("page", False),
    )


def check_device_of(config: "SearchConfig", how: How) -> None:
    """Raise UserError where a card is to score a search that breeds whenever a worker is free."""
    if config.asynchronous and number_of(how.device) is not None:
        raise UserError(
            "--asynchronous breeds whenever a worker is free, and a graphics card scores a whole "
            "generation at once: leave out --device"
        )
