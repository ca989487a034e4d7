"""The part of a report on what its results may not say, from how they came about."""

from wann.errors import several
from wann.experiments.comparison.contestants.cells import CELLS, LEVELS
from wann.experiments.comparison.contestants.make import GROWN
from wann.experiments.comparison.report.measuring_text import on_tuning
from wann.experiments.comparison.report.notation import count
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
    return found + _on_several_differences(summary) + _on_costs(summary)


def _on_searches(summary: ComparisonSummary) -> list[str]:
    found = list(summary.left_out)
    if len(summary.groups) > 1 and summary.reference == GROWN:
        found.append(
            f"Champions come from {len(summary.groups)} kinds of searches "
            f"({'; '.join(summary.groups)}), which {GROWN} takes together."
        )
    return found + _on_units(summary)


def _on_units(summary: ComparisonSummary) -> list[str]:
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


def _on_several_differences(summary: ComparisonSummary) -> list[str]:
    """Return which contestants differ from the grown champions in more than one thing."""
    own = summary.champion_cells[0] if len(summary.champion_cells) == 1 else None
    if summary.reference != GROWN or own is None or summary.held_out.chance is None:
        return []
    known = {entry.name: CELLS[entry.name] for entry in summary.entries if entry.name in CELLS}
    differing = {
        name: [
            levels for levels, here, there in zip(LEVELS, own, cell, strict=True) if here != there
        ]
        for name, cell in known.items()
    }
    several_things = [name for name, things in differing.items() if len(things) > 1]
    if not several_things:
        return []
    return [
        f"{', '.join(several_things)} and the grown champion differ in more than one of three "
        "things: how they are made, which activations they have, and whether they are chosen under "
        "shared weights. A difference between them says nothing about one of these alone."
    ]


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
