"""What a bystander sees of a search, a sweep or a study at one time."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from wann.api.watching.progress import describe_losses, describe_search
from wann.api.watching.screen import Countdown, minutes
from wann.api.watching.sweep_display import count, make_table
from wann.errors import UserError
from wann.experiments.growing.standing import FINISHED, RUNNING, SearchStanding, read_standing
from wann.experiments.pruning.filenames import is_study
from wann.experiments.sweep.addresses import is_sweep
from wann.experiments.sweep.run_states import RUNNING as RUN_RUNNING
from wann.experiments.sweep.run_states import WAITING, RunState
from wann.experiments.sweep.standing import SweepStanding
from wann.experiments.sweep.summary import summarise
from wann.jobs.tables import as_table, in_percent, short
from wann.runs.filenames import CONFIG
from wann.terminal import printable, wrapped

if TYPE_CHECKING:
    from rich.console import RenderableType

    from wann.experiments.pruning.standing import StudyStanding

_BAR = 20  # columns
_QUIET_SECONDS = 60.0  # without news, after which it is said how long there were none
_FRAME = 4  # lines of a terminal that are not rows of a table


class Look(NamedTuple):
    """What is seen at one time."""

    over: bool  # nobody works on it any more
    line: str  # all of it in one line, for pipes
    picture: "Callable[[int, int], RenderableType]"  # of width and height, in columns and lines
    values: dict[str, Any]  # the same as JSON values


def looking_at(address: str) -> Callable[[], Look]:
    """Return what looks at the search, sweep or study at a path, or the sweep at a URL.

    UserError if there is none.
    """
    if is_sweep(address):
        return _looking_at_sweep(address)
    folder = Path(address)
    if is_study(folder):
        return _looking_at_study(folder)
    if not (folder / CONFIG).is_file():
        raise UserError(
            f"{folder} is nothing to watch: expected the folder of a search, a sweep or a pruning "
            "study"
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
        sign = -1 if standing.classifies else 1
        points = (
            f"{point.connections}: {'-' if point.mean is None else short(sign * point.mean)}"
            for point in standing.front
        )
        earned = "loss" if standing.classifies else "mean"
        lines.append(f"front, connections: {earned}  {', '.join(points)}")
    return lines


def _describe(standing: SearchStanding) -> str:
    row = dict.fromkeys(("best", "median", "champion", "champion_connections", "failed"))
    row |= standing.row or {}
    return (describe_losses if standing.classifies else describe_search)(row)


def _how_it_goes(standing: SearchStanding) -> list[str]:
    """Return in words the state of a search, and how long the rest takes."""
    if standing.state == FINISHED:
        return [FINISHED]
    if standing.state != RUNNING:
        return [f"{standing.state}: continue with `wann resume {standing.run}`"]
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
    total = sum(run.config.generations for run in sweep.plan.runs)
    pace: Countdown | None = None

    def look() -> Look:
        nonlocal pace
        states = sweep.read()
        done = sum(state.generation for state in states)
        pace = pace or Countdown(done, total)
        over = _is_over(states, sweep.is_held())
        left = f", {pace.left(done)} left" if done > pace.done and not over else ""

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


# ---- a study


def _looking_at_study(folder: Path) -> Callable[[], Look]:
    from wann.experiments.pruning.standing import StudyReader

    reader = StudyReader(folder)
    began: Countdown | None = None

    def look() -> Look:
        nonlocal began
        standing = reader.read()
        began = began or Countdown(standing.done, standing.planned or 0)
        said = f"{_steps(standing.done, standing.planned)} steps, {_state(standing, began)}"
        line = f"{standing.study}: {standing.subject}, {said}"

        def picture(width: int, height: int) -> "RenderableType":
            from rich.text import Text

            return Text(f"{wrapped(printable(line), width)}\n{_table(standing, width)}")

        return Look(not standing.running, line, picture, standing.to_json())

    return look


def _state(standing: "StudyStanding", began: Countdown) -> str:
    if standing.running:
        measured = standing.planned and standing.done > began.done
        return f"{began.left(standing.done)} left" if measured else RUNNING
    return FINISHED if standing.planned == standing.done else "nobody works on it"


def _table(standing: "StudyStanding", width: int) -> str:
    cells = [("method", "steps", "accuracy")]
    for method in standing.methods:
        low, high = method.lowest_accuracy, method.highest_accuracy
        span = "-" if low is None or high is None else f"{in_percent(low)} to {in_percent(high)}"
        span = in_percent(low) if low is not None and low == high else span
        cells.append((method.method, _steps(method.done, method.planned), span))
    return as_table(cells, width=width)


def _steps(done: int, planned: int | None) -> str:
    return str(done) if planned is None else f"{done}/{planned}"
