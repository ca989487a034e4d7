"""A search in its folder as an object: what came out, and what can be done with it."""

import html
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack, overload

from wann.api.calls import public
from wann.api.columns import Columns
from wann.api.paths import Place, path_of
from wann.api.search_how import HowArguments, how_of
from wann.api.searching import resume_search
from wann.config import SearchConfig
from wann.errors import UserError
from wann.experiments.growing.rows import FrontRow, GenerationRow, RunSummary, meaning_of
from wann.files import Anchored
from wann.formats.load import load_network
from wann.formats.loaded_network import LoadedNetwork
from wann.jobs.tables import in_percent, short
from wann.network.weightings import Weightings
from wann.reading import in_part, read_shaped
from wann.runs import filenames
from wann.runs.rundir import RunDir
from wann.tasks.fitness import ACCURACY, LOSS, RETURN, Fitness

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from wann.api.comparison_result import ComparisonResult
    from wann.api.evaluation_result import EvaluationResult
    from wann.api.tuning_result import TuningResult
    from wann.tasks.task import Task


class Run:
    """A search and its folder, from the first generation to the champion.

    `wann.search` and `wann.resume` return it, `wann.open_run` opens that of a folder. Everything is
    read from the folder when it is asked for. Where a path of a run is wanted, a `Run` is one.

    Attributes:
        folder: where the run lies.

    Example:
        >>> run = wann.search("swingup", generations=100, seed=0)
        >>> run.champion.connections, run.summary.mean
        >>> pandas.DataFrame(run.history)
    """

    folder = Anchored()

    def __init__(self, folder: str | Path) -> None:
        """Take the run in a folder; UserError where there is none."""
        self.folder = Path(folder)
        self._directory = RunDir.open(self.folder)

    def __fspath__(self) -> str:
        return str(self.folder)

    @cached_property
    def config(self) -> SearchConfig:
        """The settings of the search."""
        return self._directory.config

    @property
    def champion(self) -> LoadedNetwork:
        """The champion; UserError where there is none yet."""
        return load_network(self.folder)

    @property
    def front(self) -> "Front":
        """The confirmed networks, each the best of its size, the smallest first."""
        path = self.folder / filenames.FRONT
        rows = read_shaped(path, list[FrontRow]) if path.exists() else []
        return Front(self.folder, rows, meaning_of(self.config))

    @property
    def history(self) -> Columns:
        """A row for each generation as columns: arrays (generations,) by name.

        They are generation, env_steps, best, median, connections, median_connections, failed,
        champion and champion_connections.
        """
        return Columns(self._directory.rows(in_part(GenerationRow)))

    @property
    def summary(self) -> RunSummary:
        """What came out, in numbers: `mean`, `connections`, `finished`, `digest` and more.

        UserError where the run was killed before it came to an end or a stop.
        """
        read: dict[str, Any] = self._directory.read_json(filenames.SUMMARY, in_part(RunSummary))
        return RunSummary(**{name: read[name] for name in RunSummary._fields if name in read})

    @property
    def digest(self) -> str | None:
        """The SHA-256 of rows and champion: equal digests, equal results to the byte."""
        return self.summary.digest

    @cached_property
    def task(self) -> "Task":
        """What the networks were scored on."""
        from wann.tasks.registry import task_of

        return task_of(self.config.task, self.folder / filenames.CONFIG)

    @property
    def accuracy(self) -> float | None:
        """The champion's share of correct classes on validation examples, over shared weights.

        None where the task is no classification, or there is no champion yet.
        """
        from wann.tasks.optional_abilities import Classifying
        from wann.weights.ensemble import validation_accuracy

        task = self.task
        if not isinstance(task, Classifying) or not self._has_champion:
            return None
        return validation_accuracy(
            task, self.champion.network, Weightings.shared(self.config.weights)
        )

    @public
    def plot(self) -> "Figure":
        """Return a figure: the learning curve, and the champion's return over shared weights.

        The second part plays some episodes; it is left out where the task cannot be had.
        """
        from wann.api.plots import plot_search, profile_of

        rows = self.history.rows
        if not rows:
            raise UserError(f"{self.folder} has no generation as yet: there is nothing to draw")
        try:
            profile = profile_of(self.champion, self.task)
        except UserError:
            profile = None
        name = self.folder.resolve().name
        return plot_search(rows, profile, self.config.weights, name, meaning_of(self.config))

    def page(self, path: Place | None = None) -> Path:
        """Write the page of the run, on which its champion acts live, and return its path.

        By default that is page.html in the run; see `wann.render`.
        """
        from wann.api.render import render

        (written,) = render(self.folder, html=path or True)
        return written

    @public
    def resume(self, **how: Unpack[HowArguments]) -> "Run":
        """Go on with the run; see `wann.resume`, which takes the same arguments."""
        return resume_search(self.folder, how_of(**how), Run)

    def evaluate(self, **how: Any) -> "EvaluationResult":
        """Measure the champion; see `wann.evaluate`, which takes the same arguments."""
        from wann.api.evaluate import evaluate

        return evaluate(self.folder, **how)

    def tune(self, **how: Any) -> "TuningResult":
        """Tune the champion's weights; see `wann.tune`, which takes the same arguments."""
        from wann.api.tune import tune

        return tune(self.folder, **how)

    def compare(self, **how: Any) -> "ComparisonResult":
        """Hold the champion against others; see `wann.compare`, which takes the same arguments."""
        from wann.api.compare import compare

        return compare(self.folder, **how)

    @property
    def _has_champion(self) -> bool:
        return (self.folder / filenames.CHAMPION).exists()

    def _facts(self) -> dict[str, str]:
        """Return what a short description says, as far as it is known."""
        config = self.config
        facts = {"task": config.task.partition(" {")[0], "seed": str(config.seed)}
        try:
            summary = self.summary
        except UserError:
            return facts | {"state": "not finished"}
        done = f"{summary.generations} of {config.rounds}"
        facts["generations"] = str(config.rounds) if summary.finished else done
        if summary.mean is not None:
            earned = _worth(summary.mean, meaning_of(config))
            facts["champion"] = f"{summary.connections} connections, {earned}"
        return facts

    def __repr__(self) -> str:
        facts = ", ".join(f"{name}: {value}" for name, value in self._facts().items())
        return f"Run({str(self.folder)!r}, {facts})"

    def _repr_html_(self) -> str:
        facts = {"run": str(self.folder), **self._facts()}
        rows = "".join(
            f"<tr><th style='text-align:left'>{html.escape(name)}</th>"
            f"<td style='text-align:left'>{html.escape(value)}</td></tr>"
            for name, value in facts.items()
        )
        return f"<table>{rows}</table>{self._drawing()}"

    def _drawing(self) -> str:
        """Return the champion's drawing as HTML, "" where there is no champion to draw."""
        try:
            return self.champion.as_image("The champion")
        except UserError:
            return ""


