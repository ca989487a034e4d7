"""`wann.resume`: whatever was stopped or killed goes on."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wann import own
from wann.api.calls import public
from wann.api.paths import Place, address_of
from wann.api.run import Run
from wann.api.running import (
    RETRIES,
    RETRIES_OF_COMPARISON,
    Running,
    check_local,
    check_retries,
    check_seconds,
    cluster_of,
)
from wann.api.search_how import Callback, HowArguments, how_of
from wann.api.searching import resume_search
from wann.api.watching.watch import Watch
from wann.config import CHECKPOINT_SECONDS
from wann.errors import UserError
from wann.experiments.growing.loggers import logger_names
from wann.kernels.cuda.device import number_of
from wann.runs.rundir import RunDir

if TYPE_CHECKING:
    from wann.api.comparison_result import ComparisonResult
    from wann.api.encode_result import EncodeResult
    from wann.api.study_result import StudyResult
    from wann.api.sweep_result import SweepResult
    from wann.api.tuning_result import TuningResult


SEARCH, TUNING, ENCODER = "search", "tuning", "encoder"
SWEEP, STUDY, COMPARISON = "sweep", "study", "comparison"
# What consists of several jobs, and how many threads these have
_SEVERAL = {
    SWEEP: "each of whose searches has one thread",
    STUDY: "each of whose trainings has one thread",
    COMPARISON: "whose rows share the cores",
}


@public
def resume(
    folder: Place,
    *,
    objects: Any = (),
    callback: Callback | None = None,
    logger: Any = None,
    figures: bool = True,
    page: bool = False,
    threads: int | None = None,
    device: str = "cpu",
    workers: int | None = None,
    retries: int | None = None,
    checkpoint_seconds: float = CHECKPOINT_SECONDS,
    ray: str | bool | None = None,
    cpus_per_worker: float | None = None,
    memory_per_worker: int | str | None = None,
    progress: bool | None = None,
) -> "Run | SweepResult | StudyResult | ComparisonResult | TuningResult | EncodeResult":
    """Go on with whatever was stopped or killed, to the same bytes.

    That is a search, a sweep, a pruning study, a comparison, a tuning of individual weights, or the
    training of an encoder.
    What is finished is returned as it is.

    Args:
        folder: where it lies: a folder, the URL of a sweep, or what `wann.search` and the like
            returned.
        objects: one object or several of one's own that settings name, such as the class of an
            environment, where they were defined in a script or a notebook: another session does not
            have them.
        callback: of a search: as for `wann.search`.
        logger: of a search or a sweep: as for `wann.search`; rows of before are told, too, but not
            to functions of one's own.
        figures: whether pictures, and of a search film and page, are made in the folder in the end.
        page: of a search: as for `wann.search`.
        threads: of a search, a tuning or an encoder: how many threads or processes work; by default
            one for every core.
        device: of a search: as for `wann.search`; it need not be the one that it was begun on.
        workers: of a sweep, a study or a comparison: how many searches, trainings or rows run at
            once; by default one for every core.
        retries: of a sweep, a study or a comparison: how often one that failed is tried again; by
            default twice, and in a comparison never.
        checkpoint_seconds: seconds between two checkpoints of a search.
        ray: the address of a Ray, or True for that of this machine.
        cpus_per_worker: cores of a worker on Ray.
        memory_per_worker: memory of a worker on Ray, in bytes or as "500M".
        progress: whether progress is shown; None: on a terminal and in a notebook.

    Returns:
        What `wann.search`, `wann.sweep`, `wann.study`, `wann.compare`, `wann.tune` or `wann.encode`
        would have returned.

    Raises:
        UserError: nothing to go on with lies there, or another process writes to it.
        KeyboardInterrupt: after Ctrl-C, once what was under way is finished and saved.

    Example:
        >>> run = wann.search("swingup-quick", generations=4, population=32,
        ...     callback=lambda row: row["generation"] == 1)
        >>> run = wann.resume(run)
        >>> run.summary.finished
        True
    """
    several_objects = isinstance(objects, list | tuple | set | frozenset | Iterator)
    for thing in objects if several_objects else [objects]:
        own.name_of(thing)
    check_seconds(checkpoint_seconds)
    if retries is not None:
        check_retries(retries)
    address = address_of(folder, "folder")
    kind = kind_of(address)
    several = kind in _SEVERAL
    if kind == SEARCH:
        RunDir.open(Path(address))  # which says so where there is none
    if not several:
        for flag, value in (("workers", workers), ("retries", retries)):
            if value is not None:
                raise UserError(
                    f"--{flag} is for sweeps, studies and comparisons, and {address} is a single "
                    f"{kind}: give --threads or nothing"
                )
    if kind == SEARCH:
        how: HowArguments = {
            "callback": callback,
            "logger": logger,
            "figures": figures,
            "page": page,
            "threads": threads,
            "device": device,
            "checkpoint_seconds": checkpoint_seconds,
            "ray": ray,
            "cpus_per_worker": cpus_per_worker,
            "memory_per_worker": memory_per_worker,
            "progress": progress,
        }
        return resume_search(Path(address), how_of(**how), Run)
    if several and threads is not None:
        raise UserError(f"{address} is a {kind}, {_SEVERAL[kind]}: --workers N runs N at once")
    if callback is not None or page:
        said = "--page" if page else "callback"
        raise UserError(f"{said} is for a single search, and {address} is a {kind}")
    if number_of(device) is not None:
        raise UserError(f"--device is for a single search, and {address} is a {kind}")
    if logger is not None and kind != SWEEP:
        raise UserError(f"--logger is for searches and sweeps, and {address} is a {kind}")
    loggers = logger_names(logger)
    cluster = cluster_of(ray, workers, cpus_per_worker, memory_per_worker)
    if kind in (TUNING, ENCODER):
        if cluster is not None:
            raise UserError(f"--ray is not for tunings and encoders, and {address} is one")
        check_local(threads)
        return _resume_here(kind, Path(address), threads, Watch.of(progress))
    usual = RETRIES_OF_COMPARISON if kind == COMPARISON else RETRIES
    tries = usual if retries is None else retries
    running = Running(cluster, workers, tries, Watch.of(progress), figures, loggers)
    return _resume_several(kind, address, running, checkpoint_seconds)


def _resume_here(
    kind: str, folder: Path, threads: int | None, watch: Watch
) -> "TuningResult | EncodeResult":
    if kind == ENCODER:
        from wann.api.encode import resume_encoding

        return resume_encoding(folder, threads, watch)
    from wann.api.tuning import resume as resume_tuning

    return resume_tuning(folder, threads, watch)


def _resume_several(
    kind: str, address: str, running: Running, checkpoint_seconds: float
) -> "SweepResult | StudyResult | ComparisonResult":
    if kind == SWEEP:
        from wann.api.sweeping import resume_sweep

        return resume_sweep(address, running, checkpoint_seconds)
    if kind == STUDY:
        from wann.api.study_running import resume_study

        return resume_study(address, running)
    from wann.api.compare import resume_comparison

    return resume_comparison(Path(address), running)


def kind_of(address: str) -> str:
    """Return what lies at an address, such as "sweep".

    Where it is none of the others, it must be a search.
    """
    from wann.experiments.comparison.filenames import is_comparison
    from wann.experiments.encoding.folder import is_encoding
    from wann.experiments.pruning.filenames import is_study
    from wann.experiments.sweep.addresses import is_sweep
    from wann.weights.tuning_folder import is_tuning

    if is_sweep(address):
        return SWEEP
    folder = Path(address)
    kinds = (
        (is_study, STUDY),
        (is_comparison, COMPARISON),
        (is_tuning, TUNING),
        (is_encoding, ENCODER),
    )
    return next((kind for is_one, kind in kinds if is_one(folder)), SEARCH)
