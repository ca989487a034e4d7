"""The text of a report on how many comparisons its table makes, and what so few units can say."""

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


def comparisons(summary: ComparisonSummary) -> list[Difference]:
    """Return the differences of the table of results that were tested."""
    return [
        result.against
        for entry in summary.entries
        for result in entry.conditions.values()
        if result.against and asks(result.against)
    ]


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
    alike = sum(one.is_alike for one in asked)
    if alike:
        found.append(
            f"Of {several(alike, 'comparison')} the difference is the same for every "
            f"{summary.unit}: there is no scatter, hence no p-value, and a verdict there says that "
            f"{summary.unit}s change nothing, not how sure it is."
        )
    units = min(one.n for one in asked)
    needed = fewest_without_normality(len(asked))
    if FEWEST <= units < needed:
        least = f"{smallest_sign_flip_p(units):.2g} with {several(units, summary.unit)}"
        found.append(
            "Verdicts take differences to be about normally distributed. A test without that "
            f"assumption, by flipping signs, has no p-value below {least}, and cannot resolve any "
            f"of {several(len(asked), 'comparison')}: that would take {needed}."
        )
    return found
