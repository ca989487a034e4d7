"""The figures of a report: results by condition, budget curves, profiles, and networks."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from matplotlib.figure import Figure

from wann.config.conditions import CONDITIONS
from wann.drawing.compare import draw_conditions, draw_curves, draw_profiles
from wann.drawing.drawing import draw_network
from wann.drawing.figures import figure_as
from wann.drawing.shown import what_is_shown
from wann.experiments.comparison import filenames
from wann.experiments.comparison.contestants.make import DENSE, GROWN
from wann.experiments.comparison.plan import ComparisonPlan
from wann.experiments.comparison.report.budget_curves import BudgetCurves
from wann.experiments.comparison.report.factors import CELL_CONDITIONS
from wann.experiments.comparison.report.html_page import Picture
from wann.experiments.comparison.report.summary import ComparisonSummary
from wann.experiments.comparison.row_files import network_path, read_network
from wann.experiments.comparison.rows import ComparisonRow, ProfilePoint
from wann.tasks.spec import named_spec
from wann.tasks.task import Task

_WHAT_HEADINGS_MEAN = "What the headings mean stands below the table of results."


class ReportFigure(NamedTuple):
    """A figure of a report."""

    name: str  # of its files, without an ending
    title: str
    text: str  # what it shows, in plain sentences
    figure: Figure

    def picture(self, svg: bytes | None = None) -> Picture:
        """Return the figure as the page shows it; `svg` is its content, where that is known."""
        content = figure_as(self.figure, ".svg") if svg is None else svg
        return Picture(self.title, self.text, content.decode())


def draw_figures(
    plan: ComparisonPlan, summary: ComparisonSummary, rows: Sequence[ComparisonRow]
) -> Iterator[ReportFigure]:
    """Yield the figures over all entries; none where there are no rows.

    `rows` holds none that only budget curves show.
    """
    if not rows:
        return
    yield _conditions(summary)
    for curves in summary.shown_curves:
        yield _budget_curves(curves, summary)
    of_entry = {
        entry.name: [row for row in rows if plan.entry_of(row.job) == entry.name]
        for entry in summary.entries
        if entry.rows and entry.name in summary.shown_entries
    }
    profiles = {name: [row.profiles for row in some] for name, some in of_entry.items()}
    plain, signed = (
        {
            name: _mean_profile([getattr(found, kind) for found in some if found])
            for name, some in profiles.items()
        }
        for kind in ("plain", "signed")
    )
    text = "What each network earns when all its connections have the same weight"
    name = filenames.PROFILE_FIGURE
    yield _profiles(name, plain, summary, "one value everywhere", text)
    text += " up to its sign, which stays as it was trained"
    name, title = filenames.SIGNED_PROFILE_FIGURE, "one magnitude, with the trained signs"
    yield _profiles(name, signed, summary, title, text)


def draw_entry(
    folder: Path, plan: ComparisonPlan, entry: str, rows: Sequence[ComparisonRow], task: Task
) -> Picture:
    """Return the drawing of the network of an entry's first row.

    Args:
        folder: The folder of the comparison.
        plan: Its plan.
        entry: The name of the entry.
        rows: All rows but those that only budget curves show.
        task: The task, which knows the names of inputs and outputs.
    """
    row = next((row for row in rows if plan.entry_of(row.job) == entry), None)
    if row is None:
        return Picture(entry, "There is no row of it yet.", None)
    path = network_path(folder, row.job)
    network, weights = read_network(folder, row.job)[:2]
    text = f"The network of {row.job.champion}, seed {row.job.seed}: {row.about}. File: {path}"
    left_out = what_is_shown(network, weights, task.input_names).note
    if left_out is not None:
        text += f". {left_out[0].upper()}{left_out[1:]}"
    figure = draw_network(
        network,
        input_names=task.input_names,
        output_names=task.output_names,
        weights=weights,
        title=None,
    )
    return Picture(entry, text, figure_as(figure, ".svg").decode())


def _conditions(summary: ComparisonSummary) -> ReportFigure:
    """Return the figure of the results of all entries, a panel for each condition."""
    found = {
        CONDITIONS[condition].heading: [
            {"name": entry.name, **entry.conditions[condition].estimate._asdict()}
            for entry in summary.entries
            if condition in entry.conditions
        ]
        for condition in summary.conditions
    }
    names = [entry.name for entry in summary.entries if entry.rows]
    figure = draw_conditions(
        found,
        names,
        reference=summary.reference,
        label=_label(summary),
        title=named_spec(summary.task),
        chance=_band(summary),
    )
    text = (
        "What each contestant earns, a panel for each way of choosing the weights: its mean as a "
        f"dot, the 95 % interval as a bar, and the mean of {summary.reference} as a dashed line."
        f"{_on_chance(summary)} {_WHAT_HEADINGS_MEAN}"
    )
    return ReportFigure(filenames.CONDITIONS_FIGURE, "Weight conditions", text, figure)


def _budget_curves(curves: BudgetCurves, summary: ComparisonSummary) -> ReportFigure:
    """Return the figure of a champion's budget curves."""
    panels: dict[str, dict[str, list[dict[str, Any]]]] = {
        CONDITIONS[condition].heading: {
            name: [
                {"connections": point.connections, **point.conditions[condition].estimate._asdict()}
                for point in points
                if condition in point.conditions
            ]
            for name, points in curves.curves.items()
        }
        for condition in CELL_CONDITIONS
        if any(condition in point.conditions for some in curves.curves.values() for point in some)
    }
    title = f"{named_spec(summary.task)}: {curves.title}"
    figure = draw_curves(
        panels,
        reference=GROWN,
        single=DENSE,
        label=_label(summary),
        title=title,
        chance=_band(summary),
    )
    over, of_runs = "seeds", "of one run's front"
    if curves.of_champions > 1:
        over, of_runs = "champions and seeds", "nearest below each budget on the fronts of all runs"
    text = (
        "What contestants earn with fewer and fewer connections, a panel for each way of choosing "
        f"the weights: the mean as a point, its 95 % interval over {over} as a bar and a band. The "
        f"grown networks are those {of_runs}; all others have exactly as many connections."
        f"{_on_chance(summary)} {_WHAT_HEADINGS_MEAN}"
    )
    name = f"{filenames.CURVES_FIGURE}-{curves.champion.replace(' ', '-')}"
    return ReportFigure(name, "Budget curves", text, figure)


