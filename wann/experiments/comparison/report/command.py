"""The command that makes the rows of one entry again."""

import shlex
from pathlib import Path

from wann.config import MAKING_FLAGS, Making
from wann.experiments.comparison.champion_files import read_champion
from wann.experiments.comparison.contestants.make import DENSE, GROWN
from wann.experiments.comparison.plan import ComparisonPlan


def command_for(folder: Path, plan: ComparisonPlan, entry: str) -> str:
    """Return the command that makes the rows of one entry, into a folder of its own.

    `folder` is that of the comparison with this plan, in which the champions lie.
    """
    labels = list(plan.champions)
    if not plan.names:
        labels = list(dict.fromkeys((plan.reference, entry)))
    words = ["wann", "compare", *(str(read_champion(folder, label).path) for label in labels)]
    if plan.names:
        contestant = entry if entry not in (GROWN, DENSE) else plan.names[0]
        words += ["--against", contestant, "--sizes", "0"]
    words += ["--task", plan.task, "--seeds", ",".join(map(str, plan.seeds))]
    words += _making_flags(plan.making)
    return shlex.join([*words, "--out", "FOLDER"])


def _making_flags(making: Making) -> list[str]:
    """Return the flags of all settings that are not the default ones."""
    words, standard = [], Making()
    for name in MAKING_FLAGS:
        value = getattr(making, name)
        if value != getattr(standard, name):
            text = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
            words += [f"--{name}", text]
    return words
