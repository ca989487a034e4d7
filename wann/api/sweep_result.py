"""What `wann.sweep` returns: runs and points of the grid of a sweep, and where they lie."""

import html
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from wann.api.columns import Columns
from wann.api.notes import in_json
from wann.api.run import Run
from wann.errors import UserError
from wann.experiments.sweep.compared import NOTHING
from wann.experiments.sweep.figure import figure_of
from wann.experiments.sweep.plan import SweepPlan
from wann.experiments.sweep.run_states import FAILED, FINISHED
from wann.experiments.sweep.summary import RunRow, SweepSummary, csv_rows
from wann.experiments.sweep.summary_text import as_text

_WIDTH = 100  # columns of a table in a notebook or a script


@dataclass(frozen=True, repr=False)
class SweepResult:
    """What came out of a sweep so far.

    Attributes:
        folder: where the sweep lies, a path or URL; `wann.resume(folder)` goes on with it.
        figures: the pictures that were drawn there.
        notes: what is to be known of the task.
        plan: what is run.
        summary: everything that came out, in numbers.
    """

    folder: str
    figures: tuple[str, ...]
    notes: tuple[str, ...]
    plan: SweepPlan
    summary: SweepSummary

    def __fspath__(self) -> str:
        return self.folder

    @cached_property
    def rows(self) -> Columns:
        """A row for each run as columns: run, settings of the grid, seed, state, mean and so on."""
        return Columns(csv_rows(self.summary.runs))

    @cached_property
    def table(self) -> Columns:
        """A row for each point of the grid as columns: median, quartiles and best over seeds."""
        return Columns(csv_rows(self.summary.settings))

    @property
    def failed(self) -> list[RunRow]:
        """The runs that failed, each with its error."""
        return [run for run in self.summary.runs if run.state == FAILED]

    @property
    def best(self) -> Run:
        """The run with the highest mean, or accuracy where searches measure differently.

        UserError where none is finished with a champion, and where runs are of different tasks.
        """
        done = [run for run in self.summary.runs if run.mean is not None]
        if not done:
            raise UserError(f"{self.folder} has no finished run with a champion as yet")
        if self.summary.compared.by == NOTHING:
            raise UserError(
                f"{self.folder} has runs of different tasks, whose means cannot be compared: take "
                f"one by its name, such as run({done[0].run!r})"
            )
        return self.run(max(done, key=lambda run: run.mean or 0.0).run)

    def run(self, name: str) -> Run:
        """Return the run of a name, as in `rows["run"]`; UserError for one behind a URL."""
        if "://" in self.folder:
            raise UserError(f"{self.folder}/{name}: copy the run to a folder of this machine")
        return Run(Path(self.folder) / name)

    def plot(self) -> Figure:
        """Return a figure: the mean of each run, by the points of the grid.

        UserError where no run is finished with a champion as yet.
        """
        return figure_of(self.plan, self.summary)

    def to_json(self) -> dict[str, Any]:
        """Return JSON values: those that `wann sweep --json` prints."""
        return {**self.summary.to_json(), **in_json(list(self.notes))}

    def text(self, width: int | None = None) -> str:
        """Return the table of the points of the grid, for so many columns."""
        return as_text(self.summary.settings, width, self.summary.compared)

    def __str__(self) -> str:
        return self.text(_WIDTH)

    def __repr__(self) -> str:
        done = sum(run.state == FINISHED for run in self.summary.runs)
        failed = f", {len(self.failed)} failed" if self.failed else ""
        count = len(self.summary.runs)
        return f"SweepResult({self.folder!r}, {done} of {count} runs finished{failed})"

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(self.text(_WIDTH))}</pre>"
