"""What a bystander sees of the work in a folder at one time; of searches and sweeps it is here."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from wann.api.watching.job_looks import (
    looking_at_comparison,
    looking_at_study,
    looking_at_tuning,
)
from wann.api.watching.look import Look, stopped
from wann.api.watching.progress import describe_accuracies, describe_losses, describe_search
from wann.api.watching.screen import Countdown, minutes
from wann.api.watching.sweep_display import count, make_table
from wann.errors import UserError
from wann.experiments.comparison.filenames import is_comparison
from wann.experiments.growing.standing import (
    FINISHED,
    RUNNING,
    SearchStanding,
    read_standing,
)
from wann.experiments.pruning.filenames import is_study
from wann.experiments.sweep.addresses import is_sweep
from wann.experiments.sweep.run_states import FINISHED as RUN_FINISHED
from wann.experiments.sweep.run_states import RUNNING as RUN_RUNNING
from wann.experiments.sweep.run_states import WAITING, RunState
from wann.experiments.sweep.standing import SweepStanding
from wann.experiments.sweep.summary import summarise
from wann.jobs.tables import in_percent, short
from wann.runs.filenames import CONFIG
from wann.tasks.fitness import ACCURACY, LOSS, RETURN
from wann.terminal import printable, wrapped
from wann.weights.tuning_folder import is_tuning

if TYPE_CHECKING:
    from rich.console import RenderableType

_BAR = 20  # columns
_QUIET_SECONDS = 60.0  # without news, after which it is said how long there were none
_FRAME = 4  # lines of a terminal that are not rows of a table


def looking_at(address: str) -> Callable[[], Look]:
    """Return what looks at what lies at a path, or at the sweep at a URL.

    UserError unless that is a search, a sweep, a study, a comparison or a tuning.
    """
    if is_sweep(address):
        return _looking_at_sweep(address)
    folder = Path(address)
    for is_one, looking in (
        (is_study, looking_at_study),
        (is_comparison, looking_at_comparison),
        (is_tuning, looking_at_tuning),
    ):
        if is_one(folder):
            return looking(folder)
    if not (folder / CONFIG).is_file():
        raise UserError(
            f"{folder} is nothing to watch: expected the folder of a search, a sweep, a pruning "
            "study, a comparison, or a tuning of individual weights"
        )
    return lambda: _at_search(read_standing(folder))


# ---- a search


def _at_search(standing: SearchStanding) -> Look:
    def picture(width: int, height: int) -> "RenderableType":
        from rich.console import Group
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text

        head, *others = (Text(wrapped(printable(line), width)) for line in _lines(standing))
        bar = Table.grid()  # puts an end of line behind it
        bar.add_row(ProgressBar(standing.generations, standing.generation, min(_BAR, width)))
        return Group(head, bar, *others)

    row = standing.row
    said = f"generation {standing.generation}/{standing.generations}"
    if row is not None:
        said += f": {_describe(standing)}"
    line = ", ".join([said, *_how_it_goes(standing)])
    return Look(standing.state != RUNNING, line, picture, standing.to_json())


def _lines(standing: SearchStanding) -> list[str]:
    head = f"{standing.run}: {standing.task.partition(' {')[0]}, seed {standing.seed}"
    done = f"generation {standing.generation}/{standing.generations}"
    lines = [head, ", ".join([done, *_how_it_goes(standing)])]
    if standing.row is not None:
        since = standing.champion_since
        lines.append(_describe(standing) + ("" if since is None else f", since generation {since}"))
    if standing.front:
        earned, text = _EARNED[standing.measure]
        points = (
            f"{point.connections}: {'-' if point.mean is None else text(point.mean)}"
            for point in standing.front
        )
        lines.append(f"front, connections: {earned}  {', '.join(points)}")
    return lines


def _describe(standing: SearchStanding) -> str:
    row = dict.fromkeys(("best", "median", "champion", "champion_connections", "failed"))
    row |= standing.row or {}
    return _DESCRIBED[standing.measure](row)


# What a mean is called, and its text
_EARNED: dict[str, tuple[str, Callable[[float], str]]] = {
    RETURN: ("mean", short),
    LOSS: ("loss", lambda mean: short(-mean)),
    ACCURACY: ("accuracy", in_percent),
}
_DESCRIBED = {RETURN: describe_search, LOSS: describe_losses, ACCURACY: describe_accuracies}


def _how_it_goes(standing: SearchStanding) -> list[str]:
    """Return in words the state of a search, and how long the rest takes."""
    if standing.state == FINISHED:
        return [FINISHED]
    if standing.state != RUNNING:
        return [stopped(standing.run)]
    left = standing.seconds_left
    said = ["measuring the speed" if left is None else f"{minutes(left)} left"]
    if not standing.generation:
        said = ["the first generation is under way"]
    if standing.silent >= _QUIET_SECONDS:
        said.append(f"no news for {standing.silent // 60:.0f} min")
    return said


# ---- a sweep


def _looking_at_sweep(address: str) -> Callable[[], Look]:
    sweep = SweepStanding(address)
    total = sum(run.config.rounds for run in sweep.plan.runs)
    pace: Countdown | None = None

    def look() -> Look:
        nonlocal pace
        held = sweep.is_held()  # before the runs: none that ends meanwhile is missed
        states = sweep.read()
        done = sum(state.generation for state in states)
        pace = pace or Countdown(done, total)
        over = _is_over(states, held)
        left = f", {pace.left(done)} left" if done > pace.done and not over else ""
        if over and any(state.state != RUN_FINISHED for state in states):
            left = f", {stopped(address)}"

        def picture(width: int, height: int) -> "RenderableType":
            from rich.console import Group
            from rich.text import Text

            head = f"{address}: generation {done}/{total} of all runs{left}"
            return Group(
                Text(wrapped(printable(head), width)),
                make_table(states, height - _FRAME - 1, width),
            )

        values = summarise(address, sweep.plan, states).to_json()
        return Look(over, f"{count(states)}; generation {done}/{total}{left}", picture, values)

    return look


def _is_over(states: list[RunState], held: bool | None) -> bool:
    if held is not None:
        return not held
    return not any(state.state in (RUN_RUNNING, WAITING) for state in states)
