"""The part of a report on what was resolved, what was not, and how many units would do it."""

from wann.config.conditions import CONDITIONS
from wann.errors import several
from wann.experiments.comparison.report.multiplicity_text import comparisons, on_many_verdicts
from wann.experiments.comparison.report.summary import ComparisonSummary
from wann.experiments.comparison.report.text_tables import TextSection, TextTable
from wann.statistics import BETTER, FEWEST, NOT_RESOLVED, WORSE, Difference, units_needed
from wann.statistics.power import MOST_UNITS, POWER

_POINT = 0.01  # of accuracies: a point of per cent
_VERDICTS = (BETTER, WORSE, NOT_RESOLVED)
_SHARE = 0.05  # of what the reference earns, where results are returns


def resolved_section(summary: ComparisonSummary) -> TextSection:
    """Return the part: how many comparisons have a verdict, and what the others would take."""
    asked = comparisons(summary)
    found = []
    if summary.units < FEWEST:
        found.append(
            f"With {several(summary.units, summary.unit)} nothing is resolved: a verdict takes at "
            f"least {several(FEWEST, summary.unit)}."
        )
    if asked:
        counts = {told: sum(one.verdict == told for one in asked) for told in _VERDICTS}
        told = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
        found.append(f"Of {several(len(asked), 'comparison')}: {told}.")
    found += on_many_verdicts(summary)
    table = _needed(summary, asked) if asked else None
    if table is not None:
        found.append(
            f"Not resolved is not the same as equal. The table says how many units would resolve "
            f"{_difference_in_words(summary)}, if they scatter as those seen here do, with "
            f"{100 * POWER:.0f} % power at 5 % divided by all {len(asked)} comparisons."
        )
    return TextSection(
        "resolved", "What was resolved, and what was not", found, [table] if table else []
    )


def _needed(summary: ComparisonSummary, asked: list[Difference]) -> TextTable | None:
    """Return the table of units that what was not resolved would take, None where all was."""
    lines = []
    for entry in summary.entries:
        cells = []
        for condition in summary.conditions:
            result = entry.conditions.get(condition)
            against = result.against if result else None
            size = _difference(summary, condition)
            cells.append(_units(against, size, len(asked)) if against else "-")
        if any(cell != "-" for cell in cells):
            lines.append([entry.name, *cells])
    if not lines:
        return None
    title = f"Units that would resolve {_difference_in_words(summary)} from {summary.reference}"
    return TextTable(title, ["", *(CONDITIONS[name].heading for name in summary.conditions)], lines)


def _units(against: Difference, size: float | None, verdicts: int) -> str:
    """Return how many units are needed, "-" where there is a verdict or nothing is known."""
    scatter = against.scatter
    if against.verdict != NOT_RESOLVED or scatter is None or scatter.sd == 0.0 or not size:
        return "-"
    needed = units_needed(scatter.sd, size, verdicts)
    number = f"{needed:,}" if needed else f"over {MOST_UNITS:,}"
    over = "champions" if scatter.over == "search" else "seeds"
    return f"{number} {over}"


def _difference(summary: ComparisonSummary, condition: str) -> float | None:
    """Return the difference that is asked about, None where the reference earns nothing."""
    if summary.measure == "accuracy":
        return _POINT
    reference = next(entry for entry in summary.entries if entry.name == summary.reference)
    found = reference.conditions.get(condition)
    return abs(_SHARE * found.estimate.mean) if found else None


def _difference_in_words(summary: ComparisonSummary) -> str:
    if summary.measure == "accuracy":
        return "a difference of one point"
    return f"a difference of {100 * _SHARE:.0f} % of what {summary.reference} earns"
