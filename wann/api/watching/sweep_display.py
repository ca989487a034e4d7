"""A sweep as it runs, on stderr: a table that is drawn anew on a terminal, few lines elsewhere."""

import io
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Protocol

from wann.api.watching.notebook import Spot, in_notebook
from wann.api.watching.screen import console, on_terminal, repeating
from wann.experiments.sweep.run_states import (
    FAILED,
    FINISHED,
    RUNNING,
    STOPPED,
    WAITING,
    RunState,
    RunStates,
)
from wann.jobs.tables import in_percent, short
from wann.terminal import printable, say

if TYPE_CHECKING:
    from rich.table import Table

_PLAIN_SECONDS = 30.0
_SHOWN_FIRST = {RUNNING: 0, FAILED: 1, STOPPED: 2, FINISHED: 3, WAITING: 4}
# Lines of the terminal that are not rows of the table.
_FRAME = 8
_MOST_NAMED = 4
_NOTEBOOK_WIDTH, _NOTEBOOK_ROWS = 100, 30
_SHORTEST_STATE = len("finished")
_COLOURS = {RUNNING: "cyan", FINISHED: "green", FAILED: "red", STOPPED: "yellow", WAITING: "dim"}


class SweepDisplay(Protocol):
    """Shows how a sweep fares while it is open."""

    def ended(self, name: str) -> None:
        """Take note that a run has ended, one way or another."""


@contextmanager
def watch(states: RunStates, shown: bool) -> Iterator[SweepDisplay]:
    """Show the states until the context is left, or nothing unless they are to be `shown`."""
    if not shown:
        yield _Quiet()
        return
    source = _Source(states)
    if in_notebook():
        yield from _in_notebook(source)
    elif on_terminal():
        yield from _table(source)
    else:
        yield from _lines(source)


def count(states: list[RunState]) -> str:
    """Return how many runs are in which state, in words."""
    counts = Counter(state.state for state in states)
    return ", ".join(
        f"{counts[state]} {state}"
        for state in (FINISHED, FAILED, RUNNING, STOPPED, WAITING)
        if counts[state]
    )


def describe_run(state: RunState) -> str:
    """Return one line on a run."""
    if state.best is None:
        champion = "no champion"
    else:
        measure = "" if state.accuracy is None else "accuracy "
        champion = f"{measure}{_worth(state)} with {state.connections} connections"
    progress = f"{_state(state)}, generation {state.generation}/{state.run.config.rounds}"
    return f"{state.run.name}: {progress}, {champion}" + (f": {state.error}" if state.error else "")


def _state(state: RunState) -> str:
    """Return what a run is doing, and at which attempt where that is not the first."""
    again = f", attempt {state.attempt}" if state.attempt > 1 and state.state != FINISHED else ""
    return state.state + again


def _worth(state: RunState) -> str:
    """Return the accuracy of a champion that classifies, the mean return of another."""
    if state.accuracy is not None:
        return in_percent(state.accuracy)
    return "-" if state.best is None else short(state.best)


class _Source:
    """The states, as last known where they cannot be read: far storage may fail for a moment."""

    def __init__(self, states: RunStates) -> None:
        self._states = states
        self._known = states.known()
        self._indices = {state.run.name: i for i, state in enumerate(self._known)}
        self._lock = threading.Lock()

    def read(self) -> list[RunState]:
        """Return all states."""
        # Each storage has its own; workers raise what matters
        with self._lock, suppress(Exception):
            self._known = self._states.read()
        return self._known

    def read_one(self, name: str) -> tuple[RunState, list[RunState]]:
        """Return the state of a run, and all states, the others as they were when last read."""
        i = self._indices[name]
        with self._lock, suppress(Exception):
            state = self._states.read_one(self._known[i].run)
            self._known = [*self._known[:i], state, *self._known[i + 1 :]]
        return self._known[i], self._known


class _Lines:
    def __init__(self, states: _Source) -> None:
        self._states = states
        self._lock = threading.Lock()

    def ended(self, name: str) -> None:
        state, states = self._states.read_one(name)
        self._print(f"{describe_run(state)} ({count(states)})")

    def heartbeat(self) -> None:
        states = self._states.read()
        running = [state for state in states if state.state == RUNNING]
        named = ", ".join(
            f"{s.run.name} at {s.generation}/{s.run.config.rounds}" for s in running[:_MOST_NAMED]
        )
        more = ", ..." if len(running) > _MOST_NAMED else ""
        self._print(f"{count(states)}" + (f": {named}{more}" if running else ""))

    def _print(self, line: str) -> None:
        with self._lock:
            say(line)


