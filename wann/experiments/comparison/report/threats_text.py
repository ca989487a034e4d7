"""The part of a report on what its results may not say, from how they came about."""

from wann.experiments.comparison.report.measuring_text import on_tuning
from wann.experiments.comparison.report.notation import count, several
from wann.experiments.comparison.report.summary import ComparisonSummary

_UNEQUAL = 2.0  # times the cost of the reference, from which it is said


def threats(summary: ComparisonSummary) -> list[str]:
    """Return what may be wrong with conclusions from this comparison, sentence by sentence."""
    found = []
    if summary.missing:
        left = several(summary.missing, "row")
        found.append(f"Not finished, {left} still to be made, which may change all of this.")
    if summary.failed:
        names = ", ".join(dict.fromkeys(failure.job.name for failure in summary.failed))
        found.append(f"Rows that failed and are missing here: {len(summary.failed)} ({names}).")
    found += on_tuning(summary)
    found += _on_searches(summary)
    if summary.measure == "accuracy":
        found.append(
            "Intervals do not contain the chance of which examples are in the test part, the same "
            "ones for all."
        )
    return found + _on_costs(summary)


def _on_searches(summary: ComparisonSummary) -> list[str]:
    if summary.unit == "seed":
        return [
            "Intervals are over seeds of making, tuning and measuring; how champions of other "
            "searches would do, one champion cannot say."
        ]
    if len(summary.seeds) == 1:
        return [
            "Every contestant was made with one seed: how it would do with others, champions "
            "cannot say. One that is the same network for all champions has no interval."
        ]
    return []


def _on_costs(summary: ComparisonSummary) -> list[str]:
    """Return that costs are not equal, where they are known and differ by much."""
    seconds = {
        entry.name: entry.cost.seconds
        for entry in summary.entries
        if entry.cost.seconds is not None and not entry.reference_size
    }
    own = seconds.pop(summary.reference, None)
    if not own or not seconds:
        return []
    least, most = min(seconds, key=seconds.__getitem__), max(seconds, key=seconds.__getitem__)
    if own <= _UNEQUAL * seconds[least] and seconds[most] <= _UNEQUAL * own:
        return []
    return [
        f"Costs are not equal: finding {summary.reference} took {count(round(own, 1))} seconds of "
        f"one core, others from {count(round(seconds[least], 1))} ({least}) to "
        f"{count(round(seconds[most], 1))} ({most})."
    ]
