"""Live progress on stderr: a bar where there is a terminal, plain lines where there is none."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from wann.jobs.tables import short

_PLAIN_SECONDS = 5.0

Describe = Callable[[dict[str, Any]], str]


def follow(
    rows: Iterable[dict[str, Any]],
    total: int,
    done: int,
    quiet: bool = False,
    describe: Describe | None = None,
) -> Iterator[dict[str, Any]]:
    """Yield `rows` unchanged and show how the search fares.

    `done` of `total` generations are behind it already.

    Rows have `generation`, `env_steps` where steps are counted, and what `describe` reads, by
    default that of a search.
    """
    if quiet:
        return iter(rows)
    shown = describe or describe_search
    return (
        _bar(rows, total, done, shown) if sys.stderr.isatty() else _lines(rows, total, done, shown)
    )


def describe_search(row: dict[str, Any]) -> str:
    """Return one line on a generation."""
    champion = "none yet"
    if row["champion"] is not None:
        champion = f"{short(row['champion'])} with {row['champion_connections']} connections"
    best, median = ("-" if row[key] is None else short(row[key]) for key in ("best", "median"))
    failed = f", {row['failed']} failed" if row["failed"] else ""
    return f"best {best}, median {median}{failed}, champion {champion}"


def _lines(
    rows: Iterable[dict[str, Any]], total: int, done: int, describe: Describe
) -> Iterator[dict[str, Any]]:
    clock = _Clock(total, done)
    shown = 0.0
    for row in rows:
        pace = clock.tick(row)
        if time.monotonic() - shown >= _PLAIN_SECONDS or row["generation"] + 1 == total:
            shown = time.monotonic()
            print(
                f"generation {row['generation'] + 1}/{total}: {describe(row)}, {pace}",
                file=sys.stderr,
                flush=True,
            )
        yield row


def _bar(
    rows: Iterable[dict[str, Any]], total: int, done: int, describe: Describe
) -> Iterator[dict[str, Any]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (
        TextColumn("generation"),
        MofNCompleteColumn(),
        BarColumn(bar_width=20),
        TextColumn("{task.fields[line]}"),
    )
    clock = _Clock(total, done)
    with Progress(*columns, console=Console(stderr=True), refresh_per_second=5) as progress:
        task = progress.add_task(
            "search", total=total, completed=done, line="compiling the kernels"
        )
        for row in rows:
            progress.update(
                task, completed=row["generation"] + 1, line=f"{describe(row)}\n{clock.tick(row)}"
            )
            yield row


class _Clock:
    """Steps a second and time left, from the rows seen so far."""

    def __init__(self, total: int, done: int) -> None:
        self.total, self.done = total, done
        self.started = time.monotonic()
        self.first_steps: int | None = None

    def tick(self, row: dict[str, Any]) -> str:
        elapsed = time.monotonic() - self.started
        # Compilation falls into the first generation: measure from its end
        if self.first_steps is None:
            self.first_steps, self.done, self.started = (
                row.get("env_steps", 0),
                row["generation"] + 1,
                time.monotonic(),
            )
            return "measuring the speed"
        behind = row["generation"] + 1 - self.done
        left = elapsed / behind * (self.total - row["generation"] - 1)
        rate = (row.get("env_steps", 0) - self.first_steps) / max(elapsed, 1e-9)
        speed = f"{rate / 1e6:.1f} M steps/s, " if rate else ""
        return f"{speed}{int(left) // 60}:{int(left) % 60:02d} left"
