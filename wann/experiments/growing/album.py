"""A folder of pictures: each is drawn, or it is told why not, and the others are drawn."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from matplotlib.figure import Figure

from wann.drawing.figures import save_figure
from wann.errors import in_one_line
from wann.files import Folder


class Album:
    """Pictures that are drawn into one folder, one after the other."""

    def __init__(self, folder: Path, tell: Callable[[str], None]) -> None:
        """`tell` takes a line on each picture that is left out."""
        self.folder, self.tell = folder, tell
        self.written: list[Path] = []
        # Pairs of a shared weight and the mean at it, once they were measured for a picture
        self.profile: list[tuple[float, float]] | None = None

    @contextmanager
    def unless_it_fails(self, what: str) -> Iterator[None]:
        """Within this context `what` is drawn; whatever prevents that is told, in one line.

        Files that cannot be written are another matter: OSError is raised.
        """
        try:
            yield
        except OSError:
            raise
        # Files of any content and environments of any kind lie behind the pictures
        except (Exception, SystemExit) as problem:
            self.tell(f"no {what}: {_said(problem)}")

    def save(self, figure: Figure, name: str) -> None:
        """Write a figure as `name`.png and `name`.svg."""
        Folder(self.folder).make()
        self.written += save_figure(figure, self.folder / name)


def _said(problem: BaseException) -> str:
    if isinstance(problem, Exception):
        return in_one_line(problem)
    return f"it ended with {type(problem).__name__}"