def _lines(states: _Source) -> Iterator[SweepDisplay]:
    lines = _Lines(states)
    with repeating(lines.heartbeat, _PLAIN_SECONDS):
        yield lines


class _Quiet:
    def ended(self, name: str) -> None:
        """Nothing to do: the table is read anew all the time, or there is none."""


def _table(states: _Source) -> Iterator[SweepDisplay]:
    from rich.live import Live

    screen = console()

    def draw() -> Any:
        return make_table(states.read(), screen.height - _FRAME, screen.width)

    with Live(get_renderable=draw, console=screen, refresh_per_second=1, vertical_overflow="crop"):
        yield _Quiet()


def _in_notebook(states: _Source) -> Iterator[SweepDisplay]:
    from rich.console import Console

    spot = Spot()

    def show() -> None:
        paper = Console(width=_NOTEBOOK_WIDTH, file=io.StringIO())
        with paper.capture() as captured:
            paper.print(make_table(states.read(), _NOTEBOOK_ROWS, _NOTEBOOK_WIDTH))
        spot.show(captured.get())

    with repeating(show, 1.0):
        yield _Quiet()
    show()


def make_table(states: list[RunState], most: int, width: int) -> "Table":
    """Return a table of at most `most` runs, those of most interest, a line for each.

    Running ones come first, then those that failed, were stopped, are finished, are waiting. Names
    and errors are cut where the table would be wider than `width`, numbers never.
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text

    order = sorted(range(len(states)), key=lambda i: _SHOWN_FIRST[states[i].state])
    shown = [states[i] for i in sorted(order[: max(most, 1)])]
    left = [states[i] for i in sorted(order[max(most, 1) :])]
    caption = count(states) + (f"; not shown: {count(left)}" if left else "")
    table = Table(
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),  # two blanks between columns
        pad_edge=False,
        show_edge=False,
        caption=caption,
        caption_justify="left",
    )
    title, names = _names([state.run.name for state in shown])
    lines = [_cells(state, name) for state, name in zip(shown, names, strict=True)]
    found = [state for state in states if state.best is not None]
    classify = found and all(state.accuracy is not None for state in found)
    best = "accuracy" if classify else "best"
    _add_columns(table, (title, "generation", best, "connections", "state"), lines, width)
    for state, line in zip(shown, lines, strict=True):
        table.add_row(*map(Text, line), style=_COLOURS[state.state])
    return table


def _names(names: list[str]) -> tuple[str, list[str]]:
    """Return the head of the names' column, and the names.

    They are the values alone, and the head what these are of, where that is the same for all runs.
    """
    parts = [[part.partition("=") for part in name.split(",")] for name in names]
    heads = {tuple(setting for setting, _, _ in line) for line in parts}
    if len(heads) > 1 or any(not equals for line in parts for _, equals, _ in line):
        return "run", names
    return ", ".join(heads.pop()), [", ".join(value for *_, value in line) for line in parts]


def _cells(state: RunState, name: str) -> list[str]:
    said = _state(state) + (f": {state.error}" if state.error else "")
    return [
        printable(name),
        f"{state.generation}/{state.run.config.rounds}",
        _worth(state),
        "-" if state.connections is None else str(state.connections),
        printable(said),
    ]


def _add_columns(table: "Table", heads: Sequence[str], lines: list[list[str]], width: int) -> None:
    """Add columns so wide that numbers fit, and names and states share the rest of `width`."""
    widths = [max(map(len, column)) for column in zip(heads, *lines, strict=True)]
    room = width - sum(widths[1:-1]) - 2 * (len(widths) - 1)
    state = min(widths[-1], max(_SHORTEST_STATE, room - widths[0]))
    name = max(1, min(widths[0], room - state))
    for line in lines:
        line[0] = _without_middle(line[0], name)
    for i, head in enumerate(heads):
        table.add_column(
            head,
            justify="left" if i in (0, len(heads) - 1) else "right",
            no_wrap=True,
            overflow="ellipsis",
            width={0: name, len(heads) - 1: state}.get(i),
        )


def _without_middle(name: str, width: int) -> str:
    """Return a name that is cut in the middle, as the seed at its end tells most."""
    if len(name) <= width:
        return name
    tail = width // 2
    return f"{name[: width - 1 - tail]}\N{HORIZONTAL ELLIPSIS}{name[len(name) - tail :]}"
