"""How everything in a comparison is tuned: alike."""

import dataclasses

from wann.config import Making, TuneConfig
from wann.tasks.task import Task


def tune_config(task: Task, seed: int, making: Making) -> TuneConfig:
    """Return the settings with which everything in a comparison is tuned."""
    return dataclasses.replace(
        TuneConfig(), task=task.spec, seed=seed, generations=making.generations, races=making.races
    )
