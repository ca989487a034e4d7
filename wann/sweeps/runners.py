"""Who runs the searches of a sweep: processes of this machine."""

import argparse
from functools import partial

from wann.evaluators.tasks import run_tasks
from wann.sweeps.sweep import Runner


def make_runner(options: argparse.Namespace) -> Runner:
    """Return the runner that the command line asks for."""
    return partial(run_tasks, workers=options.workers)
