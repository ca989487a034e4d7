"""The figure of a sweep: what the champions of each setting earn, and how large they are."""

from pathlib import PurePath

from matplotlib.figure import Figure

from wann.drawing.sweep import draw_sweep
from wann.errors import UserError
from wann.experiments.sweep.plan import SweepPlan
from wann.experiments.sweep.summary import SweepSummary


def figure_of(plan: SweepPlan, summary: SweepSummary) -> Figure:
    """Return the figure of a sweep; UserError where none of its runs has a champion as yet."""
    if not any(row.n for row in summary.settings):
        raise UserError(f"{summary.sweep} has no finished run with a champion as yet")
    runs = [row._asdict() for row in summary.runs]
    fresh = plan.evaluate is not None
    return draw_sweep(runs, title=PurePath(summary.sweep).name, fresh=fresh)
