"""The part of a report on what finding each contestant took, as far as it is known."""

from wann.errors import several
from wann.experiments.comparison.report.notation import count
from wann.experiments.comparison.report.summary import ComparisonSummary
from wann.experiments.comparison.report.text_tables import TextSection, TextTable

_COLUMNS = {
    "seconds": "core-seconds",
    "generations": "generations",
    "evaluations": "evaluations",
    "env_steps": "steps or examples seen",
    "steps": "training steps",
}
_HOUR = 3600.0


def costs_section(summary: ComparisonSummary) -> TextSection:
    """Return the part: a line for each entry, and how long making and measuring took in all."""
    known = [
        name
        for name in _COLUMNS
        if any(getattr(entry.cost, name) is not None for entry in summary.entries)
    ]
    lines = [
        [entry.name, *(count(getattr(entry.cost, name)) for name in known)]
        for entry in summary.entries
        if any(getattr(entry.cost, name) is not None for name in known)
    ]
    table = TextTable(
        "What finding a network took, means over rows",
        ["", *(_COLUMNS[name] for name in known)],
        lines,
    )
    found = []
    if summary.seconds:
        hours = summary.seconds / _HOUR
        took = f"{hours:.1f} hours" if hours >= 1.0 else several(round(summary.seconds), "second")
        found.append(f"Making and measuring all rows took {took}, added over rows.")
    return TextSection("costs", "Costs", found, [table] if lines else [])
