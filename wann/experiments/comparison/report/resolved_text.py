"""The part of a report on what was resolved, what was not, and how many units would do it."""

from wann.config.conditions import CONDITIONS
from wann.errors import several
from wann.experiments.comparison.report.multiplicity_text import (
    CALLED,
    compared,
    comparisons,
    on_many_verdicts,
    units_in_words,
)
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
    found = _on_few_units(summary, asked)
    if asked:
        counts = {told: sum(one.verdict == told for one in asked) for told in _VERDICTS}
        told = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
        found.append(f"Of {several(len(asked), 'comparison')}: {told}.{_not_asked(summary)}")
    found += on_many_verdicts(summary)
    table = _needed(summary, asked) if asked else None
    if table is not None:
        found.append(
            "Not resolved is not the same as equal. The table says how many units"
            f"{_which_units(table)} would resolve {_difference_in_words(summary)}, if they scatter "
            f"as those seen here do, with {100 * POWER:.0f} % power at 5 % divided by all "
            f"{len(asked)} comparisons."
        )
    return TextSection(
        "resolved", "What was resolved, and what was not", found, [table] if table else []
    )


def _on_few_units(summary: ComparisonSummary, asked: list[Difference]) -> list[str]:
    """Return that units are too few for a verdict, and which comparisons are over others."""
    if summary.units >= FEWEST:
        return []
    few = several(summary.units, summary.unit)
    least = f"a verdict takes at least {several(FEWEST, summary.unit)}"
    if not asked:
        return [f"With {few} nothing is resolved: {least}."]
    # Of champions whose networks are alike, which a comparison is not over
    others = several(max(one.n for one in asked), units_in_words(asked))
    return [
        f"With {few} nothing is resolved where they have different values: {least}. Where all have "
        f"the same with each seed, as champions of one structure can, comparisons are over "
        f"{others}."
    ]


def _not_asked(summary: ComparisonSummary) -> str:
    """Return how many comparisons have too few units, beside those that have enough."""
    few = [one for one in compared(summary) if one.n < FEWEST and one.mean is not None]
    if not few:
        return ""
    unit = units_in_words(few).replace(" and ", "s or ")
    return f" {len(few)} more have no verdict, with fewer than {FEWEST} {unit}s each."


def _which_units(table: TextTable) -> str:
    """Return that units are of two kinds, where they are."""
    cells = [cell for line in table.lines for cell in line[1:]]
    both = all(any(cell.endswith(unit) for cell in cells) for unit in ("champions", "seeds"))
    return " (champions or seeds, whichever leave more doubt)" if both else ""


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
    return f"{number} {CALLED[scatter.over]}s"


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
