"""One weight for each connection: the choice of method, and tuning by CMA-ES."""

from collections.abc import Generator, Sequence

from wann.errors import UserError
from wann.evaluators import Evaluator
from wann.network import Network
from wann.tasks import Task
from wann.tuning import Row, TuneConfig, Tuned
from wann.tuning.cma import tune_cma
from wann.tuning.shared import tune_shared


def tune_individual(
    task: Task, network: Network, evaluator: Evaluator, config: TuneConfig, known: Sequence[Row] = ()
) -> Generator[Row, None, Tuned]:
    """Yield a row per generation, return weights (connections,) with which `network` has a high mean return.

    `known` are the rows that an earlier, stopped tuning with the same settings yielded: they are taken as evaluated,
    and not yielded again. UserError if they belong to another tuning.
    """
    if choose_method(task, config) == "gradient":
        raise UserError(f"no gradients for {task.name!r}: expected --method cma, got 'gradient'; choose that")
    start = tune_shared(task, network, evaluator, seed=config.seed)
    return (yield from tune_cma(task, network, evaluator, config, start, known))


def choose_method(task: Task, config: TuneConfig) -> str:
    """Return `cma` or `gradient`: what `config` names or, for auto, what suits `task`."""
    return "cma" if config.method == "auto" else config.method


def finish(rows: Generator[Row, None, Tuned]) -> Tuned:
    """Run a tuning to its end and return what it found."""
    while True:
        try:
            next(rows)
        except StopIteration as end:
            tuned: Tuned = end.value
            return tuned
