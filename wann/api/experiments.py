"""Experiments whose figures are made again from their folders: sweeps, studies and the like."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from wann.errors import UserError
from wann.terminal import warn

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from wann.experiments.growing.album import Album

_COMPARISON = "comparison"

Figures = Iterator[tuple[str, "Figure"]]  # each with the name of its files, without an ending


class Experiment(NamedTuple):
    """A sweep, a pruning study, a comparison or a tuning, as far as it is done."""

    noun: str
    address: str  # its path, or the URL of a sweep
    figures: Callable[[str], Figures]  # of the address

    @property
    def has_report(self) -> bool:
        """Whether there is a page on all of it."""
        return self.noun == _COMPARISON

    @property
    def folder(self) -> Path:
        """Where its figures lie by default; UserError for what lies behind a URL."""
        if "://" in self.address:
            raise UserError(
                f"{self.address} is no folder here: expected --out, that of the figures"
            )
        return Path(self.address)

    def draw(self, album: "Album") -> list[Path]:
        """Draw it into an album; UserError where nothing of it is done, or it is damaged."""
        self._tell_where_under_way()
        for name, figure in self.figures(self.address):
            album.save(figure, name)
        return album.written

    def write_report(self, path: Path | None) -> Path:
        """Write the report of a comparison anew, and return its page.

        With a `path` that is the page alone.
        """
        from wann.experiments.comparison.comparison import Comparison
        from wann.experiments.comparison.report.report import report_text, write_report
        from wann.pages.page_file import write_page

        self._tell_where_under_way()
        comparison = Comparison.seen(self.folder)
        if not comparison.rows():
            raise UserError(_no_row(self.address))
        if path is not None:
            return write_page(path, report_text(comparison))
        return write_report(comparison)[1]

    def _tell_where_under_way(self) -> None:
        from wann.runs.lock import is_held

        if "://" not in self.address and is_held(self.folder):
            warn(f"{self.address}: the {self.noun} is under way: what is done so far is shown")


def experiment_at(address: str) -> Experiment | None:
    """Return the experiment at a path, or the sweep at a URL; None where none lies there."""
    from wann.experiments.comparison.filenames import is_comparison
    from wann.experiments.pruning.filenames import is_study
    from wann.experiments.sweep.addresses import is_sweep

    if is_sweep(address):
        return Experiment("sweep", address, _of_sweep)
    folder = Path(address)
    if is_study(folder):
        return Experiment("pruning study", address, _of_study)
    if is_comparison(folder):
        return Experiment(_COMPARISON, address, _of_comparison)
    from wann.weights.tuning_folder import is_tuning  # last: it loads kernels

    return Experiment("tuning", address, _of_tuning) if is_tuning(folder) else None


def _no_row(address: str) -> str:
    return f"{address}: no row of the comparison is made as yet"


def _of_sweep(address: str) -> Figures:
    from wann.experiments.sweep.figure import figure_of
    from wann.experiments.sweep.filenames import FIGURE
    from wann.experiments.sweep.standing import SweepStanding
    from wann.experiments.sweep.summary import summarise

    sweep = SweepStanding(address)
    yield FIGURE, figure_of(sweep.plan, summarise(address, sweep.plan, sweep.read()))


def _of_study(address: str) -> Figures:
    from wann.experiments.pruning.figures import figures_of
    from wann.experiments.pruning.study import read_study

    folder = Path(address)
    plan, summary = read_study(folder)
    if not summary.rows:
        raise UserError(f"{folder}: no step of the study is finished as yet")
    yield from figures_of(folder, plan, summary)


def _of_comparison(address: str) -> Figures:
    from wann.experiments.comparison.comparison import Comparison
    from wann.experiments.comparison.report.report import figures_of

    figures = figures_of(Comparison.seen(Path(address)))
    if not figures:
        raise UserError(_no_row(address))
    for one in figures:
        yield one.name, one.figure


def _of_tuning(address: str) -> Figures:
    from wann.drawing.curves import draw_tuning
    from wann.tasks.registry import is_of_data
    from wann.weights.tuning_folder import FIGURE, read_tuning

    folder = Path(address)
    config, rows = read_tuning(folder)
    if not rows:
        raise UserError(f"{folder}: no generation of the tuning is finished as yet")
    title = f"{config.task.partition(' {')[0]}, seed {config.seed}"
    # Weights for data are tuned for accuracy
    label = "accuracy" if is_of_data(config.task) else "mean return"
    yield FIGURE, draw_tuning(rows, title=title, label=label)
