"""Whether the code that a plan names may be run."""

from wann import trust
from wann.experiments.pruning.plan import StudyPlan
from wann.own.names import SESSION, find_object


def check_trusted(plan: StudyPlan, origin: str) -> None:
    """Raise UserError if a plan, read at `origin`, wants code that must not be run.

    Objects of another session, which cannot be had, are refused, too.
    """
    for name in plan.code():
        if name.startswith(f"{SESSION}:"):
            find_object(name, "model or score", origin)
        else:
            trust.check(name, origin)
