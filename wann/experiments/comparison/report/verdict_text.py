"""The text of a report's verdicts, whichever side they favour."""

from wann.config.conditions import (
    CONDITIONS,
    RANDOM_SHARED,
    TRAINED_WEIGHTS,
    TUNED_SHARED,
    TUNED_SIGNED,
    TUNED_WEIGHTS,
)
from wann.errors import several
from wann.experiments.comparison.contestants.make import CONTROLS, GROWN
from wann.experiments.comparison.report.intervals import AT_CHANCE
from wann.experiments.comparison.report.notation import (
    count,
    shown,
    verdict_in_words,
)
from wann.experiments.comparison.report.summary import ComparisonSummary
from wann.statistics import BETTER, NOT_RESOLVED, WORSE
from wann.tasks.spec import named_spec

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


def findings(summary: ComparisonSummary) -> list[str]:
    """Return what was found, sentence by sentence."""
    found = [text for name in _TOLD if (text := _on_condition(summary, name))]
    return found + _on_topology(summary) + _on_idle_connections(summary)


def opening(summary: ComparisonSummary) -> str:
    """Return what was compared, and over how many units."""
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
    entries = len(summary.entries)
    return f"On {named_spec(summary.task)}, {entries} networks were compared {at}, over {over}."


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
