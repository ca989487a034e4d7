"""`wann evaluate` measures a network at fixed and random shared weights, and under conditions."""

import argparse
import json

from wann.cli.flags import DEVICE, JSON, THREADS, WITHOUT_WEIGHTS
from wann.cli.results import show, tell
from wann.cli.settings_flags import add_settings, given_settings
from wann.cli.task_flags import add_dataset, add_environment, add_network, given_scored_on
from wann.config import EvaluateConfig


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Add the network, its task, and how it is measured."""
    JSON.add_to(parser)
    add_network(parser)
    WITHOUT_WEIGHTS.add_to(parser)
    add_settings(parser, EvaluateConfig)
    add_environment(parser)
    add_dataset(parser)
    THREADS.add_to(parser)
    DEVICE.add_to(parser)


def run(options: argparse.Namespace) -> None:
    """Measure the network and report what was found."""
    from wann.api.evaluate import evaluate
    from wann.api.watching.compiling import stopped_at_once_while_compiling

    with stopped_at_once_while_compiling():
        found = evaluate(
            options.network,
            **given_settings(options, EvaluateConfig),
            **given_scored_on(options),
            without_weights=options.without_weights,
            threads=options.threads,
            device=DEVICE.of(options),
            progress=True,
        )
    if options.json:
        show(json.dumps(found.to_json()))
    else:
        tell(found.text())
