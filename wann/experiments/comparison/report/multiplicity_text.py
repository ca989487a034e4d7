"""The text of a report on how many comparisons its table makes, and what so few units can say."""

from collections.abc import Sequence

from wann.errors import several
from wann.experiments.comparison.report.notation import holds_alone_only
from wann.experiments.comparison.report.summary import ComparisonSummary
from wann.statistics import (
    FEWEST,
    Difference,
    asks,
    fewest_without_normality,
    smallest_sign_flip_p,
)
from wann.statistics.crossed import SEARCH, SEED

# What units of differences are called here
CALLED = {SEARCH: "champion", SEED: "seed"}


def compared(summary: ComparisonSummary) -> list[Difference]:
    """Return the differences of the table of results, those of too few units, too."""
    return [
        result.against
        for entry in summary.entries
        for result in entry.conditions.values()
        if result.against
    ]


def comparisons(summary: ComparisonSummary) -> list[Difference]:
    """Return the differences of the table of results that were tested."""
    return [one for one in compared(summary) if asks(one)]


def units_in_words(found: Sequence[Difference]) -> str:
    """Return what the units of differences are called, in the singular."""
    return " and ".join(CALLED[over] for over in CALLED if any(one.over == over for one in found))


def on_many_verdicts(summary: ComparisonSummary) -> list[str]:
    """Return what is left of verdicts among all of them, and what they assume."""
    asked = comparisons(summary)
    if not asked:
        return []
    alone = sum(map(holds_alone_only, asked))
    more = (
        f"{alone} more would be called better or worse each by itself, and stand in brackets"
        if alone
        else "no others would be called better or worse each by itself"
    )
    found = [
        f"The table makes {several(len(asked), 'comparison')}. Its verdicts hold among all of them "
        f"(Holm's correction, 5 %); {more}."
    ]
    alike = [one for one in asked if one.is_alike]
    if alike:
        unit = units_in_words(alike)
        found.append(
            f"Of {several(len(alike), 'comparison')} the difference is the same for every "
            f"{unit}: there is no scatter, hence no p-value, and a verdict there says that "
            f"{unit.replace(' ', 's ')}s change nothing, not how sure it is."
        )
    fewest = min(asked, key=lambda one: one.n)
    units = fewest.n
    needed = fewest_without_normality(len(asked))
    if FEWEST <= units < needed:
        least = f"{smallest_sign_flip_p(units):.2g} with {several(units, CALLED[fewest.over])}"
        found.append(
            "Verdicts take differences to be about normally distributed. A test without that "
            f"assumption, by flipping signs, has no p-value below {least}, and cannot resolve any "
            f"of {several(len(asked), 'comparison')}: that would take {needed}."
        )
    return found
