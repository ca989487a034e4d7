"""What the user's own code and weights are that a study names, so that it goes on with the same."""

from pathlib import Path

from wann.config import AS_BUILT
from wann.experiments.pruning.plan import StudyPlan
from wann.own.sources import changed_code, digest_of_content, digests_of_code


def sources_of(plan: StudyPlan) -> dict[str, str]:
    """Return a digest of the file of each module that a plan names, and of its weights' file."""
    found = digests_of_code(plan.code())
    if plan.trained not in ("", AS_BUILT) and Path(plan.trained).is_file():
        found[plan.trained] = digest_of_content(Path(plan.trained).read_bytes())
    return found


def changed(known: StudyPlan, asked: StudyPlan) -> list[str]:
    """Return what both plans name and what is not what it was."""
    return [f"the contents of {name}" for name in changed_code(known.sources, asked.sources)]
