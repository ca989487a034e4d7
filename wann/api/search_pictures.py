"""What a search shows of itself in its folder: pictures and a page, and the page as it goes on."""

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from wann.errors import explain
from wann.terminal import warn

if TYPE_CHECKING:
    from wann.experiments.growing.growth import Growth
    from wann.experiments.growing.live_page import LivePage


def live_page(asked: bool, growth: "Growth", path: Path) -> "LivePage | None":
    """Return what makes the page anew as a search goes on, None where it was not asked for."""
    if not asked:
        return None
    from wann.experiments.growing.live_page import LivePage

    return LivePage(growth, path)


def draw(growth: "Growth", path: Path) -> None:
    """Draw the pictures of a search that has ended, and make its page; a warning where none can.

    Nothing is drawn where there is no champion.
    """
    from wann.experiments.growing.album import Album
    from wann.experiments.growing.page import page_of_run
    from wann.experiments.growing.pictures import draw_run
    from wann.pages.page_file import write_page
    from wann.runs.filenames import FIGURES, PAGE

    if not growth.champion:
        return
    try:
        album = Album(path / FIGURES, warn)
        draw_run(path, album, lambda task: nullcontext(growth.evaluator))
        with album.unless_it_fails("page"):
            text = page_of_run(path, lambda task: nullcontext(growth.evaluator), album.profile)
            write_page(path / PAGE, text)
    # The search is saved: pictures can be drawn again
    except (OSError, ValueError) as error:
        warn(f"no pictures: {explain(error)}; try again with: wann render {path}")
