"""A sweep among the networks that the user wants compared stands for the champions of its runs."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from wann.errors import UserError
from wann.experiments.comparison.input_networks import Input, how_far
from wann.experiments.sweep.addresses import is_sweep
from wann.experiments.sweep.plan import SweepPlan
from wann.jobs.plan_files import FolderFiles
from wann.runs import filenames

_NAMED = 5  # runs in a message


class FoundInputs(NamedTuple):
    """The networks of sweeps and those beside them, and what is not among them."""

    inputs: list[Input]
    left_out: list[str]  # a line for each sweep of which some runs have no champion as yet


def with_sweeps_read(inputs: Sequence[Input]) -> FoundInputs:
    """Return `inputs` with the finished runs of each sweep in its place.

    UserError for a sweep without any, or whose plan is damaged. A run that is given twice, by its
    sweep and by itself, is taken once.
    """
    found, left_out = [], []
    given = {one.given.resolve() for one in inputs if isinstance(one.given, Path)}
    for one in inputs:
        if not isinstance(one.given, Path) or not is_sweep(str(one.given)):
            found.append(one)
            continue
        runs, waiting = _runs_of(one.given)
        if not runs:
            raise UserError(
                f"{one.given}: none of its {len(waiting)} runs is finished: let the sweep finish, "
                f"or go on with it by `wann resume {one.given}`"
            )
        if waiting:
            left_out.append(_line(one.given, waiting))
        found += [
            Input(run, None if one.label is None else f"{one.label}-{run.name}")
            for run in runs
            if run.resolve() not in given
        ]
        given |= {run.resolve() for run in runs}
    return FoundInputs(found, left_out)


def _runs_of(sweep: Path) -> tuple[list[Path], dict[str, str]]:
    """Return the finished runs of a sweep, and how far the others are by their names."""
    plan = SweepPlan.read(FolderFiles(sweep))
    runs, waiting = [], {}
    for planned in plan.runs:
        run = sweep / planned.name
        if not (run / filenames.CONFIG).is_file():
            waiting[planned.name] = "not begun"
        elif (stands := how_far(run)) is not None:
            waiting[planned.name] = stands
        elif not (run / filenames.CHAMPION).is_file():
            waiting[planned.name] = "finished without a champion"
        else:
            runs.append(run)
    return runs, waiting


def _line(sweep: Path, waiting: dict[str, str]) -> str:
    named = [f"{name} ({stands})" for name, stands in list(waiting.items())[:_NAMED]]
    more = f" and {len(waiting) - _NAMED} more" if len(waiting) > _NAMED else ""
    return (
        f"{sweep}: left out, as they have no final champion: {', '.join(named)}{more}; the same "
        "command takes them in once they are finished"
    )
