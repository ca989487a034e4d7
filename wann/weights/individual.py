"""One weight for each connection: the choice of method, and tuning by CMA-ES."""

from collections.abc import Generator, Sequence
from dataclasses import replace
from importlib.util import find_spec

from wann.config import MOST_EPOCHS, TuneConfig
from wann.errors import UserError
from wann.network.network import Network
from wann.network.weightings import Weightings
from wann.tasks.optional_abilities import Labelled
from wann.tasks.task import Task
from wann.weights.cma import tune_cma
from wann.weights.measuring import Measuring
from wann.weights.shared import tune_shared
from wann.weights.tuned import Tuned
from wann.weights.tuning_rows import EpochRow, StoredRow, TuningRow


def tune_individual(
    measuring: Measuring,
    config: TuneConfig,
    known: Sequence[StoredRow] = (),
    start: Tuned | None = None,
) -> Generator[TuningRow, None, Tuned]:
    """Yield a row per generation, return individual weights with a high mean return.

    The seed is that of `config`, which is kept with a tuning that is stopped. `start` is what
    `tune_shared` returns with that seed, where that is known. `known` are the rows that an earlier,
    stopped tuning with the same settings yielded, in JSON values: they are taken as evaluated, and
    not yielded again. UserError if they belong to another tuning.
    """
    # Weights are what results are reported with: parts of episodes do not decide on them
    measuring = replace(measuring, task=measuring.task.confirmed_on, seed=config.seed)
    method = choose_method(measuring.task, measuring.network, config)
    start = start or tune_shared(measuring)
    if method == "gradient":
        return (yield from _by_gradient(measuring, config, start, known))
    return (yield from tune_cma(measuring, config, start, known))


def planned_rows(task: Task, network: Network, config: TuneConfig) -> int:
    """Return how many rows `tune_individual` yields in all.

    There is one for each generation or, with gradients, for the start and each epoch.
    """
    return (
        epochs(config) + 1
        if choose_method(task, network, config) == "gradient"
        else config.generations
    )


def choose_method(task: Task, network: Network, config: TuneConfig) -> str:
    """Return `cma` or `gradient`: what `config` names or, for auto, what suits task and network.

    Gradients need a task with labels, PyTorch, and a network without steps between a connection and
    all outputs.
    """
    if config.method == "cma" or (config.method == "auto" and find_spec("torch") is None):
        return "cma"
    labelled = isinstance(task, Labelled)
    if config.method == "gradient" and not labelled:
        raise UserError(
            f"no gradients for {task.name!r}, which has no labels: expected --method cma, got "
            "'gradient'"
        )
    if not labelled:
        return "cma"
    from wann.network.torch_module import differentiable

    return "gradient" if config.method == "gradient" or differentiable(network) else "cma"


def epochs(config: TuneConfig) -> int:
    """Return how many epochs a tuning by gradients has; a row for the start comes on top."""
    return min(config.generations, MOST_EPOCHS)


def _by_gradient(
    measuring: Measuring, config: TuneConfig, start: Tuned, known: Sequence[StoredRow]
) -> Generator[EpochRow, None, Tuned]:
    """Train on the task's labels, yielding the rows that an earlier tuning did not yield.

    The `known` rows are computed again; UserError where they come out otherwise.
    """
    from wann.weights.gradient import tune_by_gradient

    assert isinstance(measuring.task, Labelled)
    data = measuring.task.labelled()
    training = tune_by_gradient(
        measuring.network,
        data["x"],
        data["y"],
        data["x_validation"],
        data["y_validation"],
        start=float(start.weights.values[0, 0]) or 1.0,
        epochs=epochs(config),
        seed=measuring.seed % 2**63,
    )
    seen = 0
    while True:
        try:
            epoch = next(training)
        except StopIteration as end:
            result = end.value
            break
        if seen >= len(known):
            yield EpochRow(seen, epoch)
        elif known[seen].get("validation") != epoch.validation:
            raise UserError(
                "the rows of the tuning are not those of these settings and data: begin a new "
                "tuning"
            )
        seen += 1
    evaluations = start.evaluations + len(data["y"]) * (seen - 1)
    return Tuned(Weightings.individual(result.weights), "gradient", evaluations, seen)


def finish(rows: Generator[TuningRow, None, Tuned]) -> Tuned:
    """Run a tuning to its end and return what it found."""
    while True:
        try:
            next(rows)
        except StopIteration as end:
            tuned: Tuned = end.value
            return tuned
