"""`wann evaluate` measures a network at fixed and random shared weights, and under conditions."""

import argparse
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from wann.api.notes import in_json, tell_notes
from wann.api.running import check_local
from wann.api.watching.compiling import compiling_in_view
from wann.cli.flags import JSON, THREADS, WITHOUT_WEIGHTS
from wann.cli.results import show, tell
from wann.cli.settings_flags import add_settings, settings_of
from wann.cli.task_flags import (
    add_dataset,
    add_environment,
    add_network,
    network_and_task,
)
from wann.config import EvaluateConfig, TuneConfig

if TYPE_CHECKING:
    from wann.weights.condition_measures import ConditionMeasure
    from wann.weights.evaluate import NetworkMeasures


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the network, its task, and how it is measured."""
    JSON.add_to(parser)
    add_network(parser)
    WITHOUT_WEIGHTS.add_to(parser)
    add_settings(parser, EvaluateConfig)
    add_environment(parser)
    add_dataset(parser)
    THREADS.add_to(parser)


def run(options: argparse.Namespace) -> None:
    """Measure the network and report what was found."""
    from wann.cli.tune import tune_in_view
    from wann.evaluators.make import make_evaluator
    from wann.tasks.optional_abilities import Classifying
    from wann.weights.conditions import measure_conditions, parse_conditions
    from wann.weights.evaluate import measure_network
    from wann.weights.measuring import Measuring
    from wann.weights.tuned import Tuned

    check_local(options.threads)
    config = settings_of(options, EvaluateConfig())
    conditions = parse_conditions(config.conditions) if config.conditions is not None else ()
    loaded, task = network_and_task(options, config.task)
    if options.without_weights:
        loaded = loaded.with_weights(None)
    notes = tell_notes(task)
    under: dict[str, ConditionMeasure] = {}
    with compiling_in_view(), make_evaluator(task, options.threads) as evaluator:
        measuring = Measuring(task, loaded, evaluator, config.seed)
        found = measure_network(measuring, loaded.weights, config.episodes)

        def tune(start: Tuned) -> Tuned:
            return tune_in_view(measuring, TuneConfig(task=task.spec, seed=config.seed), start)

        if conditions:
            under = measure_conditions(
                measuring,
                names=conditions,
                weights=loaded.weights,
                episodes=config.episodes,
                tune=tune,
            )
    if options.json:
        of_conditions = {name: measure.to_json() for name, measure in under.items()}
        beside: dict[str, Any] = {"conditions": of_conditions} if conditions else {}
        if isinstance(task, Classifying):
            beside["classes"] = list(task.output_names)
        show(json.dumps({**found.to_json(), **beside, **in_json(notes)}))
        return
    tell(
        f"{options.network} on {task.name}: {found.connections} connections, "
        f"{found.hidden} hidden nodes{', accuracies' if isinstance(task, Classifying) else ''}"
    )
    _print_measures(found, under)


def _print_measures(found: "NetworkMeasures", under: "Mapping[str, ConditionMeasure]") -> None:
    """Print a line on each measure, and on each of those `under` a condition."""
    from wann.weights.condition_measures import in_words

    for label, measure in (
        ("six training weights", found.training_weights),
        ("shared weight from U(-2, 2)", found.random_shared),
        ("its own weights", found.own_weights),
    ):
        if measure is not None:
            tell(
                f"  {label:28} {measure.mean:8.4g}   sd {measure.sd:.3g} over {measure.n} "
                f"{measure.sd_over}"
            )
    for weight, measure in found.by_weight:
        at = f"at {weight:+g}"
        tell(f"  {at:28} {measure.mean:8.4g}   sd {measure.sd:.3g} over {measure.sd_over}")
    for name, condition in under.items():
        tell(f"  {name.replace('_', ' '):28} {in_words(condition)}")
