"""Whether the code that a plan names may be run."""

from wann import own
from wann.experiments.pruning.plan import StudyPlan


def check_trusted(plan: StudyPlan, origin: str) -> None:
    """Raise UserError if a plan, read at `origin`, wants code that must not be run.

    Objects of another session, which cannot be had, are refused, too.
    """
    own.check_trusted(plan.code(), origin)
