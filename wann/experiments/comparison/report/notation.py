"""How conditions, verdicts and numbers are written in every form of the report."""

from wann.experiments.comparison.report.intervals import AT_CHANCE
from wann.statistics import BETTER, NOT_RESOLVED, WORSE

MARKS = {BETTER: "+", WORSE: "\N{MINUS SIGN}", NOT_RESOLVED: "~", AT_CHANCE: "o"}


def legend(measure: str) -> str:
    """Return what the marks of verdicts mean; only results of `measure` "accuracy" know chance."""
    return ", ".join(
        f"{mark} {verdict}"
        for verdict, mark in MARKS.items()
        if verdict != AT_CHANCE or measure == "accuracy"
    )


def shown(value: float | None, measure: str) -> str:
    """Return a result as it is written: of the `measure` "accuracy" in per cent."""
    if value is None:
        return "-"
    return f"{100 * value:.1f} %" if measure == "accuracy" else f"{value:.4g}"


def count(value: float | None) -> str:
    """Return a count, or the mean of counts, as it is written."""
    if value is None:
        return "-"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def several(number: int, noun: str) -> str:
    """Return a number of things, as in "1 seed" and "2 seeds"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
