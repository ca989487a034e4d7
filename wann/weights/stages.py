"""The plan of a tuning by CMA-ES: on what, in how many races and episodes it goes, stage by stage.

A task that has excerpts is tuned on these first. They are cheaper, so that many more races can
start, and the races that lead on the first of them have learnt the beginning in a way that few
races on whole episodes do: there, each step towards it loses more than it gains.
"""

from typing import NamedTuple

from wann.config import TuneConfig
from wann.tasks.optional_abilities import excerpts_of
from wann.tasks.task import Task

_AGAIN = 0.4  # of the first sigma, when another task begins: what suits it is near
_ONE_OF = 8  # races goes on from a stage on whole episodes
# Of the first sigma, in the last stage behind excerpts: to descend no more into a neighbouring
# optimum
_LAST = 0.2


class TuningStage(NamedTuple):
    """Generations with the same number of races."""

    task: Task
    generations: int
    races: int
    episodes: int  # per candidate
    sigma: float | None  # with which the races begin anew where they are; None: they go on
    hard: bool = False  # whether half of the episodes are from the hardest of many


def make_plan(task: Task, config: TuneConfig) -> list[TuningStage]:
    """Return the stages of a tuning, equally long and at least one generation each.

    On the whole task there are `config.races` at first, then an eighth of them, until a single one
    is left; those given up leave their episodes to the others. Each excerpt doubles the races.
    """
    excerpts = list(excerpts_of(task))
    stages = []
    for index, excerpt in enumerate(excerpts):
        races = config.races << (len(excerpts) - index)
        stages.append(
            TuningStage(
                excerpt,
                0,
                races,
                config.episodes * 3 // 2,
                config.sigma * _AGAIN if index else None,
            )
        )
    left = [config.races]
    while left[-1] > 1:
        left.append(max(1, left[-1] // _ONE_OF))
    for index, races in enumerate(left):
        sigma = None
        if excerpts and index in (0, len(left) - 1):
            sigma = config.sigma * (_LAST if index else _AGAIN)
        hard = index > 0 and races == 1 and task.measure == "return"
        stages.append(
            TuningStage(task, 0, races, config.episodes * config.races // races, sigma, hard)
        )
    count = len(stages)
    ends = [-(-config.generations * (index + 1) // count) for index in range(count)]
    plan = [
        stage._replace(generations=end - begin)
        for stage, begin, end in zip(stages, [0, *ends[:-1]], ends, strict=True)
    ]
    return [stage for stage in plan if stage.generations]
