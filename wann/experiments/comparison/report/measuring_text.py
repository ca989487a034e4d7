"""The text of a report on how results were measured: on what, with which budgets, and how well."""

from wann.config import MOST_EPOCHS
from wann.config.conditions import TRAINED_WEIGHTS, TUNED_WEIGHTS
from wann.errors import several
from wann.experiments.comparison.report.entries import Entry
from wann.experiments.comparison.report.notation import count, shown
from wann.experiments.comparison.report.summary import ComparisonSummary

# The share of what a network's own weights earn above chance that tuning has to reach.
_CONVERGED = 0.9


def on_measuring(summary: ComparisonSummary) -> list[str]:
    """Return what was measured on, the budgets of making and tuning, and what chance is."""
    making, held_out = summary.making, summary.held_out
    if held_out.examples is None:
        return [
            f"Returns are means over {several(making.episodes, 'held-out episode')} a row. All "
            f"networks are tuned alike, by {several(making.generations, 'generation')} of CMA-ES "
            f"from {several(making.races, 'start')}."
        ]
    passes = min(making.generations, MOST_EPOCHS)
    found = [
        f"Accuracies are of the {count(held_out.examples)} examples of the test part. All networks "
        f"are tuned alike, by gradients, going through the training examples {passes} times at "
        f"most. Models that are pruned are trained for {count(making.steps)} steps of "
        f"{count(making.batch)} examples in each round."
    ]
    if held_out.chance:
        level, high = (
            shown(value, summary.measure) for value in (held_out.chance.level, held_out.chance.high)
        )
        found.append(
            f"Chance is {level}, the share of the most frequent class. A network that does not "
            f"look at its inputs can have up to {high} here, so there is no verdict between two "
            "networks that have no more than that."
        )
    return found


def on_tuning(summary: ComparisonSummary) -> list[str]:
    """Return a warning where tuning fell short of the weights that networks came with."""
    short = [text for entry in summary.entries if (text := _shortfall(entry, summary))]
    if not short:
        return []
    return [
        f"Warning: tuning has not converged for {', '.join(short)}. The columns of tuned weights "
        "say little about these networks; give more --generations."
    ]


def _shortfall(entry: Entry, summary: ComparisonSummary) -> str | None:
    """Return by what tuning fell short of an entry's own weights, None where it did not."""
    if not {TUNED_WEIGHTS, TRAINED_WEIGHTS} <= entry.conditions.keys():
        return None
    tuned, own = (entry.conditions[name].estimate.mean for name in (TUNED_WEIGHTS, TRAINED_WEIGHTS))
    chance = summary.held_out.chance
    floor = chance.level if chance else min(0.0, own)
    if own <= floor or tuned - floor >= _CONVERGED * (own - floor):
        return None
    values = f"{shown(tuned, summary.measure)} tuned against {shown(own, summary.measure)} trained"
    return f"{entry.name} ({values})"
