"""What holds in a generation of a search with stages: settings, and the task that is played.

Champions are confirmed under the settings of the whole search, whatever the stage.
"""

from typing import NamedTuple

from wann.config import SearchConfig, Stage
from wann.errors import UserError
from wann.tasks.optional_abilities import Cuttable
from wann.tasks.task import Task


class Conditions(NamedTuple):
    """What a generation is scored on."""

    config: SearchConfig
    task: Task


class Staged:
    """The conditions of each generation of a search."""

    def __init__(self, config: SearchConfig, task: Task) -> None:
        """Begin; `config` are the settings of the search, `task` is what it is scored on."""
        stages = config.stages
        self._begins = [stage.begins(config.generations) for stage in stages]
        self._conditions = [Conditions(config, task), *(_in(s, config, task) for s in stages)]

    def at(self, generation: int) -> Conditions:
        """Return what holds in a generation."""
        return self._conditions[sum(begin <= generation for begin in self._begins)]


def stage_that_begins(config: SearchConfig, generation: int) -> str | None:
    """Return the stage that begins with a generation, as it is written; None where none does."""
    begins = (stage.begins(config.generations) for stage in config.stages)
    return dict(zip(begins, config.stage, strict=True)).get(generation)


def _in(stage: Stage, config: SearchConfig, task: Task) -> Conditions:
    """Return what holds in a stage; UserError where the task has no episodes to be cut so."""
    if not stage.episodes:
        return Conditions(config.in_stage(stage), task)
    if not isinstance(task, Cuttable):
        raise UserError(
            f"stage: expected no {' and no '.join(stage.episodes)}, as {task.name} is no "
            "environment of Gymnasium, whose episodes a search can cut"
        )
    cut = task.cut(stage.episodes)
    if type(cut) is not type(task):
        raise UserError(
            f"stage: {task.name} is compiled where stuck_steps is none, and simulated by Gymnasium "
            "where it is not: give --backend gymnasium, or leave stuck_steps out"
        )
    return Conditions(config.in_stage(stage), cut)
