"""The figure of a sweep: what the champions of each setting earn, and how large they are."""

from pathlib import PurePath

from matplotlib.figure import Figure

from wann.drawing.sweep import draw_sweep
from wann.errors import UserError
from wann.experiments.growing.rows import meaning_of
from wann.experiments.sweep import compared
from wann.experiments.sweep.plan import SweepPlan
from wann.experiments.sweep.summary import SweepSummary
from wann.tasks.fitness import ACCURACY, RETURN


def figure_of(plan: SweepPlan, summary: SweepSummary) -> Figure:
    """Return the figure of a sweep; UserError where none of its runs has a champion as yet."""
    if not any(row.n for row in summary.settings):
        raise UserError(f"{summary.sweep} has no finished run with a champion as yet")
    runs = [row._asdict() for row in summary.runs]
    return draw_sweep(runs, title=PurePath(summary.sweep).name, means=_means(plan, summary))


def _means(plan: SweepPlan, summary: SweepSummary) -> str:
    """Return what the means of champions are of: of those that were evaluated, fresh episodes."""
    if summary.compared.by == compared.NOTHING:
        return "champion's mean, of different tasks"
    fresh = plan.evaluate is not None
    kinds = {meaning_of(run.config) for run in plan.runs}
    by_accuracy = summary.compared.by == compared.ACCURACY
    if fresh and all(kind.name != RETURN for kind in kinds):
        return "champion's accuracy, test examples"
    if len(kinds) > 1 and not by_accuracy:
        return "champion's mean"
    kind = kinds.pop()
    if kind.name == RETURN:
        return f"champion's return, {'fresh' if fresh else 'held-out'} episodes"
    accuracy = by_accuracy or kind.name == ACCURACY
    what = "champion's accuracy" if accuracy else "minus the champion's loss"
    return f"{what}, {kind.confirmed_on}"
