"""The figures of a study.

Accuracy over density, inputs that units keep, increase of the loss foretold and true, and how much
masks have in common.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from wann.drawing.density_curves import Levels, Series, draw_density_curves
from wann.drawing.figures import save_figure
from wann.drawing.pruning import (
    draw_kept_inputs,
    draw_loss_increase,
    draw_overlap,
)
from wann.errors import UserError
from wann.experiments.pruning import filenames
from wann.experiments.pruning.plan import StudyPlan
from wann.experiments.pruning.rows import DENSE, StudyRow, StudySummary, SummaryRow
from wann.experiments.pruning.step_files import read_masks, step_folder
from wann.pruning.masks import Masks, weights_of
from wann.pruning.masks.overlap import overlap

# Where neuron-wise sparsity is looked at, as in the study of weight pruning against unit pruning.
_LOOKED_AT = 0.13
# More masks than that are not compared: a figure with that many squares says nothing.
_MOST_MASKS = 16


def draw_all(study: Path, plan: StudyPlan, summary: StudySummary) -> list[Path]:
    """Draw what the summary of a study has, into its folder.

    Return the files of the figures, that of the curves first.
    """
    found: list[Path] = []
    for name, figure in figures_of(study, plan, summary):
        found += save_figure(figure, study / name)
    return found


def figures_of(study: Path, plan: StudyPlan, summary: StudySummary) -> Iterator[tuple[str, Figure]]:
    """Yield what the summary of a study has as figures, each with its name, the curves first.

    `study` is its folder, where masks are read.
    """
    title = title_of(plan)
    if _curves(summary.summary):
        yield filenames.ACCURACY_FIGURE, draw_curves(summary, title)
    pruned = [row for row in summary.rows if row.method != DENSE and row.control is None]
    if pruned:
        row = min(pruned, key=lambda row: abs(row.density - _LOOKED_AT))
        masks = read_masks(_folder(study, row), "cpu")
        sizes = {name: mask[0].numel() for name, mask in weights_of(masks).items()}
        text = f"{title}: {row.method}, {100 * row.density:.1f} % kept, seed {row.seed}"
        yield (
            filenames.KEPT_INPUTS_FIGURE,
            draw_kept_inputs(kept_inputs(masks), sizes, asked=row.asked, title=text),
        )
    points = _increases(pruned)
    if points:
        yield filenames.LOSS_INCREASE_FIGURE, draw_loss_increase(points, title=title)
    compared = _to_compare(pruned)
    if len(compared) > 1:
        yield filenames.OVERLAP_FIGURE, _overlaps(study, compared, title)


def title_of(plan: StudyPlan) -> str:
    """Return what stands above the figures of a study."""
    return f"{plan.model} on {plan.dataset}"


def draw_curves(summary: StudySummary, title: str) -> Figure:
    """Return the curves of accuracy over density; UserError where there is no pruned model."""
    curves = _curves(summary.summary)
    if not curves:
        raise UserError(f"{summary.study}: no pruned model is finished as yet")
    dense = next((row.accuracy.mean for row in summary.summary if row.method == DENSE), None)
    end = summary.plateaus[0].end if len(summary.plateaus) == 1 else None
    return draw_density_curves(curves, Levels(dense, _chance(summary.rows), end), title=title)


def _chance(rows: Sequence[StudyRow]) -> float | None:
    """Return the accuracy of a guess among the classes, which are the outputs of a whole model."""
    outputs = [row.active_units[-1] for row in rows if row.method == DENSE and row.active_units]
    return 1.0 / outputs[0] if outputs and outputs[0] > 1 else None


def kept_inputs(masks: Masks) -> dict[str, NDArray[np.int64]]:
    """Return for each layer how many incoming weights each unit keeps.

    Counts are (units,), or (channels,) of a convolution; masks of biases are left out. This is
    neuron-wise sparsity, as in the study that prunes weights against units.
    """
    return {name: mask.flatten(1).sum(1).cpu().numpy() for name, mask in weights_of(masks).items()}


def _curves(summary: Sequence[SummaryRow]) -> dict[Series, list[dict[str, float]]]:
    curves: dict[Series, list[dict[str, float]]] = {}
    for row in summary:
        if row.method != DENSE:
            interval = {
                key: float("nan") if value is None else value
                for key, value in row.accuracy._asdict().items()
            }
            curves.setdefault(Series(row.method, row.control), []).append(
                {"density": row.density, **interval}
            )
    return curves


def _increases(rows: Sequence[StudyRow]) -> dict[str, tuple[list[float], list[float]]]:
    """Return (predicted, true) increases of the loss by method, where both are known."""
    points: dict[str, tuple[list[float], list[float]]] = {}
    for row in rows:
        if row.predicted_loss_increase is not None and row.loss_increase is not None:
            predicted, true = points.setdefault(row.method, ([], []))
            predicted.append(row.predicted_loss_increase)
            true.append(row.loss_increase)
    return points


def _to_compare(rows: Sequence[StudyRow]) -> list[StudyRow]:
    """Return a row of each method and seed, all at one density: one that most of them have.

    It is among those asked for, and the least where several are had by as many.
    """
    by_density: dict[float, list[StudyRow]] = {}
    for row in rows:
        if row.asked is not None:
            by_density.setdefault(row.asked, []).append(row)
    if not by_density:
        return []
    most = max(map(len, by_density.values()))
    least = min(density for density, members in by_density.items() if len(members) == most)
    return sorted(by_density[least], key=lambda row: (row.method, row.seed))[:_MOST_MASKS]


def _overlaps(study: Path, rows: Sequence[StudyRow], title: str) -> Figure:
    masks = [read_masks(_folder(study, row), "cpu") for row in rows]
    share, chance = np.ones((len(rows), len(rows))), np.ones((len(rows), len(rows)))
    for i, one in enumerate(masks):
        for j, other in enumerate(masks[:i]):
            found = overlap(one, other)[""]
            share[i, j] = share[j, i] = found.iou
            chance[i, j] = chance[j, i] = found.expected
    labels = [f"{row.method}, seed {row.seed}" for row in rows]
    asked = rows[0].asked
    assert asked is not None  # rounds on the way to a density are not compared
    text = f"{title}: masks at {100 * asked:g} %"
    return draw_overlap(share, labels, expected=chance, title=text)


def _folder(study: Path, row: StudyRow) -> Path:
    keys: dict[str, Any] = {"round": row.round} if row.asked is None else {"density": row.asked}
    return step_folder(study, row.seed, row.method, **keys)
