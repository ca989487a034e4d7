"""How conditions, verdicts and numbers are written in every form of the report."""

from wann.experiments.comparison.report.intervals import AT_CHANCE
from wann.statistics import BETTER, NOT_RESOLVED, WORSE, Difference

MARKS = {BETTER: "+", WORSE: "\N{MINUS SIGN}", NOT_RESOLVED: "~", AT_CHANCE: "o"}


def mark_of(difference: Difference) -> str:
    """Return the mark of a verdict, in brackets where only it alone would have been one."""
    if holds_alone_only(difference):
        return f"({MARKS[difference.alone or NOT_RESOLVED]})"
    return MARKS[difference.verdict]


def verdict_in_words(difference: Difference) -> str:
    """Return the verdict, and which one it would have been alone where that is another."""
    if holds_alone_only(difference):
        return f"{difference.alone} by itself, but not among all comparisons"
    return difference.verdict


def holds_alone_only(difference: Difference) -> bool:
    """Return whether there would be a verdict if the table had no other comparisons."""
    return difference.verdict == NOT_RESOLVED and difference.alone in (BETTER, WORSE)


def legend(measure: str) -> str:
    """Return what the marks of verdicts mean; only results of `measure` "accuracy" know chance."""
    marks = [f"{MARKS[BETTER]} {BETTER}", f"{MARKS[WORSE]} {WORSE}"]
    marks.append(f"({MARKS[BETTER]}) ({MARKS[WORSE]}) by itself, but not among all comparisons")
    marks.append(f"{MARKS[NOT_RESOLVED]} {NOT_RESOLVED}")
    if measure == "accuracy":
        marks.append(f"{MARKS[AT_CHANCE]} {AT_CHANCE}")
    return ", ".join(marks)


def shown(value: float | None, measure: str) -> str:
    """Return a result as it is written: of the `measure` "accuracy" in per cent."""
    if value is None:
        return "-"
    return f"{100 * value:.1f} %" if measure == "accuracy" else f"{value:.4g}"


def shown_interval(low: float | None, high: float | None, measure: str) -> str:
    """Return an interval as it is written behind a result, nothing where there is none."""
    if low is None or high is None:
        return ""
    return f" ({shown(low, measure).removesuffix(' %')} to {shown(high, measure)})"


def signed(value: float, measure: str) -> str:
    """Return a difference of results as it is written: of accuracies, in points of per cent."""
    number = f"{100 * value:+.1f}" if measure == "accuracy" else f"{value:+.4g}"
    return number.replace("-", "\N{MINUS SIGN}")


def count(value: float | None) -> str:
    """Return a count, or the mean of counts, as it is written."""
    if value is None:
        return "-"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"