class Front(Sequence[LoadedNetwork]):
    """The confirmed networks of a run; `front[i]` is one, and `front.table` tells of all.

    Attributes:
        table: connections, mean, sd, n and so on as columns, a row for each network.
    """

    _folder = Anchored()

    def __init__(self, folder: Path, rows: Sequence[dict[str, Any]], means: Fitness) -> None:
        self._folder, self._means = folder, means
        # The files of a search for a classifier call a block of examples an episode
        said = {} if means.name == RETURN else {"sd_over": means.trials}
        self._rows = [{**row, **{key: said[key] for key in said if key in row}} for row in rows]
        self.table = Columns(self._rows)

    @overload
    def __getitem__(self, index: int) -> LoadedNetwork: ...
    @overload
    def __getitem__(self, index: slice) -> "list[LoadedNetwork]": ...
    def __getitem__(self, index: int | slice) -> "LoadedNetwork | list[LoadedNetwork]":
        if isinstance(index, slice):
            return [self._load(row) for row in self._rows[index]]
        return self._load(self._rows[index])

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[LoadedNetwork]:
        return map(self._load, self._rows)

    def _load(self, row: dict[str, Any]) -> LoadedNetwork:
        from wann.files import inside

        return load_network(inside(self._folder, row["network"], self._folder / filenames.FRONT))

    def __repr__(self) -> str:
        if not self._rows:
            return "Front(no network is confirmed yet)"
        first, last = self._rows[0], self._rows[-1]
        worst, best = (_worth(row["mean"], self._means) for row in (first, last))
        return (
            f"Front({len(self)} networks of {first['connections']} to {last['connections']} "
            f"connections, {worst} to {best.partition(' ')[2]})"
        )


def _worth(mean: float | None, means: Fitness) -> str:
    """Return in words what a mean of confirmation is, and its value."""
    if means.name == ACCURACY:
        return f"accuracy {'-' if mean is None else in_percent(mean)}"
    if means.name == LOSS:
        return f"loss {'-' if mean is None else short(-mean)}"
    return f"mean {'-' if mean is None else short(mean)}"


@public
def open_run(folder: Place) -> Run:
    """Return the run in a folder that `wann.search` or `wann search` made.

    `wann.load(folder)` returns its champion instead. UserError where the folder is no run.

    Example:
        >>> run = wann.open_run("runs/swingup-seed0")
        >>> run.history["champion"][-1]
    """
    return Run(path_of(folder, "folder"))