def _profiles(
    name: str,
    profiles: dict[str, list[dict[str, float | None]]],
    summary: ComparisonSummary,
    title: str,
    text: str,
) -> ReportFigure:
    """Return the figure of the entries' profiles over the shared weight.

    Args:
        name: Of its files.
        profiles: What entries earn, by their names.
        summary: What came out.
        title: Which profiles these are.
        text: What the figure shows, without a full stop.
    """
    figure = draw_profiles(
        profiles,
        reference=summary.reference,
        label=_label(summary),
        title=f"{named_spec(summary.task)}: {title}",
        chance=_band(summary),
    )
    text += (
        ": means over all rows of a contestant, in bands from the least to the most, against that "
        f"weight.{_on_chance(summary)}"
    )
    return ReportFigure(name, f"Shared weights: {title}", text, figure)


def _mean_profile(profiles: Sequence[Sequence[ProfilePoint]]) -> list[dict[str, float | None]]:
    """Return mean, least and most of some profiles, None at a weight where one has none."""
    found = []
    for points in zip(*profiles, strict=True):
        means = [point.mean for point in points if point.mean is not None]
        mean = sum(means) / len(means) if len(means) == len(points) else None
        ends = (min(means), max(means)) if mean is not None and len(means) > 1 else (None, None)
        low, high = ends
        found.append({"weight": points[0].weight, "mean": mean, "low": low, "high": high})
    return found


def _band(summary: ComparisonSummary) -> tuple[float, float] | None:
    """Return the band of accuracies that chance earns, None where results are no accuracies."""
    chance = summary.held_out.chance
    return (chance.low, chance.high) if chance else None


def _on_chance(summary: ComparisonSummary) -> str:
    return " Grey is what chance earns." if summary.held_out.chance else ""


def _label(summary: ComparisonSummary) -> str:
    return "accuracy" if summary.measure == "accuracy" else "mean return"
