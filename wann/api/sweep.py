"""`wann.sweep`: many searches side by side, over seeds and settings."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Unpack

from wann.api.arguments import Arguments, listing
from wann.api.calls import public
from wann.api.paths import Place
from wann.api.running import RETRIES, Running, check_retries, check_seconds, cluster_of
from wann.api.scored_on import Data, Environment
from wann.api.searched import Recipe, searched
from wann.api.sweeping import address_of, begin_sweep, check_given_once, grid_of, plan_of
from wann.api.watching.watch import Watch
from wann.config import (
    CHECKPOINT_SECONDS,
    DatasetSettings,
    EnvironmentSettings,
    SearchConfig,
    SweepSettings,
)
from wann.experiments.growing.loggers import logger_names
from wann.jobs.seeds import Seeds

if TYPE_CHECKING:
    from wann.api.sweep_result import SweepResult

Grid = Mapping[str, Iterable[Any]] | Sequence[str]


@public
@listing(SearchConfig, EnvironmentSettings, DatasetSettings, without=["seed"])
def sweep(
    recipe: Recipe | None = None,
    *,
    seeds: Seeds,
    grid: Grid = (),
    env: Environment | None = None,
    dataset: Data = None,
    evaluate: int | None = SweepSettings.evaluate,
    out: Place | None = None,
    logger: Any = None,
    figures: bool = True,
    workers: int | None = None,
    retries: int = RETRIES,
    checkpoint_seconds: float = CHECKPOINT_SECONDS,
    ray: str | bool | None = None,
    cpus_per_worker: float | None = None,
    memory_per_worker: int | str | None = None,
    progress: bool | None = None,
    **settings: Unpack[Arguments],
) -> "SweepResult":
    """Run many searches side by side: every combination of a grid of settings, for every seed.

    This is what `wann sweep` does on the command line, with the same defaults and the same files.
    The searches lie in one folder, each in one of its own, and the same bytes come out as of single
    searches. The same call again goes on with a sweep, as `wann.resume(folder)` does.

    Args:
        recipe: as for `wann.search`.
        seeds: a number, a range, a list, or a text such as "0-4,7".
        grid: settings with alternatives, such as {"population": [256, 1024], "ranking": ["nsga2",
            my_ranking]}; or texts as the command line takes them.
        env: as for `wann.search`.
        dataset: as for `wann.search`.
        evaluate: measure each champion on fresh episodes, drawn by this seed, and compare by that.
        out: the folder, or the URL of storage; by default runs/RECIPE-sweep, numbered where that is
            taken.
        logger: what is told of each generation of each search, as for `wann.search`.
        figures: whether the figure of the sweep is drawn in its folder in the end.
        workers: how many searches run at once, each on one thread; by default one for every core.
        retries: how often a search that failed is tried again.
        checkpoint_seconds: seconds between two checkpoints.
        ray: the address of a Ray, or True for that of this machine.
        cpus_per_worker: cores of a worker on Ray.
        memory_per_worker: memory of a worker on Ray, in bytes or as "500M".
        progress: whether progress is shown; None: on a terminal and in a notebook.
        settings: the settings below, which all searches have.

    Returns:
        Runs and points of the grid as columns, the table as text, the best run, a figure.

    Raises:
        UserError: something unknown or impossible was asked for, which is said before anything is
            written; or the folder holds something else. Where only some searches fail, the error
            (`PartlyFailed`) has the others in its `result`.
        KeyboardInterrupt: after Ctrl-C, once the generations under way are finished and saved.

    Example:
        >>> found = wann.sweep("swingup-quick", seeds=range(2), generations=3,
        ...     grid={"population": [16, 32]}, out="my-sweep")
        >>> print(found)  # a row for each point of the grid
        >>> found.best.champion
    """
    check_retries(retries)
    check_seconds(checkpoint_seconds)
    alternatives = grid_of(grid)
    check_given_once(alternatives, settings)
    found = searched(recipe, env, dataset, settings, grid=alternatives)
    plan = plan_of(found, alternatives, seeds, evaluate)
    cluster = cluster_of(ray, workers, cpus_per_worker, memory_per_worker)
    loggers = logger_names(logger)
    running = Running(cluster, workers, retries, Watch.of(progress), figures, loggers)
    return begin_sweep(plan, found, address_of(out), running, checkpoint_seconds)
