"""The summary of a study: a row for each method, control and density, with intervals over seeds."""

import math
from collections.abc import Callable, Sequence
from typing import Any

from wann.experiments.pruning.rows import DENSE, MeanInterval, StudyRow, SummaryRow
from wann.statistics import known, t_interval, verdict

# What a row is compared with: seed, method and asked density of one without a control.
_Key = tuple[int, str, float | None]


def summarise(rows: Sequence[StudyRow]) -> list[SummaryRow]:
    """Return a row for each method, control and density: the whole model first, then densest first.

    Verdicts are by `wann.statistics.verdict`: there is none with fewer than three seeds.
    """
    groups: dict[tuple[Any, ...], list[StudyRow]] = {}
    for row in rows:
        of_rounds = row.round if row.asked is None else None
        groups.setdefault((row.method, row.control or "", row.asked, of_rounds), []).append(row)
    plain = {_key(row): row.accuracy for row in rows if not row.control}
    found = [_summary_row(members, plain) for members in groups.values()]
    return sorted(
        found,
        key=lambda row: (row.method != DENSE, row.method, row.control or "", -row.density),
    )


def _key(row: StudyRow) -> _Key:
    return row.seed, row.method, row.asked


def _dense_key(row: StudyRow) -> _Key:
    return row.seed, DENSE, 1.0


def _summary_row(members: Sequence[StudyRow], plain: dict[_Key, float]) -> SummaryRow:
    """Return the summary of rows that differ by their seeds alone.

    `plain` has the accuracy of what has no control.
    """
    first, n = members[0], len(members)
    to_dense = _difference(members, plain, _dense_key)
    to_method = _difference(members if first.control else (), plain, _key)
    return SummaryRow(
        model=first.model,
        dataset=first.dataset,
        method=first.method,
        control=first.control,
        asked=first.asked,
        round=first.round,
        kept=first.kept,
        total=first.total,
        density=first.density,
        n=n,
        seeds=tuple(sorted(member.seed for member in members)),
        accuracy=_interval([member.accuracy for member in members]),
        accuracy_without_retraining=_interval(
            [member.accuracy_without_retraining for member in members]
        ),
        accuracy_at_early_stop=_interval([member.accuracy_at_early_stop for member in members]),
        early_stop_step=_interval([member.early_stop_step for member in members]),
        effective_density=_mean([member.effective_density for member in members]),
        seconds=_mean([member.seconds for member in members]),
        against_dense=to_dense,
        verdict=verdict(to_dense.low, to_dense.high, n) if first.method != DENSE else None,
        against_method=to_method,
        verdict_of_control=verdict(to_method.low, to_method.high, n) if first.control else None,
    )


def _difference(
    members: Sequence[StudyRow], plain: dict[_Key, float], other: Callable[[StudyRow], _Key]
) -> MeanInterval:
    """Return the difference to what has no control, by pairs of one seed."""
    paired = [member for member in members if other(member) in plain]
    return _interval([member.accuracy - plain[other(member)] for member in paired])


def _interval(values: Sequence[float | None]) -> MeanInterval:
    present = known(values)
    if not present:
        return MeanInterval(None, None, None)
    found = t_interval(present)
    low, high = (None if math.isnan(bound) else bound for bound in (found.low, found.high))
    return MeanInterval(found.mean, low, high)


def _mean(values: Sequence[float | None]) -> float | None:
    present = known(values)
    return sum(present) / len(present) if present else None
