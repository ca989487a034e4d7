"""`wann evaluate` measures a network at fixed and random shared weights, and under conditions."""

import argparse
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from wann.cli.flags import JSON, THREADS
from wann.cli.settings_flags import add_settings, settings_of
from wann.cli.task_flags import add_dataset, add_environment, add_network, task_spec
from wann.config import EvaluateConfig, TuneConfig

if TYPE_CHECKING:
    from wann.weights.condition_measures import ConditionMeasure

_LABELS = {
    "training_weights": "six training weights",
    "random_shared": "shared weight from U(-2, 2)",
    "own_weights": "its own weights",
}


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the network, its task, and how it is measured."""
    JSON.add_to(parser)
    add_network(parser)
    add_settings(parser, EvaluateConfig)
    add_environment(parser)
    add_dataset(parser)
    THREADS.add_to(parser)


def run(options: argparse.Namespace) -> None:
    """Measure the network and report what was found."""
    from wann.cli.tune import tune_in_view
    from wann.evaluators.make import make_evaluator
    from wann.formats.loaded_network import load_network
    from wann.tasks.registry import make_task
    from wann.weights.conditions import measure_conditions, parse_conditions
    from wann.weights.evaluate import evaluate
    from wann.weights.measuring import Measuring
    from wann.weights.tuned import Tuned

    config = settings_of(options, EvaluateConfig())
    conditions = parse_conditions(config.conditions) if config.conditions is not None else ()
    spec = task_spec(options, config.task)
    given = make_task(spec).frozen() if spec else None
    loaded = load_network(options.network, given)
    task = given or make_task(loaded.task or "swingup")
    loaded.check_fits(task)
    how: dict[str, Any] = {"weights": loaded.weights, "episodes": config.episodes}
    found: dict[str, ConditionMeasure] = {}
    with make_evaluator(task, options.threads) as evaluator:
        result = evaluate(loaded.network, task, evaluator, seed=config.seed, **how)
        if conditions:
            measuring = Measuring(task, loaded.network, evaluator, config.seed)

            def tune(start: Tuned) -> Tuned:
                tuning = TuneConfig(task=task.spec, seed=config.seed)
                return tune_in_view(measuring, tuning, start)

            found = measure_conditions(measuring, names=conditions, tune=tune, **how)
    if options.json:
        under = {name: measure.to_json() for name, measure in found.items()}
        print(json.dumps({**result, **({"conditions": under} if conditions else {})}))
        return
    print(
        f"{options.network} on {task.name}: {result['connections']} connections, "
        f"{result['hidden']} hidden nodes"
    )
    _print_measures(result, found)


def _print_measures(result: dict[str, Any], found: "Mapping[str, ConditionMeasure]") -> None:
    from wann.weights.condition_measures import in_words

    for key, label in _LABELS.items():
        if key in result:
            measure = result[key]
            print(
                f"  {label:28} {measure['mean']:8.4g}   sd {measure['sd']:.3g} over {measure['n']} "
                f"{measure['sd_over']}"
            )
    for entry in result["by_weight"]:
        at = f"at {entry['weight']:+g}"
        print(f"  {at:28} {entry['mean']:8.4g}   sd {entry['sd']:.3g} over {entry['sd_over']}")
    for name, measure in found.items():
        print(f"  {name.replace('_', ' '):28} {in_words(measure)}")
