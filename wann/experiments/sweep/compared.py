"""By what the runs of a sweep are held against each other, also where they are measured unlike.

On labelled data a search by evolution is measured by a log-likelihood, one by gradients by an
accuracy, which all of them have. Returns of two tasks have nothing in common.
"""

from typing import NamedTuple

from wann.config import FLOOR, SearchConfig
from wann.experiments.growing.rows import measure_of
from wann.experiments.sweep.plan import SweepPlan
from wann.tasks.registry import is_of_data
from wann.tasks.spec import make_spec, parse_spec

MEAN, ACCURACY, NOTHING = "mean", "accuracy", "nothing"

# Settings of tasks that say how networks see, how a simulator runs, or what searches cut, and not
# what is measured.
_OF_ENVIRONMENTS = (
    "normalise",
    "encoder",
    "flatten_pictures",
    "backend",
    "search_steps",
    "stuck_steps",
    "fall_penalty",
    "on_error",
    "episode_seconds",
)
_OF_DATA = ("deskew", "size")
_FLOOR = "floor"  # of the log-likelihood: accuracies know of none


class Compared(NamedTuple):
    """By what runs are compared, and a line on it where that is not what each was measured by."""

    by: str = MEAN  # or ACCURACY, or NOTHING
    why: str | None = None


def compared(plan: SweepPlan) -> Compared:
    """Return by what the runs of a sweep can be compared."""
    configs = [run.config for run in plan.runs]
    if len({_measured_on(config.task) for config in configs}) > 1:
        return Compared(
            NOTHING, "Runs of different tasks: the means of one are not those of another."
        )
    # On fresh examples everything is measured by its accuracy
    if plan.evaluate is not None or len({_measured_by(config) for config in configs}) == 1:
        return Compared()
    return Compared(
        ACCURACY,
        "Searches go by different measures here: all runs are compared by their accuracy on "
        "validation examples.",
    )


def _measured_on(task: str) -> str:
    """Return the spec of a task without what changes nothing of what is measured."""
    name, settings = parse_spec(task)
    data = is_of_data(task)
    unlike = (*_OF_DATA, _FLOOR) if data else _OF_ENVIRONMENTS if name.startswith("gym:") else ()
    return make_spec(name, {key: settings[key] for key in settings if key not in unlike})


def _measured_by(config: SearchConfig) -> tuple[str | None, float]:
    """Return what a mean is of, with the floor of a loss."""
    measure, settings = measure_of(config), parse_spec(config.task)[1]
    losses = measure is None and is_of_data(config.task)
    return measure, settings.get(_FLOOR, FLOOR) if losses else FLOOR
