"""What a bystander sees at one time of a pruning study, a comparison or a tuning."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from wann.api.watching.look import Look, stopped
from wann.api.watching.progress import describe_tuning
from wann.api.watching.screen import Countdown
from wann.config.conditions import CONDITIONS, RANDOM_SHARED, TUNED_WEIGHTS
from wann.experiments.growing.standing import FINISHED, RUNNING
from wann.jobs.tables import as_table, in_percent, short
from wann.terminal import printable, wrapped
from wann.weights.standing import read_standing

if TYPE_CHECKING:
    from rich.console import RenderableType

    from wann.experiments.comparison.standing import ComparisonStanding, Span
    from wann.experiments.pruning.standing import StudyStanding


def _picture(line: str, table: Callable[[int], str]) -> "Callable[[int, int], RenderableType]":
    """Return a picture of a line and a table below it; `table` takes the width."""

    def picture(width: int, height: int) -> "RenderableType":
        from rich.text import Text

        head = wrapped(printable(line, keep="\n"), width)
        return Text(f"{head}\n{table(width)}".rstrip("\n"))

    return picture


def _of(done: int, planned: int | None) -> str:
    return str(done) if planned is None else f"{done}/{planned}"


# ---- a study


def looking_at_study(folder: Path) -> Callable[[], Look]:
    """Return what looks at the study in a folder."""
    from wann.experiments.pruning.standing import StudyReader

    reader = StudyReader(folder)
    began: Countdown | None = None

    def look() -> Look:
        nonlocal began
        standing = reader.read()
        began = began or Countdown(standing.done, standing.planned or 0)
        said = f"{_of(standing.done, standing.planned)} steps, {_state_of_study(standing, began)}"
        line = f"{standing.study}: {standing.subject}, {said}"
        picture = _picture(line, lambda width: _methods(standing, width))
        return Look(not standing.running, line, picture, standing.to_json())

    return look


def _state_of_study(standing: "StudyStanding", began: Countdown) -> str:
    if standing.running:
        measured = standing.planned and standing.done > began.done
        return f"{began.left(standing.done)} left" if measured else RUNNING
    if standing.planned is None:  # whether steps are missing is not known
        return "nobody works on it"
    return FINISHED if standing.planned == standing.done else stopped(standing.study)


def _methods(standing: "StudyStanding", width: int) -> str:
    cells = [("method", "steps", "accuracy")]
    for method in standing.methods:
        low, high = method.lowest_accuracy, method.highest_accuracy
        span = "-" if low is None or high is None else f"{in_percent(low)} to {in_percent(high)}"
        span = in_percent(low) if low is not None and low == high else span
        cells.append((method.method, _of(method.done, method.planned), span))
    return as_table(cells, width=width)


# ---- a comparison


def looking_at_comparison(folder: Path) -> Callable[[], Look]:
    """Return what looks at the comparison in a folder."""
    from wann.experiments.comparison.standing import ComparisonReader

    reader = ComparisonReader(folder)
    began: Countdown | None = None

    def look() -> Look:
        nonlocal began
        standing = reader.read()
        began = began or Countdown(standing.done, standing.planned)
        rows = f"{_of(standing.done, standing.planned)} rows"
        failed = f", {standing.failed} failed ({standing.problem})" if standing.failed else ""
        name = standing.task.partition(" {")[0]
        state = _state_of_comparison(standing, began)
        line = f"{standing.comparison}: {name}, {rows}{failed}, {state}"
        picture = _picture(line, lambda width: _contestants(standing, width))
        return Look(not standing.running, line, picture, standing.to_json())

    return look


def _state_of_comparison(standing: "ComparisonStanding", began: Countdown) -> str:
    if standing.running:
        return f"{began.left(standing.done)} left" if standing.done > began.done else RUNNING
    if standing.done == standing.planned:
        return FINISHED
    return stopped(standing.comparison)


def _contestants(standing: "ComparisonStanding", width: int) -> str:
    heads = (CONDITIONS[name].heading for name in (RANDOM_SHARED, TUNED_WEIGHTS))
    cells = [("contestant", "rows", "failed", *heads)]
    in_words = in_percent if standing.classifies else short

    def words(span: "Span | None") -> str:
        if span is None:
            return "-"
        low, high = (in_words(value) for value in span)
        return low if low == high else f"{low} to {high}"

    for entry in standing.entries:
        spans = (words(entry.random_shared), words(entry.tuned_weights))
        failed = str(entry.failed) if entry.failed else ""
        cells.append((entry.entry, _of(entry.done, entry.planned), failed, *spans))
    return as_table(cells, width=width)


# ---- a tuning


def looking_at_tuning(folder: Path) -> Callable[[], Look]:
    """Return what looks at the tuning of individual weights in a folder."""
    began: Countdown | None = None

    def look() -> Look:
        nonlocal began
        standing = read_standing(folder)
        if began is None and standing.generations is not None:
            began = Countdown(standing.generation, standing.generations)
        state = FINISHED if standing.finished else stopped(standing.tuning)
        if standing.running and not standing.finished:
            state = RUNNING
            if began is not None and standing.generation > began.done:
                state = f"{began.left(standing.generation)} left"
        said = "the first generation is under way" if standing.running else "nothing is done yet"
        if standing.row is not None:
            said = describe_tuning(standing.row)
        done = _of(standing.generation, standing.generations)
        name = standing.task.partition(" {")[0]
        line = f"{standing.tuning}: {name}, generation {done}, {state}\n{said}"
        picture = _picture(line, lambda width: "")
        return Look(not standing.running, line.replace("\n", ", "), picture, standing.to_json())

    return look
