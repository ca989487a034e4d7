"""Which search suits the settings, and which rounds it goes through."""

from functools import partial

from wann.config import EVOLUTION, GRADIENT, STRATEGY, SearchConfig
from wann.errors import UserError
from wann.evaluators.evaluator import AsynchronousEvaluator, Evaluator
from wann.evolution.asynchronous import AsynchronousSearch
from wann.evolution.generational import Search
from wann.evolution.islands import Islands
from wann.experiments.growing.asynchronous import AsynchronousRounds, batch_of
from wann.experiments.growing.generational import GenerationalRounds
from wann.experiments.growing.rounds import Rounds
from wann.experiments.growing.staged import Staged
from wann.experiments.growing.start import start_genome
from wann.network.genome import Genome
from wann.runs import filenames
from wann.runs.completions import Completions
from wann.runs.rundir import RunDir
from wann.tasks.optional_abilities import Classifying, InPrecisions, in_precision, with_labels
from wann.tasks.task import Task


def check_method(config: SearchConfig, task: Task, start: Genome | None = None) -> None:
    """Raise UserError if what the settings ask for cannot be trained on the task."""
    if config.recurrent and isinstance(task, Classifying):
        raise UserError(
            f"{task.name} has no steps that a recurrent network could remember: leave out "
            "recurrent, or choose an environment"
        )
    if config.method == GRADIENT or config.gradient_every:
        with_labels(task)  # before PyTorch is asked for, which would be of no use
    if config.method == GRADIENT:
        _check_installed()
        from wann.experiments.growing.mask_search import make_mask_trainer

        make_mask_trainer(config, task, start)
    if config.method == EVOLUTION and config.gradient_every:
        from wann.experiments.growing.gradient_children import GradientChildren

        GradientChildren(config, task)
    if isinstance(task, InPrecisions):
        task.check_searched()
    Staged(config, in_precision(task, config.precision))
    if config.method == STRATEGY:
        from wann.experiments.growing.score_search import check_parent

        check_parent(config, task)


def make_rounds(
    config: SearchConfig, task: Task, evaluator: Evaluator, run: RunDir | None
) -> Rounds:
    """Return the rounds that the settings ask for, with their search.

    UserError if they are asynchronous and the evaluator cannot be, or ask for what cannot be
    trained.
    """
    if config.method == GRADIENT:
        if run is None:  # the method of one that has a folder stays what it is
            _check_installed()
        from wann.experiments.growing.gradient import GradientRounds

        return GradientRounds(config, task, evaluator, start_genome(run))
    if config.method == STRATEGY:
        from wann.experiments.growing.strategy import StrategyRounds

        return StrategyRounds(config, task, evaluator)
    if config.gradient_every:
        from wann.experiments.growing.gradient_children import GradientChildren

        one = Search(config, task.inputs, task.outputs)
        enter = partial(GradientChildren(config, task).enter, one)
        return GenerationalRounds(config, task, evaluator, one, enter)
    if not config.asynchronous:
        search = (Islands if config.islands > 1 else Search)(config, task.inputs, task.outputs)
        return GenerationalRounds(config, task, evaluator, search)
    if not isinstance(evaluator, AsynchronousEvaluator):
        raise UserError(
            f"{type(evaluator).__name__} scores whole generations: leave out asynchronous"
        )
    asynchronous = AsynchronousSearch(config, task.inputs, task.outputs, batch_of(task))
    record = Completions(run.path / filenames.COMPLETIONS if run else None)
    return AsynchronousRounds(config, task, evaluator, asynchronous, record)


def _check_installed() -> None:
    """Raise UserError if what gradients need is not installed, with what can be done without."""
    try:
        import wann.experiments.growing.mask_search  # noqa: F401
    except UserError as error:
        raise UserError(f"{error}, or give method evolution") from None
