"""The text of a report's verdicts and caveats, whichever side they favour."""

from wann.config.conditions import (
    CONDITIONS,
    RANDOM_SHARED,
    TRAINED_WEIGHTS,
    TUNED_SHARED,
    TUNED_SIGNED,
    TUNED_WEIGHTS,
)
from wann.experiments.comparison.contestants.make import CONTROLS, GROWN
from wann.experiments.comparison.report.intervals import AT_CHANCE
from wann.experiments.comparison.report.measuring_text import on_measuring, on_tuning
from wann.experiments.comparison.report.multiplicity_text import on_many_verdicts
from wann.experiments.comparison.report.notation import (
    count,
    several,
    shown,
    verdict_in_words,
)
from wann.experiments.comparison.report.summary import ComparisonSummary
from wann.statistics import BETTER, FEWEST, NOT_RESOLVED, WORSE

# How controls of the champion's own structure compare with it, and what that says.
_TOPOLOGY = {
    WORSE: "is lost where its structure is changed, and so is in that structure:",
    BETTER: "is surpassed where its structure is changed, and so is not in that structure:",
    NOT_RESOLVED: "may or may not be in its structure, as these are not resolved from it:",
}
# The conditions of which a sentence says who is better and who is worse.
_TOLD = (TUNED_WEIGHTS, TRAINED_WEIGHTS, TUNED_SHARED, TUNED_SIGNED, RANDOM_SHARED)
_ORDER = (BETTER, WORSE, NOT_RESOLVED, AT_CHANCE)
_IDLE_BELOW = 0.95  # share of connections at work, below which it is said that some are not


def sentences(summary: ComparisonSummary) -> list[str]:
    """Return what was found, sentence by sentence."""
    found = [_opening(summary), *on_measuring(summary)]
    found += [text for name in _TOLD if (text := _on_condition(summary, name))]
    found += on_tuning(summary)
    found += _on_topology(summary)
    found += _on_idle_connections(summary)
    found += _caveats(summary)
    return found


def _opening(summary: ComparisonSummary) -> str:
    sizes = {
        entry.connections
        for entry in summary.entries
        if not entry.reference_size and entry.connections is not None
    }
    if len(sizes) == 1:
        at = f"at {count(*sizes)} connections"
    elif summary.reference != GROWN and sizes:
        at = "as they are"
    else:
        at = "each at its champion's number of connections"
    over = several(summary.units, summary.unit)
    return f"On {summary.task}, {len(summary.entries)} networks were compared {at}, over {over}."


def _on_condition(summary: ComparisonSummary, condition: str) -> str | None:
    """Return who is better and worse than the reference under one condition.

    None if the reference has no result under it.
    """
    reference = next(entry for entry in summary.entries if entry.name == summary.reference)
    found = reference.conditions.get(condition)
    if found is None:
        return None
    groups: dict[str, list[str]] = {}
    for entry in summary.entries:
        other = entry.conditions.get(condition)
        if other and other.against:
            value = shown(other.estimate.mean, summary.measure)
            told = verdict_in_words(other.against)
            groups.setdefault(told, []).append(f"{entry.name} ({value})")
    parts = [f"{told}: {', '.join(groups[told])}" for told in sorted(groups, key=_place)]
    told = "; ".join(parts) or "nothing to hold against it"
    own = shown(found.estimate.mean, summary.measure)
    return f"With {CONDITIONS[condition].weights}, {summary.reference} has {own}; {told}."


def _place(told: str) -> int:
    """Return where a group of verdicts stands: what begins with the same word is together."""
    return _ORDER.index(next(word for word in _ORDER if told.startswith(word)))


def _on_topology(summary: ComparisonSummary) -> list[str]:
    """Return whether what the champion is worth under shared weights is in how it is joined.

    Its controls say so, which are its own structure changed.
    """
    groups: dict[str, list[str]] = {WORSE: [], BETTER: [], NOT_RESOLVED: []}
    for entry in summary.entries:
        found = entry.conditions.get(RANDOM_SHARED)
        against = found.against if found else None
        told = against is not None and against.mean is not None and against.verdict in groups
        if entry.name in CONTROLS and against and told:
            groups[against.verdict].append(f"{entry.name} ({CONTROLS[entry.name][1]})")
    return [
        f"Under a random shared weight, what the champion is worth {_TOPOLOGY[verdict]} "
        f"{'; '.join(names)}."
        for verdict, names in groups.items()
        if names
    ]


def _on_idle_connections(summary: ComparisonSummary) -> list[str]:
    """Return whose connections are not all at work."""
    idle = [
        f"{entry.name} ({100 * entry.at_work / entry.connections:.0f} %)"
        for entry in summary.entries
        if entry.connections
        and entry.at_work is not None
        and entry.at_work < _IDLE_BELOW * entry.connections
    ]
    return [f"Less than 95 % of the connections are at work in {', '.join(idle)}."] if idle else []


def _caveats(summary: ComparisonSummary) -> list[str]:
    found = []
    if summary.missing:
        left = several(summary.missing, "row")
        found.append(f"Not finished, {left} still to be made, which may change all of this.")
    if summary.units < FEWEST:
        found.append(
            f"With {several(summary.units, summary.unit)} nothing is resolved: a verdict takes at "
            f"least {several(FEWEST, summary.unit)}."
        )
    if summary.unit == "seed":
        found.append(
            "Intervals are over seeds of making, tuning and measuring; how champions of other "
            "searches would do, one champion cannot say."
        )
    if summary.measure == "accuracy":
        found.append(
            "They do not contain the chance of which examples are in the test part, the same ones "
            "for all."
        )
    found += on_many_verdicts(summary)
    if summary.failed:
        names = ", ".join(dict.fromkeys(failure.job.name for failure in summary.failed))
        found.append(f"Rows that failed and are missing here: {len(summary.failed)} ({names}).")
    return found
