"""Sums and differences of means of several things at once, of which some share searches.

Of each thing there are values by search and seed, as mixed cells of a table have them: some belong
to the same searches, others to other ones. Searches that have the same things are one group. The
sum is that of the means of independent groups, so that what belongs to one search is paired, and
what does not is not.
"""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from wann.statistics.crossed import compare_tables
from wann.statistics.intervals import Floats
from wann.statistics.verdicts import NOT_RESOLVED, Difference, difference_of

Values = Mapping[tuple[str, int], float]  # by search and seed


class Term(NamedTuple):
    """A thing whose mean enters a sum."""

    factor: float  # by which its mean is multiplied
    values: Values  # not empty


def less(one: Values, other: Values) -> list[Term]:
    """Return the terms of the mean of `one` less that of `other`.

    Where both have cells of the same search and seed, these are pairs, and others do not enter.
    """
    common = one.keys() & other.keys()
    if common:
        one, other = ({unit: some[unit] for unit in common} for some in (one, other))
    return [Term(1.0, one), Term(-1.0, other)]


def contrast(terms: Sequence[Term], *, of_one_search: bool = False) -> Difference:
    """Return the sum of the means of `terms`, each times its factor, and whether it is above 0.

    With `of_one_search` all values are of one search, and the interval is over seeds alone.
    """
    if not all(term.values for term in terms):
        return Difference(None, None, None, 0, NOT_RESOLVED)
    tables = _tables(terms)
    if of_one_search:
        ((over_seeds,),) = tables
        return difference_of(over_seeds[~np.isnan(over_seeds)])
    return compare_tables(tables)


def _tables(terms: Sequence[Term]) -> list[Floats]:
    """Return a table (searches, seeds) for each group of searches that are in the same terms."""
    searches = [{search for search, _ in term.values} for term in terms]
    seeds = sorted({seed for term in terms for _, seed in term.values})
    groups: dict[tuple[bool, ...], list[str]] = {}
    for search in sorted(set().union(*searches)):
        groups.setdefault(tuple(search in some for some in searches), []).append(search)
    found = []
    for there, members in groups.items():
        parts = [
            (term.factor * len(members) / len(some), term.values)
            for term, some, has in zip(terms, searches, there, strict=True)
            if has
        ]
        table = [
            [sum(share * values.get((one, seed), math.nan) for share, values in parts)
             for seed in seeds]
            for one in members
        ]  # fmt: skip
        found.append(np.array(table))
    return found
