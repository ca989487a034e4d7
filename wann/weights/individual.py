"""One weight for each connection: the choice of method, and tuning by CMA-ES."""

from collections.abc import Generator, Sequence
from importlib.util import find_spec

from wann.config import TuneConfig
from wann.errors import UserError
from wann.evaluators.base import Evaluator
from wann.network.network import Network
from wann.tasks.base import Task
from wann.weights.cma import tune_cma
from wann.weights.shared import tune_shared
from wann.weights.tuned import Row, Tuned

_MOST_EPOCHS = 30


def tune_individual(
    task: Task,
    network: Network,
    evaluator: Evaluator,
    config: TuneConfig,
    known: Sequence[Row] = (),
    start: Tuned | None = None,
) -> Generator[Row, None, Tuned]:
    """Yield a row per generation, return weights (connections,) with which `network` has a high mean return.

    `start` is what `tune_shared` returns with the seed of `config`, where that is known. `known`
    are the rows that an earlier, stopped tuning with the same settings yielded: they are taken as
    evaluated, and not yielded again. UserError if they belong to another tuning.
    """
    method = choose_method(task, network, config)
    start = start or tune_shared(task, network, evaluator, seed=config.seed)
    if method == "gradient":
        return (yield from _by_gradient(task, network, start, config, known))
    return (yield from tune_cma(task, network, evaluator, config, start, known))


def planned_rows(task: Task, network: Network, config: TuneConfig) -> int:
    """Return how many rows `tune_individual` yields in all: generations, or epochs and the start before them."""
    return (
        _epochs(config) + 1
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
    labelled = task.labelled() is not None
    if config.method == "gradient" and not labelled:
        raise UserError(
            f"no gradients for {task.name!r}, which has no labels: expected --method cma, got "
            "'gradient'"
        )
    if not labelled:
        return "cma"
    from wann.network.torch_module import differentiable

    return "gradient" if config.method == "gradient" or differentiable(network) else "cma"


def _epochs(config: TuneConfig) -> int:
    return min(config.generations, _MOST_EPOCHS)


def _by_gradient(
    task: Task, network: Network, start: Tuned, config: TuneConfig, known: Sequence[Row]
) -> Generator[Row, None, Tuned]:
    """Train on the task's labels.

    What an earlier tuning yielded is computed again, and not yielded again.
    """
    from wann.weights.gradient import tune_by_gradient

    data = task.labelled()
    assert data is not None
    training = tune_by_gradient(
        network,
        data["x"],
        data["y"],
        data["x_validation"],
        data["y_validation"],
        start=float(start.weights[0]) or 1.0,
        epochs=_epochs(config),
        seed=config.seed % 2**63,
    )
    seen = 0
    while True:
        try:
            row = next(training)
        except StopIteration as end:
            result = end.value
            break
        if seen >= len(known):
            yield {
                "generation": seen,
                "best": row["validation"],
                "median": row["accuracy"] or row["validation"],
                **row,
            }
        elif known[seen].get("validation") != row["validation"]:
            raise UserError(
                "the rows of the tuning are not those of these settings and data: begin a new "
                "tuning"
            )
        seen += 1
    evaluations = start.evaluations + len(data["y"]) * (seen - 1)
    return Tuned(result.weights, "gradient", evaluations, seen)


def finish(rows: Generator[Row, None, Tuned]) -> Tuned:
    """Run a tuning to its end and return what it found."""
    while True:
        try:
            next(rows)
        except StopIteration as end:
            tuned: Tuned = end.value
            return tuned
