"""`wann.tune`: the best shared weight of a network, or one weight for each of its connections."""

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from wann.api.arguments import ScoredOnArguments, listing
from wann.api.calls import public
from wann.api.notes import tell_notes
from wann.api.paths import Place, is_place, new_path_of
from wann.api.running import check_local
from wann.api.watching.watch import Watch
from wann.config import DatasetSettings, EnvironmentSettings, TuneConfig, config_of
from wann.errors import UserError

if TYPE_CHECKING:
    from wann.api.subjects import Subject
    from wann.api.tuning_result import TuningResult
    from wann.tasks.task import Task


@public
@listing(EnvironmentSettings, DatasetSettings)
def tune(
    network: Any,
    *,
    weights: str | None = None,
    task: "str | Task | Callable[..., Task] | None" = None,
    env: Any = None,
    dataset: Any = None,
    seed: int = TuneConfig.seed,
    generations: int = TuneConfig.generations,
    population: int = TuneConfig.population,
    races: int = TuneConfig.races,
    sigma: float = TuneConfig.sigma,
    episodes: int = TuneConfig.episodes,
    method: str = TuneConfig.method,
    out: Place | None = None,
    threads: int | None = None,
    progress: bool | None = None,
    **settings: "Unpack[ScoredOnArguments]",
) -> "TuningResult":
    """Find the best shared weight of a network, or one weight for each of its connections.

    This is what `wann tune` does on the command line, with the same defaults and the same bytes.
    Individual weights are found by gradients where the task has labels and the network can be
    differentiated, else by CMA-ES. A tuning of individual weights that was stopped goes on with the
    same call, where it has a file (`out`).

    Args:
        network: a run, the file of a network, or a network itself.
        weights: "shared": one for all connections; "individual": one for each.
        task: the spec of a task, a `Task`, or a class or function of one's own that makes one; by
            default what the network was grown for.
        env: an environment in place of `task`: an id, a class, or a function that makes one.
        dataset: a data set in place of `task`: a path, arrays, or a DataFrame with `label`.
        seed: of all that is drawn.
        generations: of CMA-ES; by gradients, epochs, of which there are 30 at most.
        population: candidates of a race in a generation.
        races: starts, given up but for an eighth again and again.
        sigma: standard deviation of a weight in the first generation.
        episodes: episodes of a candidate while all races run, more when some are given up.
        method: how individual weights are found: "auto", "cma" or "gradient".
        out: the file of the tuned network, ending in .json; beside it, in a folder of its name, lie
            the rows. By default tuned-WEIGHTS.json in the run, or beside the file; where `network`
            is an object, nothing is written.
        threads: how many threads or processes work; by default one for every core.
        progress: whether progress is shown on stderr; None: where that is a terminal.
        settings: how `env` or `dataset` is read, as listed below. Without them, settings of an
            environment change the one that the network was grown for: backend="gymnasium".

    Returns:
        The network with its weights, what it is worth on fresh episodes, and the history.

    Raises:
        UserError: the network cannot be read or does not fit the task, an argument is wrong, or
            something else lies at `out`.
        KeyboardInterrupt: after Ctrl-C, once the generation under way is finished and saved.

    Example:
        >>> found = wann.tune("runs/reference/swingup-seed0", weights="individual",
        ...     generations=3, races=2, out="tuned.json")
        >>> found.mean
        >>> found.network([0.0, 0.0, -1.0, 0.0, 0.0])  # with the weights that were found
        >>> found.history["best"][-1]
    """
    from wann.api.subjects import subject_of
    from wann.api.tuning import Tuning, begin
    from wann.weights.tuning_folder import made_where_free

    given = locals()
    check_local(threads)
    if weights is None:
        raise UserError("expected --weights shared or --weights individual")
    named = {e.name: given[e.name] for e in dataclasses.fields(TuneConfig) if e.name != "task"}
    config = config_of(named, TuneConfig())
    subject = subject_of(network, task, env, dataset, settings)
    notes = tell_notes(subject.task)

    def make(result: Path | None) -> "TuningResult":
        beside = _with_data_beside(subject, result)
        own = dataclasses.replace(config, task=beside.task.spec)
        return begin(Tuning.of(beside, own, result, notes), threads, Watch.of(progress))

    if out is not None or not is_place(network):
        return make(new_path_of(out))
    return made_where_free(_usual_place(network), config.weights, make)


def _usual_place(network: Any) -> Path:
    """Return the run or file into or beside which the tuned network goes by default."""
    from wann.api.paths import path_of
    from wann.formats.zoo import is_zoo_name, located

    path = path_of(network, "network")
    # What lies in the zoo is read alone: results go to the current folder
    return Path(located(path).name) if is_zoo_name(path) else path


def _with_data_beside(subject: "Subject", result: Path | None) -> "Subject":
    """Return a subject whose data, if they are in memory, belong in a file beside the result."""
    if subject.data is None or result is None:
        return subject
    from wann.api.searched import task_in_memory

    data = subject.data._replace(name=f"{result.stem}-{subject.data.name}")
    return subject._replace(task=task_in_memory(data, result.parent), data=data)
