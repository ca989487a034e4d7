"""Which rows share work, so that one worker makes them one after another.

Contestants that are made to a size alone are the same for all champions of that size. Those that
are pruned in rounds go down through all sizes of a seed, and every size is cut from the round that
it would be cut from alone. What is made of a champion is shared by champions that are the same
network. A row is the same in any such company, but for the time that it took.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from wann import own
from wann.experiments.comparison.contestants.make import (
    DENSE,
    is_in_rounds,
    is_of_a_champion,
)
from wann.experiments.comparison.plan import ComparisonJob, ComparisonPlan

SizeOf = Callable[[ComparisonJob], int]


class Unit(NamedTuple):
    """Rows that one worker makes, of one contestant and one seed."""

    jobs: tuple[ComparisonJob, ...]


def units_of(plan: ComparisonPlan, jobs: Iterable[ComparisonJob], size_of: SizeOf) -> list[Unit]:
    """Return `jobs` of a plan in units, in the order of the first row of each.

    `size_of`: how many connections the contestant of a row has. Within a unit the largest come
    first, and rows of the table before those of curves, which are a part of them.
    """
    units: dict[tuple[str | int, ...], list[ComparisonJob]] = {}
    for job in jobs:
        units.setdefault(_shared(plan, job, size_of), []).append(job)
    return [
        Unit(tuple(sorted(some, key=lambda job: (-size_of(job), plan.is_only_in_curves(job)))))
        for some in units.values()
    ]


def _shared(plan: ComparisonPlan, job: ComparisonJob, size_of: SizeOf) -> tuple[str | int, ...]:
    """Return what rows of one unit have in common."""
    if own.is_own(job.name):
        return (job.name, job.seed, job.champion)  # it may look at whatever a champion has
    if is_of_a_champion(job.name):
        return (job.name, job.seed, plan.networks[job.champion])
    if job.name == DENSE or is_in_rounds(job.name):
        return (job.name, job.seed)
    return (job.name, job.seed, size_of(job))
