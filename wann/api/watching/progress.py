"""Live progress on stderr: a bar where there is a terminal, plain lines where there is none."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from wann.api.watching.bar import bar
from wann.api.watching.compiling import shown_below_bar
from wann.api.watching.notebook import Spot, in_notebook
from wann.api.watching.screen import Countdown, minutes, on_terminal, repeating
from wann.jobs.tables import in_percent, short
from wann.terminal import say

_PLAIN_SECONDS = 5.0  # between two plain lines
_BAR_SECONDS = 0.5  # between two looks for a bar

Describe = Callable[[dict[str, Any]], str]


# ---- generations of a search or a tuning


def follow(
    rows: Iterable[dict[str, Any]], total: int, done: int, describe: Describe | None = None
) -> Iterator[dict[str, Any]]:
    """Yield `rows` unchanged and show how the search fares.

    Args:
        rows: one for each generation, with `generation`, `env_steps` where steps are counted, and
            what `describe` reads.
        total: generations in all.
        done: how many of them are behind the search already.
        describe: what returns one line on a row, by default `describe_search`.
    """
    shown = describe or describe_search
    if in_notebook():
        return _in_notebook(rows, total, done, shown)
    return (_bar if on_terminal() else _lines)(rows, total, done, shown)


def describe_search(row: dict[str, Any]) -> str:
    """Return one line on a generation of a search."""
    champion = "none yet"
    if row["champion"] is not None:
        champion = f"{short(row['champion'])} with {row['champion_connections']} connections"
    best, median = ("-" if row[key] is None else short(row[key]) for key in ("best", "median"))
    failed = f", {row['failed']} failed" if row["failed"] else ""
    return f"best {best}, median {median}{failed}, champion {champion}"


def describe_losses(row: dict[str, Any]) -> str:
    """Return one line on a generation of a search whose fitness is the negative of a loss."""
    names = ("best", "median", "champion")
    losses = {name: -row[name] for name in names if row[name] is not None}
    return f"losses: {describe_search(row | losses)}"


def describe_classification(accuracy: Callable[[], float]) -> Describe:
    """Return what describes a row of a search for a classifier: its accuracy, beside the losses.

    `accuracy` returns the share of the validation examples that the champion classifies correctly.
    """

    def describe(row: dict[str, Any]) -> str:
        champion = "none yet"
        if row["champion"] is not None:
            share, loss = in_percent(accuracy()), short(-row["champion"])
            of = f"{row['champion_connections']} connections"
            champion = f"accuracy {share}, loss {loss} with {of}"
        best, median = ("-" if row[key] is None else short(-row[key]) for key in ("best", "median"))
        failed = f", {row['failed']} failed" if row["failed"] else ""
        return f"loss best {best}, median {median}{failed}, champion {champion}"

    return describe


def describe_tuning(row: dict[str, Any]) -> str:
    """Return one line on a generation of a tuning; of gradient descent it shows accuracies."""
    if "validation" in row:
        trained = row.get("accuracy")
        beside = "" if trained is None else f", {in_percent(trained)} while training"
        return f"accuracy {in_percent(row['validation'])} on validation examples{beside}"
    races = f", {row['races']} races" if row.get("races", 1) > 1 else ""
    return f"best {short(row['best'])}, median {short(row['median'])}{races}"


def describe_accuracies(row: dict[str, Any]) -> str:
    """Return one line on a row whose fitness is an accuracy, that of the champion on others."""
    champion = "none yet"
    if row["champion"] is not None:
        share = in_percent(row["champion"])
        champion = f"{share} of validation with {row['champion_connections']} connections"
    best = "-" if row["best"] is None else in_percent(row["best"])
    size = row.get("connections")
    of = f" with {size} connections" if size is not None else ""
    return f"accuracy {best} of training{of}, champion {champion}"


def _lines(
    rows: Iterable[dict[str, Any]], total: int, done: int, describe: Describe
) -> Iterator[dict[str, Any]]:
    speed = _Speed(total)
    shown = 0.0
    for row in rows:
        pace = speed.after(row)
        if time.monotonic() - shown >= _PLAIN_SECONDS or row["generation"] + 1 == total:
            shown = time.monotonic()
            say(f"generation {row['generation'] + 1}/{total}: {describe(row)}, {pace}")
        yield row


def _bar(
    rows: Iterable[dict[str, Any]], total: int, done: int, describe: Describe
) -> Iterator[dict[str, Any]]:
    speed = _Speed(total)
    line = ""
    with (
        shown_below_bar() as compiling,
        bar(
            "generation", total, done, lambda: line or compiling() or "the first is under way"
        ) as show,
    ):
        for row in rows:
            line = f"{describe(row)}\n{speed.after(row)}"
            show(row["generation"] + 1)
            yield row


def _in_notebook(
    rows: Iterable[dict[str, Any]], total: int, done: int, describe: Describe
) -> Iterator[dict[str, Any]]:
    speed, spot = _Speed(total), Spot()
    shown = 0.0
    for row in rows:
        pace = speed.after(row)
        if time.monotonic() - shown >= _BAR_SECONDS or row["generation"] + 1 == total:
            shown = time.monotonic()
            spot.show(f"generation {row['generation'] + 1}/{total}: {describe(row)}\n{pace}")
        yield row


class _Speed:
    """Steps a second and the time left, from the rows seen so far."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._countdown: Countdown | None = None
        self._first_steps = 0

    def after(self, row: dict[str, Any]) -> str:
        """Return how fast the search goes, and how long it will take, after this row."""
        done, steps = row["generation"] + 1, row.get("env_steps", 0)
        # Compilation falls into the first generation: measure from its end
        if self._countdown is None:
            self._countdown, self._first_steps = Countdown(done, self._total), steps
            return "measuring the speed"
        rate = (steps - self._first_steps) / max(self._countdown.elapsed, 1e-9)
        speed = f"{rate / 1e6:.1f} M steps/s, " if rate else ""
        return f"{speed}{self._countdown.left(done)} left"


# ---- steps that others take, counted from time to time


@contextmanager
def count_steps(finished: Callable[[], int], total: int) -> Iterator[None]:
    """Show how many of `total` steps are `finished`, until the context is left."""
    show = _counting_bar if on_terminal() else _counting_lines
    with (_counting_in_notebook if in_notebook() else show)(finished, total):
        yield


@contextmanager
def _counting_lines(finished: Callable[[], int], total: int) -> Iterator[None]:
    countdown = Countdown(finished(), total)
    shown = countdown.done

    def show() -> None:
        nonlocal shown
        now = finished()
        if now > shown:
            shown = now
            say(f"{now} of {total} steps, {countdown.left(now)} left")

    with repeating(show, _PLAIN_SECONDS):
        yield


@contextmanager
def _counting_in_notebook(finished: Callable[[], int], total: int) -> Iterator[None]:
    countdown, spot = Countdown(finished(), total), Spot()

    def show() -> None:
        now = finished()
        spot.show(f"{now} of {total} steps, {countdown.left(now)} left")

    with repeating(show, _BAR_SECONDS):
        yield
    show()


@contextmanager
def _counting_bar(finished: Callable[[], int], total: int) -> Iterator[None]:
    countdown = Countdown(finished(), total)
    now = countdown.done

    def text() -> str:
        left = f", {countdown.left(now)} left" if now > countdown.done else ""
        return f"{minutes(countdown.elapsed)} gone{left}"

    with bar("training", total, now, text) as show:

        def look() -> None:
            nonlocal now
            now = finished()
            show(now)

        with repeating(look, _BAR_SECONDS):
            yield
