"""Means with intervals, and whether one thing is better than another: a verdict that may be none.

A unit is one independent draw: a seed, an episode, or one search where there are several.
`intervals` has the two kinds that are used of one such kind of unit, and `crossed` those of tables
of searches by seeds. `verdicts` says what an interval of a difference means, `multiplicity` what is
left of many verdicts together, and `power` how many units would resolve a difference.
"""

from wann.statistics.crossed import Crossed, compare_tables, estimate_table
from wann.statistics.intervals import (
    NORMAL_95,
    Estimate,
    Interval,
    Quartiles,
    bootstrap,
    estimate,
    known,
    quartiles,
    t_interval,
)
from wann.statistics.multiplicity import (
    asks,
    corrected,
    fewest_without_normality,
    holm,
    smallest_sign_flip_p,
)
from wann.statistics.power import power_of, resolvable, units_needed
from wann.statistics.students_t import t_p_value, t_quantile
from wann.statistics.verdicts import (
    BETTER,
    FEWEST,
    NOT_RESOLVED,
    WORSE,
    Difference,
    Scatter,
    compare,
    verdict,
)

__all__ = [
    "BETTER",
    "FEWEST",
    "NORMAL_95",
    "NOT_RESOLVED",
    "WORSE",
    "Crossed",
    "Difference",
    "Estimate",
    "Interval",
    "Quartiles",
    "Scatter",
    "asks",
    "bootstrap",
    "compare",
    "compare_tables",
    "corrected",
    "estimate",
    "estimate_table",
    "fewest_without_normality",
    "holm",
    "known",
    "power_of",
    "quartiles",
    "resolvable",
    "smallest_sign_flip_p",
    "t_interval",
    "t_p_value",
    "t_quantile",
    "units_needed",
    "verdict",
]
