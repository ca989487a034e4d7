"""A bar that is drawn anew on stderr, with lines of text below it; both fit narrow terminals."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from wann.api.watching.screen import console
from wann.terminal import printable

if TYPE_CHECKING:
    from rich.console import Console

_WIDTH = 20  # columns of the bar alone
_DRAWN_PER_SECOND = 4


@contextmanager
def bar(
    name: str, total: int, done: int, text: Callable[[], str], screen: "Console | None" = None
) -> Iterator[Callable[[int], None]]:
    """Draw a bar until the context is left; what is yielded takes how much is done.

    Args:
        name: what is counted, before the count.
        total: how much there is.
        done: how much of it was done before.
        text: what returns the lines below the bar whenever it is drawn.
        screen: where it is drawn, by default stderr.
    """
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.table import Column
    from rich.text import Text

    class BarWithText(Progress):
        def get_renderables(self) -> Iterator["Text"]:
            yield self.make_tasks_table(self.tasks)  # type: ignore[misc]
            yield Text(printable(text(), keep="\n"))

    columns = (
        TextColumn("{task.description}", markup=False),
        MofNCompleteColumn(table_column=Column(no_wrap=True)),
        BarColumn(_WIDTH),
    )
    drawn = BarWithText(*columns, console=screen or console(), refresh_per_second=_DRAWN_PER_SECOND)
    with drawn:
        task = drawn.add_task(name, total=total, completed=done)
        yield lambda now: drawn.update(task, completed=now)
