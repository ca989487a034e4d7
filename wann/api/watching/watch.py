"""How a call from Python is watched: whether progress is shown, and what Ctrl-C does."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple

from wann.api.watching.compiling import shown_while_compiling
from wann.api.watching.notebook import in_notebook
from wann.api.watching.progress import Describe, count_steps, follow
from wann.api.watching.screen import on_terminal
from wann.terminal import say


class Interrupted(KeyboardInterrupt):
    """Ctrl-C was pressed: what was under way was finished, and all of it is saved.

    `result` is what came out so far, as the call would have returned it.
    """

    def __init__(self, message: str, result: Any) -> None:
        super().__init__(message)
        self.result = result


class Watch(NamedTuple):
    """Shows on stderr how a call fares, or nothing of it."""

    shown: bool

    @classmethod
    def of(cls, progress: bool | None) -> "Watch":
        """Return what shows progress if that is True.

        Where it is None, progress is shown on a terminal and in a notebook.
        """
        return cls(on_terminal() or in_notebook() if progress is None else progress)

    def say(self, line: str) -> None:
        """Print a line."""
        if self.shown:
            say(line)

    def follow(
        self,
        rows: Iterable[dict[str, Any]],
        total: int,
        done: int,
        describe: Describe | None = None,
    ) -> Iterator[dict[str, Any]]:
        """Yield `rows`, one for each generation, unchanged; see `progress.follow`."""
        return follow(rows, total, done, describe) if self.shown else iter(rows)

    def steps(self, finished: Callable[[], int], total: int) -> AbstractContextManager[None]:
        """Return the context in which it is shown how many of `total` steps are `finished`."""
        return count_steps(finished, total) if self.shown else nullcontext()

    def compiling(self) -> AbstractContextManager[None]:
        """Return the context in which it is said that kernels are being compiled."""
        return shown_while_compiling() if self.shown else nullcontext()
