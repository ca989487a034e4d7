"""The figure of a sweep: what the champions of each setting earn, and how large they are."""

from pathlib import PurePath

from matplotlib.figure import Figure

from wann.drawing.sweep import draw_sweep
from wann.errors import UserError
from wann.experiments.growing.rows import measure_of
from wann.experiments.sweep.compared import ACCURACY, NOTHING
from wann.experiments.sweep.plan import SweepPlan
from wann.experiments.sweep.summary import SweepSummary
from wann.tasks.registry import is_of_data


def figure_of(plan: SweepPlan, summary: SweepSummary) -> Figure:
    """Return the figure of a sweep; UserError where none of its runs has a champion as yet."""
    if not any(row.n for row in summary.settings):
        raise UserError(f"{summary.sweep} has no finished run with a champion as yet")
    runs = [row._asdict() for row in summary.runs]
    title, fresh = PurePath(summary.sweep).name, plan.evaluate is not None
    return draw_sweep(runs, title=title, fresh=fresh, worth=_worth(plan, summary))


def _worth(plan: SweepPlan, summary: SweepSummary) -> str | None:
    """Return what the values of runs are where these are no returns of episodes."""
    if summary.compared.by == NOTHING:
        return "champion's mean, of different tasks"
    if not any(is_of_data(run.config.task) for run in plan.runs):
        return None
    if plan.evaluate is not None:
        return "champion's accuracy, test examples"
    trained = all(measure_of(run.config) for run in plan.runs)
    by = "accuracy" if trained or summary.compared.by == ACCURACY else "log-likelihood"
    return f"champion's {by}, validation examples"
