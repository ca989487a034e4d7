"""`wann.resume`: whatever was stopped or killed goes on."""

from collections.abc import Iterable
from typing import Any

from wann import own
from wann.api.calls import public
from wann.api.paths import Place, path_of
from wann.api.run import Run
from wann.api.searching import Callback, how_of, resume_search
from wann.config import CHECKPOINT_SECONDS


@public
def resume(
    folder: Place,
    *,
    objects: Iterable[Any] = (),
    callback: Callback | None = None,
    figures: bool = True,
    threads: int | None = None,
    checkpoint_seconds: float = CHECKPOINT_SECONDS,
    ray: str | bool | None = None,
    cpus_per_worker: float | None = None,
    memory_per_worker: int | str | None = None,
    progress: bool | None = None,
) -> Run:
    """Go on with a search that was stopped or killed, to the same bytes as without that.

    A search that is finished is returned as it is.

    Args:
        folder: the folder of a run, or a `Run`.
        objects: objects of one's own that settings name, such as the class of an environment, where
            they were defined in a script or a notebook: another session does not have them.
        callback: as for `wann.search`.
        figures: whether pictures are drawn into the folder in the end.
        threads: how many threads or processes work; by default one for every core.
        checkpoint_seconds: seconds between two checkpoints.
        ray: the address of a Ray, or True for that of this machine.
        cpus_per_worker: cores of a worker on Ray.
        memory_per_worker: memory of a worker on Ray, in bytes or as "500M".
        progress: whether progress is shown; None: on a terminal and in a notebook.

    Returns:
        The run.

    Raises:
        UserError: nothing to go on with lies in the folder, or another process writes to it.
        KeyboardInterrupt: as `wann.search`.

    Example:
        >>> run = wann.search("swingup-quick", generations=10, callback=lambda row: True)
        >>> run = wann.resume(run.folder)
        >>> run.summary.finished
        True
    """
    for thing in objects:
        own.name_of(thing)
    how = how_of(
        callback=callback,
        figures=figures,
        threads=threads,
        checkpoint_seconds=checkpoint_seconds,
        ray=ray,
        cpus_per_worker=cpus_per_worker,
        memory_per_worker=memory_per_worker,
        progress=progress,
    )
    return resume_search(path_of(folder, "folder"), how, Run)
