"""`wann.evaluate`: what a network is worth at fixed and random weights, and under conditions."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, Unpack

from wann import own
from wann.api.arguments import ScoredOnArguments, listing
from wann.api.calls import public
from wann.api.paths import is_place
from wann.api.running import check_local
from wann.api.watching.watch import Watch
from wann.config import (
    DatasetSettings,
    EnvironmentSettings,
    EvaluateConfig,
    TuneConfig,
    config_of,
)
from wann.errors import UserError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from wann.api.evaluation_result import EvaluationResult
    from wann.evaluators.evaluator import Evaluator
    from wann.tasks.task import Task
    from wann.weights.measuring import Measuring
    from wann.weights.tuned import Tuned


@public
@listing(EnvironmentSettings, DatasetSettings)
def evaluate(
    network: Any,
    task: "str | Task | Callable[..., Task] | None" = EvaluateConfig.task,
    evaluator: "Evaluator | None" = None,
    *,
    env: Any = None,
    dataset: Any = None,
    conditions: str | Iterable[str] | None = EvaluateConfig.conditions,
    episodes: int = EvaluateConfig.episodes,
    seed: int = EvaluateConfig.seed,
    measure: "str | Callable[..., float] | Sequence[str | Callable[..., float]]" = (
        EvaluateConfig.measure
    ),
    weights: "ArrayLike | None" = None,
    without_weights: bool = False,
    threads: int | None = None,
    device: str = "cpu",
    progress: bool | None = None,
    **settings: "Unpack[ScoredOnArguments]",
) -> "EvaluationResult":
    """Measure what a network is worth: at fixed and at random weights, and under conditions.

    This is what `wann evaluate` does on the command line, with the same defaults and results. All
    is measured on the held-out part of the task: returns of fresh episodes or, for classification,
    accuracies on the test examples.

    Args:
        network: a run, the file of a network, or a network itself.
        task: the spec of a task, a `Task`, or a class or function of one's own that makes one; by
            default what the network was grown for.
        evaluator: what scores it; by default one is made, with `threads`.
        env: an environment in place of `task`: an id, a class, or a function that makes one.
        dataset: a data set in place of `task`: a path, arrays, or a DataFrame with `label`.
        conditions: "all", or the names of weight conditions, such as ["tuned_shared"], that are
            measured, too, each with its 95 % interval.
        episodes: episodes at each weight; of simulators fewer for the profile, a tenth or 10.
        seed: the seed of the episodes.
        measure: further numbers of the network, by name, such as "depth", or as functions of
            (network, task, evaluator).
        weights: (connections,) in place of the network's own.
        without_weights: whether the network's own weights are left out.
        threads: how many threads or processes work; by default one for every core.
        device: cpu, or a graphics card that scores networks, cuda or cuda:NUMBER. The result is
            the same.
        progress: whether progress is shown on stderr; None: where that is a terminal.
        settings: how `env` or `dataset` is read, as listed below. Without them, settings of an
            environment change the one that the network was grown for: backend="gymnasium".

    Returns:
        The measures, each with mean and spread; printed, they are a table.

    Raises:
        UserError: the network cannot be read or does not fit the task, or an argument is wrong.

    Example:
        >>> found = wann.evaluate("runs/reference/swingup-seed0", episodes=20)
        >>> found.random_shared.mean
        >>> found.by_weight["mean"]  # at each of the training weights
        >>> found = wann.evaluate("runs/reference/swingup-seed0", episodes=20,
        ...     conditions=["random_shared"])
        >>> found.conditions["random_shared"].low
    """
    from wann.api.notes import tell_notes
    from wann.api.subjects import subject_of
    from wann.evaluators.make import make_evaluator
    from wann.weights.conditions import parse_conditions
    from wann.weights.measuring import Measuring

    check_local(threads)
    if without_weights and weights is not None:
        raise UserError("without_weights= leaves out the weights that weights= gives: give one")
    asked = {"episodes": episodes, "seed": seed, "measure": own.named(measure)}
    config = config_of(asked, EvaluateConfig())
    names = None if conditions is None else parse_conditions(conditions)
    subject = subject_of(network, task, env, dataset, settings, scored_whole=True)
    if without_weights or weights is not None:
        subject = subject._replace(network=subject.network.with_weights(weights))
    tell_notes(subject.task)
    watch = Watch.of(progress)
    made = (
        make_evaluator(subject.task, threads, device=device)
        if evaluator is None
        else nullcontext(evaluator)
    )
    with watch.compiling(), made as scoring:
        measuring = Measuring(subject.task, subject.network, scoring, config.seed)
        title = f"{network if is_place(network) else subject.network.name} on {subject.task.name}"
        return _measured(measuring, subject.network.weights, config, names, watch, title)


def _measured(
    measuring: "Measuring",
    weights: "NDArray[np.float64] | None",
    config: EvaluateConfig,
    names: tuple[str, ...] | None,
    watch: Watch,
    title: str,
) -> "EvaluationResult":
    """Return all that was asked for.

    Args:
        measuring: the network, its task, the evaluator and the seed.
        weights: (connections,) the network's own, None where it has none.
        config: how many episodes are drawn for each measure, and which measures there are.
        names: the conditions, None where none are asked for.
        watch: shows the tuning of weights.
        title: what the network and its task are called.
    """
    from wann.api.evaluation_result import EvaluationResult
    from wann.api.tuning import tune_in_view
    from wann.tasks.optional_abilities import Classifying
    from wann.weights.conditions import measure_conditions
    from wann.weights.evaluate import measure_network
    from wann.weights.own_measures import measured

    # Own functions come first: where one fails, that is said before the minutes of work
    numbers = measured(config.measure, measuring.held_out)
    task = measuring.task
    found = measure_network(measuring, weights, config.episodes)

    def tune(start: "Tuned") -> "Tuned":
        tuning = TuneConfig(task=task.spec, seed=measuring.seed)
        return tune_in_view(measuring, tuning, start, watch)

    under = None
    if names is not None:
        under = measure_conditions(
            measuring, names=names, weights=weights, episodes=config.episodes, tune=tune
        )
    classes = tuple(task.output_names) if isinstance(task, Classifying) else None
    return EvaluationResult(found, under, classes, tuple(task.notes), title, numbers)
