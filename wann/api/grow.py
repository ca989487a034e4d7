"""`wann.grow`: the generations of a search one by one, in a loop of the user's own."""

import weakref
from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any, Self, Unpack, overload

from wann.api.arguments import Arguments, listing
from wann.api.calls import public
from wann.api.paths import Place
from wann.api.run import Run
from wann.api.running import check_seconds
from wann.api.scored_on import Data, Environment
from wann.api.search_how import How, Row, how_of
from wann.api.searched import Recipe, searched
from wann.api.searching import begin, grown
from wann.config import CHECKPOINT_SECONDS, DatasetSettings, EnvironmentSettings, SearchConfig
from wann.errors import UserError, in_short

if TYPE_CHECKING:
    from wann.experiments.growing.growth import Growth
    from wann.runs.rundir import RunDir


class Growing(Iterator[Row]):
    """The rows of a search as it goes on, one for each generation.

    Where the loop is left, what is done is saved: `wann.resume(rows.folder)` goes on with it.

    Attributes:
        folder: where the run lies.
    """

    def __init__(self, directory: "RunDir", how: How, stop: Callable[[], bool]) -> None:
        """Take the run in `directory`, which is closed in the end."""
        self.folder = directory.path
        self._directory = directory
        self._rows = grown(directory, how, stop)
        # Also where the loop is left and nobody holds the iterator any more, or the program ends
        self._close = weakref.finalize(self, _close, self._rows, directory)

    def __next__(self) -> Row:
        try:
            return next(self._rows)
        except BaseException:
            self._directory.close()
            raise

    @property
    def run(self) -> Run:
        """The run, as far as it is done."""
        return Run(self.folder)

    def close(self) -> None:
        """Save what is done, and let others write to the folder."""
        self._close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Growing({str(self.folder)!r})"


def _close(rows: Generator[Row, None, None], directory: "RunDir") -> None:
    try:
        rows.close()
    finally:
        directory.close()


@overload
def grow(
    recipe: "Growth",
    *,
    checkpoint_seconds: float = ...,
    stop: Callable[[], bool] = ...,
) -> Iterator[Row]: ...
@overload
def grow(
    recipe: Recipe | None = ...,
    *,
    env: Environment | None = ...,
    dataset: Data = ...,
    out: Place | None = ...,
    seed_from: Place | None = ...,
    completions: Place | None = ...,
    logger: Any = ...,
    figures: bool = ...,
    page: bool = ...,
    threads: int | None = ...,
    device: str = ...,
    checkpoint_seconds: float = ...,
    ray: str | bool | None = ...,
    cpus_per_worker: float | None = ...,
    memory_per_worker: int | str | None = ...,
    progress: bool | None = ...,
    stop: Callable[[], bool] = ...,
    **settings: Unpack[Arguments],
) -> Growing: ...
@public
@listing(SearchConfig, EnvironmentSettings, DatasetSettings)
def grow(
    recipe: "Recipe | Growth | None" = None,
    *,
    env: Environment | None = None,
    dataset: Data = None,
    out: Place | None = None,
    seed_from: Place | None = None,
    completions: Place | None = None,
    logger: Any = None,
    figures: bool = False,
    page: bool = False,
    threads: int | None = None,
    device: str = "cpu",
    checkpoint_seconds: float = CHECKPOINT_SECONDS,
    ray: str | bool | None = None,
    cpus_per_worker: float | None = None,
    memory_per_worker: int | str | None = None,
    progress: bool | None = None,
    stop: Callable[[], bool] = lambda: False,
    **settings: Unpack[Arguments],
) -> Iterator[Row]:
    """Search as `wann.search` does, and yield a row for each generation as it is finished.

    A loop may be left at any time, by `break` for instance: what is done is then saved in the
    folder, and `wann.resume(rows.folder)` goes on with it. The folder is made, and what is wrong is
    said, before the first row.

    Args:
        recipe: as for `wann.search`; or a `wann.Growth`, which is run as it is, in no folder unless
            it has one, with `checkpoint_seconds` and `stop` alone.
        env: as for `wann.search`.
        dataset: as for `wann.search`.
        out: the folder; by default runs/RECIPE-seedN, numbered where that is taken.
        seed_from: as for `wann.search`.
        completions: as for `wann.search`.
        logger: as for `wann.search`.
        figures: whether pictures, a film and a page are made in the folder once the search is
            finished.
        page: as for `wann.search`.
        threads: as for `wann.search`.
        device: as for `wann.search`.
        checkpoint_seconds: seconds between two checkpoints.
        ray: as for `wann.search`.
        cpus_per_worker: as for `wann.search`.
        memory_per_worker: as for `wann.search`.
        progress: whether progress is shown; None: on a terminal and in a notebook.
        stop: the search stops where this returns True after a generation.
        settings: the settings below.

    Returns:
        An iterator over rows: dictionaries with `generation`, `best`, `median`, `connections`,
        `champion`, `champion_connections` and so on. It has `folder`, and `run`, the run so far.

    Raises:
        UserError: as `wann.search`.

    Example:
        >>> rows = wann.grow("swingup-quick", generations=5, population=32)
        >>> for row in rows:
        ...     if row["champion"] is not None and row["champion"] > 100:
        ...         break
        >>> rows.close()
        >>> rows.run.champion
    """
    from wann.experiments.growing import growth

    if not callable(stop):
        raise UserError(f"stop: expected a function without arguments, got {in_short(stop)}")
    check_seconds(checkpoint_seconds)
    if isinstance(recipe, growth.Growth):
        others = (
            *(env, dataset, out, seed_from, completions, logger, threads, progress),
            *(ray, cpus_per_worker, memory_per_worker),
        )
        if (
            settings
            or figures
            or page
            or device != "cpu"
            or any(other is not None for other in others)
        ):
            raise UserError(
                "a Growth has its settings, its evaluator and its folder already: expected no "
                "further arguments but checkpoint_seconds and stop"
            )
        return growth.grow(recipe, checkpoint_seconds=checkpoint_seconds, stop=stop)
    found = searched(recipe, env, dataset, settings, seeded=seed_from is not None)
    how = how_of(
        logger=logger,
        figures=figures,
        page=page,
        threads=threads,
        device=device,
        checkpoint_seconds=checkpoint_seconds,
        ray=ray,
        cpus_per_worker=cpus_per_worker,
        memory_per_worker=memory_per_worker,
        progress=progress,
    )
    return Growing(begin(found, how, out, completions, seed_from), how, stop)
