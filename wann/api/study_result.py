"""What `wann.study` returns: rows and summary of a pruning study, and what its steps left."""

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wann import own
from wann.api.columns import Columns
from wann.errors import UserError, several
from wann.experiments.pruning.figures import draw_curves, title_of
from wann.experiments.pruning.latency import as_lines
from wann.experiments.pruning.plan import StudyJob, StudyPlan
from wann.experiments.pruning.rows import DENSE, StudyRow, StudySummary, SummaryRow
from wann.experiments.pruning.step_files import read_masks, read_row, read_state, step_folder
from wann.experiments.pruning.summary_text import as_text, held_as_text, plateaus_as_text
from wann.jobs.tables import flatten
from wann.pruning.masks import Masks
from wann.pruning.training.training import State

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from wann.formats.loaded_network import LoadedNetwork
    from wann.network.torch_module import nn
    from wann.pruning.methods.model_and_data import Subject

_WIDTH = 100  # columns of a table in a notebook or a script


@dataclass(frozen=True, repr=False)
class StudyResult:
    """What came out of a pruning study so far.

    Attributes:
        folder: where the study lies; the same call, or `wann.resume(folder)`, goes on with it.
        figures: the pictures that were drawn there, the curves of accuracy first.
        failed: the jobs that could not be done, each with its error.
    """

    folder: Path
    figures: tuple[Path, ...]
    failed: tuple[tuple[StudyJob, str], ...]
    plan: StudyPlan
    found: StudySummary

    def __fspath__(self) -> str:
        return str(self.folder)

    @cached_property
    def rows(self) -> Columns:
        """A row for each step as columns: method, control, seed, density, accuracy and so on."""
        return Columns(row.to_json() for row in self.found.rows)

    @cached_property
    def summary(self) -> Columns:
        """A row for each method, control and density as columns: means over seeds, intervals."""
        return Columns(flatten(row.to_json()) for row in self.found.summary)

    def best(self, density: float | None = None) -> SummaryRow:
        """Return the summary of the method with the highest mean accuracy at a density.

        `density` is one that was asked for, by default the least. UserError where nothing is
        finished there.
        """
        wanted = min(self.plan.densities) if density is None else density
        rows = [
            row
            for row in self.found.summary
            if row.method != DENSE and row.control is None and row.asked == wanted
        ]
        if not rows:
            raise UserError(
                f"no finished step at density {wanted}: expected one of "
                f"{', '.join(map(str, self.plan.densities))}"
            )
        return max(rows, key=lambda row: row.accuracy.mean or 0.0)

    def step(
        self,
        method: str | Callable[..., Any],
        density: float | None = None,
        seed: int | None = None,
        control: str | None = None,
    ) -> "StudyStep":
        """Return what one step left: its row, masks, model, and network.

        Args:
            method: a method of the study, or a score of one's own that was one; "dense" is the
                whole model.
            density: one that was asked for, by default the least; "dense" has none.
            seed: by default the first one.
            control: a control of the masks; None: the method itself.

        Raises:
            UserError: the step is not finished, or there is no such step.
        """
        method = method if isinstance(method, str) else own.name_of(method)
        number = self.plan.seeds[0] if seed is None else seed
        if method == DENSE:
            folder = step_folder(self.folder, number, None)
        else:
            asked = min(self.plan.densities) if density is None else float(density)
            folder = step_folder(self.folder, number, method, density=asked, control=control)
        row = read_row(folder)
        if row is None:
            raise UserError(
                f"{folder} is not a finished step of this study: expected a method of "
                f"{', '.join((DENSE, *self.plan.methods))}, a density of "
                f"{', '.join(map(str, self.plan.densities))} and a seed of "
                f"{', '.join(map(str, self.plan.seeds))}"
            )
        return StudyStep(folder, row, self.plan)

    def plot(self) -> "Figure":
        """Return the curves of accuracy over density, with their intervals.

        UserError where no pruned model is finished as yet.
        """
        return draw_curves(self.found, title_of(self.plan))

    def to_json(self) -> dict[str, Any]:
        """Return JSON values: those that `wann prune --json` prints."""
        failed = [{**job._asdict(), "error": problem} for job, problem in self.failed]
        return {**self.found.to_json(), "failed": failed}

    def text(self, width: int | None = None) -> str:
        """Return the table and what stands below it, for so many columns, as `wann prune` does."""
        parts = [
            as_text(self.found.summary, width),
            plateaus_as_text(self.found.plateaus),
            *(
                f"{name} is left whole: it {why} (--include {name} to prune it)"
                for name, why in self.found.left_whole.items()
            ),
            held_as_text(self.found.rows),
        ]
        if self.found.latency is not None:
            parts.append(as_lines(self.found.latency))
        return "\n".join(part for part in parts if part)

    def __str__(self) -> str:
        return self.text(_WIDTH) if self.found.summary else repr(self)

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(str(self))}</pre>"

    def __repr__(self) -> str:
        failed = f", {several(len(self.failed), 'job')} failed" if self.failed else ""
        return (
            f"StudyResult({str(self.folder)!r}, {len(self.found.rows)} steps of "
            f"{_some(self.plan.methods)}{failed})"
        )


@dataclass(frozen=True, repr=False)
class StudyStep:
    """What one step of a study left in its folder."""

    folder: Path
    row: StudyRow
    plan: StudyPlan

    @cached_property
    def masks(self) -> Masks:
        """What is kept, by the names of parameters; UserError for the whole model, or damage."""
        return read_masks(self.folder, "cpu")

    @cached_property
    def state(self) -> State:
        """The trained weights, those that are pruned being zero; UserError for controls.

        Buffers that `state_dict` leaves out are among them where training has changed them.
        """
        if self.row.control is not None:
            raise UserError(
                f"{self.folder}: the weights of controls are not kept, their masks and rows are"
            )
        return read_state(self.folder, "trained", "cpu")

    @cached_property
    def model(self) -> "nn.Module":
        """The model with these weights."""
        return self._subject.copy(self.state).eval()

    @cached_property
    def network(self) -> "LoadedNetwork":
        """The model as a network with weights; UserError where it is more than a perceptron."""
        from wann.api.load import load

        return load(self.folder)

    @cached_property
    def _subject(self) -> "Subject":
        return self.plan.subject(self.row.seed)

    def __repr__(self) -> str:
        control = f", {self.row.control}" if self.row.control else ""
        return (
            f"StudyStep({self.row.method}{control}, seed {self.row.seed}, {self.row.kept} of "
            f"{self.row.total} weights kept, accuracy {self.row.accuracy:.4g})"
        )


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
