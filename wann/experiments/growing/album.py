"""A folder of pictures: each is drawn, or it is told why not, and the others are drawn."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from matplotlib.figure import Figure

from wann.drawing.figures import SUFFIXES, save_figure
from wann.drawing.style import check_style, in_style
from wann.errors import in_one_line
from wann.files import Anchored, Folder, write_atomically


class Album:
    """Pictures that are drawn into one folder, one after the other."""

    folder = Anchored()

    def __init__(
        self,
        folder: Path,
        tell: Callable[[str], None],
        *,
        suffixes: Sequence[str] = SUFFIXES,
        style: str = "light",
    ) -> None:
        """`tell` takes a line on each picture that is left out.

        Figures are written with each of `suffixes`, in the colours of `style`.
        """
        self.suffixes, self.style = suffixes, check_style(style)
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
        """Write a figure as `name` with each suffix."""
        Folder(self.folder).make()
        figure = in_style(figure, self.style)
        self.written += save_figure(figure, self.folder / name, self.suffixes)

    def add(self, content: bytes, name: str) -> None:
        """Write a picture that is no figure."""
        Folder(self.folder).make()
        write_atomically(self.folder / name, content)
        self.written.append(self.folder / name)


def _said(problem: BaseException) -> str:
    if isinstance(problem, Exception):
        return in_one_line(problem)
    return f"it ended with {type(problem).__name__}"
