"""The entries of a report: the results of each contestant or network, and means of its counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from wann.config.conditions import CONDITIONS
from wann.errors import short_repr
from wann.experiments.comparison.contestants.make import DENSE
from wann.experiments.comparison.plan import ComparisonPlan
from wann.experiments.comparison.report.intervals import (
    Chance,
    ConditionResult,
    condition_result,
    corrected_results,
    values_by_unit,
)
from wann.experiments.comparison.rows import ComparisonRow, Failure
from wann.statistics import known

# A mean over rows; a whole number where all rows have the same one, None where none has any.
Mean = float | int | None


class MeanCounts(NamedTuple):
    """What networks are like: means over rows of what `wann.network.structure` counts."""

    connections: Mean
    effective_connections: Mean
    hidden: Mean
    active_units: Mean
    active_inputs: Mean
    depth: Mean
    sparse_flops: Mean
    sparse_bytes: Mean


class MeanLatency(NamedTuple):
    """Seconds for a batch of 1 or 1000 inputs: means over rows of their medians."""

    sparse_1: Mean
    sparse_1000: Mean
    dense_1: Mean
    dense_1000: Mean


class MeanCost(NamedTuple):
    """What finding a contestant took: means over the rows that say so."""

    generations: Mean
    env_steps: Mean
    evaluations: Mean
    steps: Mean
    seconds: Mean


@dataclass(frozen=True)
class Entry:
    """One line of the report."""

    name: str
    about: str  # how it was made
    reference_size: bool  # whether it has a size of its own, as the dense parent has
    seeds: tuple[int, ...]
    rows: int  # how many of them were made
    errors: tuple[str, ...]  # of those that failed
    conditions: Mapping[str, ConditionResult]  # those that were measured
    counts: MeanCounts | None  # None where there is no row
    paths: tuple[str, ...]  # different numbers of paths, as text: they may be beyond 64 bits
    latency: MeanLatency
    cost: MeanCost

    def __repr__(self) -> str:
        return short_repr(self)

    @property
    def connections(self) -> Mean:
        """The number of connections, None where there is no row."""
        return self.counts.connections if self.counts else None

    @property
    def at_work(self) -> Mean:
        """The number of connections on a path to an output, None where there is no row."""
        return self.counts.effective_connections if self.counts else None

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            "name": self.name,
            "about": self.about,
            "reference_size": self.reference_size,
            "seeds": list(self.seeds),
            "rows": self.rows,
            "errors": list(self.errors),
            "conditions": {name: found.to_json() for name, found in self.conditions.items()},
            "structure": self.counts._asdict() if self.counts else {},
            "paths": list(self.paths),
            "latency": self.latency._asdict(),
            "cost": self.cost._asdict(),
        }


def make_entries(
    plan: ComparisonPlan,
    rows: Sequence[ComparisonRow],
    failed: Sequence[Failure],
    chance: Chance | None,
) -> list[Entry]:
    """Return the entries of a plan, in its order.

    `rows` and `failed` hold nothing that only budget curves show. `chance` is None where results
    are not accuracies.
    """
    of_entry: dict[str, list[ComparisonRow]] = {name: [] for name in plan.entries}
    for row in rows:
        of_entry[plan.entry_of(row.job)].append(row)
    errors: dict[str, list[str]] = {name: [] for name in plan.entries}
    for failure in failed:
        errors[plan.entry_of(failure.job)].append(failure.error)
    results = _results(plan, of_entry, chance)
    return [
        _entry(name, members, errors[name], results[name]) for name, members in of_entry.items()
    ]


def _results(
    plan: ComparisonPlan, of_entry: Mapping[str, Sequence[ComparisonRow]], chance: Chance | None
) -> dict[str, dict[str, ConditionResult]]:
    """Return the results of all entries by condition: one table, whose verdicts hold together."""
    found = {}
    for condition in CONDITIONS:
        reference = values_by_unit(plan, of_entry[plan.reference], condition)
        for name, rows in of_entry.items():
            values = values_by_unit(plan, rows, condition)
            if values:
                others = None if name == plan.reference else reference
                found[name, condition] = condition_result(values, others, chance)
    results: dict[str, dict[str, ConditionResult]] = {name: {} for name in of_entry}
    for (name, condition), result in corrected_results(found).items():
        results[name][condition] = result
    return results


def _entry(
    name: str,
    rows: Sequence[ComparisonRow],
    errors: Sequence[str],
    conditions: Mapping[str, ConditionResult],
) -> Entry:
    counts = [
        _mean([getattr(row.structure, field) for row in rows]) for field in MeanCounts._fields
    ]
    costs = [
        _mean([row.cost[field] for row in rows if field in row.cost]) for field in MeanCost._fields
    ]
    return Entry(
        name=name,
        about=rows[0].about if rows else "",
        reference_size=name == DENSE,
        seeds=tuple(sorted({row.job.seed for row in rows})),
        rows=len(rows),
        errors=tuple(errors),
        conditions=conditions,
        counts=MeanCounts(*counts) if rows else None,
        paths=tuple(map(str, sorted({row.structure.paths for row in rows}))),
        latency=_latency(rows),
        cost=MeanCost(*costs),
    )


def _latency(rows: Sequence[ComparisonRow]) -> MeanLatency:
    medians: dict[str, list[float]] = {}
    for latency in (latency for row in rows for latency in row.latencies):
        medians.setdefault(f"{latency.way}_{latency.batch}", []).append(latency.median)
    return MeanLatency(*(_mean(medians.get(field, [])) for field in MeanLatency._fields))


def _mean(values: Sequence[float]) -> Mean:
    """Return the mean, as a whole number where all values are equal ones."""
    present = known(values)
    if not present:
        return None
    return present[0] if len(set(present)) == 1 else sum(present) / len(present)
