"""How everything in a comparison is tuned: alike."""

import dataclasses

from wann.config import TuneConfig
from wann.experiments.comparison.contestants.contestant import Making
from wann.tasks.base import Task


def tune_config(task: Task, seed: int, making: Making) -> TuneConfig:
    """Return the settings with which everything in a comparison is tuned."""
    return dataclasses.replace(
        TuneConfig(), task=task.spec, seed=seed, generations=making.generations, races=making.races
    )
