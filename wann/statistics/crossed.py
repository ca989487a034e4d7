"""Intervals over searches and seeds together, from tables of what each search has with each seed.

The same seeds serve all searches. Seed 0 of one search and seed 0 of another are no independent
draws: they may even be one and the same network. So searches and seeds are two crossed factors, not
one within the other, and both are resampled, each by itself (the pigeonhole bootstrap: Owen 2007,
The Annals of Applied Statistics 1(2); no bootstrap is exact here: McCullagh 2000, Bernoulli 6). A
bootstrap of seeds within each search would take the seeds of 20 searches for 20 times as many.

Beside it stands a t-interval. The variance of the mean is that of two crossed random effects
(Searle, Casella & McCulloch 1992, Variance Components, chapter 4),

    (MS of searches + MS of seeds - MS of the rest) / (searches * seeds),

never less than either of the first two alone. The degrees of freedom are those of Satterthwaite
(1946). The interval that is shown holds both.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from wann.statistics.intervals import LEVEL, Estimate, Floats, estimate
from wann.statistics.students_t import t_quantile
from wann.statistics.verdicts import NOT_RESOLVED, Difference, Scatter, difference_of, told
from wann.streams import stream

SEARCH, SEED = "search", "seed"
_RESAMPLES = 4000


class Crossed(NamedTuple):
    """A mean over searches and seeds, and how well it is known."""

    estimate: Estimate  # over searches; its interval holds both kinds
    error: float  # standard error of the mean, of the t-interval
    freedom: int  # of it
    scatter: Scatter


def estimate_table(values: Floats) -> Estimate:
    """Return the mean of a table (searches, seeds), with an interval over searches and seeds.

    Cells that are not known are NaN. Each search counts alike, however many seeds it has. Where all
    searches have the same values, these are of one network for each seed, and the interval is over
    seeds. Of one search alone there is no interval.
    """
    table = _known(values)
    if len(table) == 1:
        return Estimate(float(np.nanmean(table)), None, None, 1)
    if _is_shared(table):
        return estimate(table[0][~np.isnan(table[0])].tolist())
    return crossed([table]).estimate


def compare_tables(groups: Sequence[Floats]) -> Difference:
    """Return the sum of the means of tables (searches, seeds) as a difference, and its verdict.

    Each table is of other searches, with a column for each seed, the same ones in all. Cells that
    are not known are NaN. For pairs, give one table of differences; for two groups of different
    searches, the values of the one and, with the sign changed, those of the other.
    """
    tables = [_known(values) for values in groups]
    if not all(len(table) for table in tables):
        return Difference(None, None, None, 0, NOT_RESOLVED)
    if any(len(table) == 1 for table in tables):
        # How searches of its kind differ, one of them cannot say
        mean = sum(float(np.nanmean(table)) for table in tables)
        return Difference(mean, None, None, 1, NOT_RESOLVED, over=SEARCH)
    if all(map(_is_shared, tables)):
        over_seeds = np.sum([table[0] for table in tables], axis=0)
        return difference_of(over_seeds[~np.isnan(over_seeds)])
    found = crossed(tables)
    return told(found.estimate, found.error, found.freedom, found.scatter, SEARCH)


def crossed(tables: Sequence[Floats]) -> Crossed:
    """Return the sum of the means of tables (searches, seeds), at least one of them with a scatter.

    A table with the same values for all searches has none between searches: it is of one network
    for each seed.
    """
    several = [table for table in tables if not _is_shared(table)]
    of_seeds = np.sum([_mean(table, 0) for table in tables], axis=0)
    of_seeds = of_seeds[~np.isnan(of_seeds)]
    n, seeds = min(map(len, several)), len(of_seeds)
    parts = [float(_mean(table, 1).var(ddof=1)) / len(table) for table in several]
    between = float(of_seeds.var(ddof=1)) / seeds if seeds > 1 else 0.0
    rest = sum(_rest(table) for table in several) if seeds > 1 else 0.0
    searches = sum(parts)
    variance = max(searches, between, searches + between - rest)
    freedom = _freedom([*parts, between], [*(len(table) - 1 for table in several), seeds - 1])
    error = math.sqrt(variance)
    mean = sum(float(_mean(table, 1).mean()) for table in tables)
    low, high = _bootstrap(tables)
    half = t_quantile(LEVEL, freedom) * error
    over, count = (SEED, seeds) if between > searches else (SEARCH, n)
    return Crossed(
        Estimate(mean, min(low, mean - half), max(high, mean + half), n),
        error,
        freedom,
        Scatter(error * math.sqrt(count), count, over),
    )


def _freedom(variances: Sequence[float], freedoms: Sequence[int]) -> int:
    """Return the degrees of freedom of a sum of variances: Satterthwaite 1946, rounded down."""
    known = [(part, own) for part, own in zip(variances, freedoms, strict=True) if part > 0.0]
    if not known:
        return max(1, *freedoms)
    # Divided by a power of two, which is exact, so that squares stay among the numbers there are
    exponent = math.frexp(max(part for part, _ in known))[1]
    scaled = [(math.ldexp(part, -exponent), own) for part, own in known]
    total = sum(part for part, _ in scaled)
    return max(1, int(total**2 / sum(part**2 / own for part, own in scaled)))


def _rest(table: Floats) -> float:
    """Return what the variance of the mean has of neither searches nor seeds."""
    searches, seeds = table.shape
    left = table - _mean(table, 1)[:, None] - _mean(table, 0)[None] + np.nanmean(table)
    square = float(np.nansum(left**2)) / max(1, (searches - 1) * (seeds - 1))
    of_mean: float = square / (searches * seeds)
    return of_mean


def _bootstrap(tables: Sequence[Floats]) -> tuple[float, float]:
    """Return the interval (low, high) of the sum of means, searches and seeds drawn each alone."""
    of_seeds = _counts("compare bootstrap of seeds", tables[0].shape[1])
    total = np.zeros(_RESAMPLES)
    for number, table in enumerate(tables):
        of_searches = _counts(f"compare bootstrap of searches {number}", len(table))
        there = ~np.isnan(table)
        drawn = _weighted_sums(there.astype(np.float64), of_seeds)
        means = _weighted_sums(np.where(there, table, 0.0), of_seeds) / np.maximum(drawn, 1.0)
        weights = of_searches * (drawn > 0.0)
        with np.errstate(invalid="ignore"):  # where no cell that is known was drawn
            total += (weights * means).sum(axis=0) / weights.sum(axis=0)
    tail = 50.0 * (1.0 - LEVEL)
    low, high = np.nanpercentile(total, (tail, 100.0 - tail)).tolist()
    return low, high


def _weighted_sums(table: Floats, counts: Floats) -> Floats:
    """Return table @ counts as (searches, resamples).

    A matrix product adds in an order of the machine's own, and so would differ in its last digit.
    """
    found = np.zeros((len(table), counts.shape[1]))
    for of_seed, count in zip(table.T, counts, strict=True):
        found += of_seed[:, None] * count
    return found


@lru_cache(maxsize=32)
def _counts(name: str, units: int) -> Floats:
    """Return how often each of so many units is drawn in each resample (units, resamples).

    Tables of the same size share the draws, which spares making them anew for each.
    """
    drawn = stream(0, name).multinomial(units, np.full(units, 1.0 / units), _RESAMPLES)
    return np.ascontiguousarray(drawn.T, dtype=np.float64)


def _known(values: Floats) -> Floats:
    """Return the rows of searches of which anything is known."""
    return values[~np.isnan(values).all(axis=1)]


def _is_shared(table: Floats) -> bool:
    """Return whether two or more searches have the same values, as one network for each seed has.

    One search has none to share with.
    """
    return len(table) > 1 and all(np.array_equal(table[0], row, equal_nan=True) for row in table)


def _mean(table: Floats, axis: int) -> Floats:
    """Return the means of rows or columns of what is known; NaN where nothing is."""
    there = ~np.isnan(table)
    counts = there.sum(axis=axis)
    sums: Floats = np.where(there, table, 0.0).sum(axis=axis)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
