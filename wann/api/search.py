"""`wann.search`: a search in a folder of its own, from a recipe, an environment or a data set."""

from typing import Any, Unpack

from wann.api.arguments import Arguments, listing
from wann.api.calls import public
from wann.api.paths import Place
from wann.api.run import Run
from wann.api.scored_on import Data, Environment
from wann.api.search_how import Callback, how_of
from wann.api.searched import Recipe, searched
from wann.api.searching import begin, run_search
from wann.config import CHECKPOINT_SECONDS, DatasetSettings, EnvironmentSettings, SearchConfig


@public
@listing(SearchConfig, EnvironmentSettings, DatasetSettings)
def search(
    recipe: Recipe | None = None,
    *,
    env: Environment | None = None,
    dataset: Data = None,
    out: Place | None = None,
    seed_from: Place | None = None,
    completions: Place | None = None,
    callback: Callback | None = None,
    logger: Any = None,
    figures: bool = True,
    page: bool = False,
    threads: int | None = None,
    device: str = "cpu",
    checkpoint_seconds: float = CHECKPOINT_SECONDS,
    ray: str | bool | None = None,
    cpus_per_worker: float | None = None,
    memory_per_worker: int | str | None = None,
    progress: bool | None = None,
    **settings: Unpack[Arguments],
) -> Run:
    """Grow a weight-agnostic network: search for a topology that works with any shared weight.

    This is what `wann search` does on the command line, with the same defaults and the same files:
    the same seed gives the same bytes. The search lies in a folder; one that was stopped or killed
    goes on by `wann.resume(folder)`. `wann.grow` yields the generations one by one.

    Args:
        recipe: the name of a recipe (`wann.recipes()` lists them), the path of a TOML file of one's
            own, or a `wann.SearchConfig`. Its settings count where no others are given. The method
            of a named recipe also gives way to evolution where settings are given that are for
            evolution alone, or a network to begin from; a line on stderr then says so.
        env: any Gymnasium environment: an id, "module:ID" or "module:Class", a class, or a function
            that makes one.
        dataset: a classification problem: the path of a table, npz file or folder of IDX files;
            arrays (x, y) or (x_train, y_train, x_test, y_test); or a DataFrame of pandas or polars
            with `label`; or a function that returns arrays, or "module:function". Arrays and tables
            are written to the folder.
        out: the folder; by default runs/RECIPE-seedN, numbered where that is taken.
        seed_from: begin from children of this network: a run, a network file, or masks; with method
            gradient, train masks among its hidden nodes.
        completions: of an asynchronous search: repeat the run whose completions.jsonl this is.
        callback: is called with the row of each generation, a dictionary; the search stops where it
            returns True.
        logger: what is told of each generation, or several: "csv" (a table in the folder),
            "tensorboard", "wandb", "mlflow", "module:function", or a function of a row and the
            folder.
        figures: whether pictures, a film and a page are made in the folder in the end.
        page: whether page.html in the folder is made anew every few seconds as the search goes on.
        threads: how many threads or processes work; by default one for every core.
        device: cpu, or a graphics card that scores networks, cuda or cuda:NUMBER. The result is
            the same.
        checkpoint_seconds: seconds between two checkpoints.
        ray: the address of a Ray, or True for that of this machine; `threads` then says how many
            workers there are.
        cpus_per_worker: cores of a worker on Ray.
        memory_per_worker: memory of a worker on Ray, in bytes or as "500M".
        progress: whether progress is shown; None: on a terminal and in a notebook.
        settings: the settings below.

    Returns:
        The run: champion, front, history as columns, summary, pictures.

    Raises:
        UserError: something unknown or impossible was asked for, which is said before anything is
            written; the environment fails; or the callback does, and the search is saved.
        KeyboardInterrupt: after Ctrl-C, once the generation under way is finished and saved.

    Example:
        >>> run = wann.search("swingup-quick", generations=3, population=32, seed=0)
        >>> run.champion
        >>> run = wann.search(env="CartPole-v1", generations=3, population=32)
        >>> run = wann.search(dataset=(x, y), steps=500)
    """
    found = searched(recipe, env, dataset, settings, seeded=seed_from is not None)
    how = how_of(
        callback=callback,
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
    with begin(found, how, out, completions, seed_from) as folder:
        return run_search(folder, how, Run)
