"""What is left of many verdicts at once: the correction of Holm (1979), and what it takes.

If each of k verdicts is at the 95 % level, one of 20 where there is no difference is chance. Holm's
procedure (A simple sequentially rejective multiple test procedure, Scandinavian Journal of
Statistics 6) keeps the chance of *any* such mistake among all k below 5 %, however the verdicts
depend on each other: the smallest p-value is multiplied by k, the next one by k - 1, and so on.
"""

import math
from collections.abc import Iterable, Sequence

from wann.statistics.intervals import LEVEL
from wann.statistics.verdicts import BETTER, NOT_RESOLVED, WORSE, Difference

ALPHA = 1.0 - LEVEL


def holm(p_values: Sequence[float]) -> list[float]:
    """Return each p-value as it counts among all of them: Holm 1979, section 3."""
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    found, largest = [1.0] * len(p_values), 0.0
    for place, number in enumerate(order):
        largest = max(largest, min(1.0, (len(p_values) - place) * p_values[number]))
        found[number] = largest
    return found


def corrected(differences: Iterable[Difference]) -> list[Difference]:
    """Return the differences of one table, their verdicts those that hold among all of them.

    Those that ask nothing are not counted (see `asks`).
    """
    given = list(differences)
    adjusted = iter(holm([_counted(one) for one in given if asks(one)]))
    return [_corrected(one, next(adjusted)) if asks(one) else one for one in given]


def asks(one: Difference) -> bool:
    """Return whether a difference is tested, and so counts among the others of a table.

    It is with enough units, unless its verdict was settled otherwise, as where both are at chance.
    """
    return one.p is not None or (one.is_alike and one.alone in (BETTER, WORSE))


def _counted(one: Difference) -> float:
    """Return the p-value as which a difference counts, the smallest for one without scatter."""
    return 0.0 if one.p is None else one.p


def _corrected(one: Difference, p_holm: float) -> Difference:
    if one.p is None:
        return one
    told = one.alone if p_holm <= ALPHA else None
    return one._replace(p_holm=p_holm, verdict=told or NOT_RESOLVED)


def smallest_sign_flip_p(units: int) -> float:
    """Return the smallest p-value that flipping signs of the differences of so many units gives.

    The test (Fisher 1935, The Design of Experiments, section 21) needs no normal distribution: only
    that a difference and its negative are equally likely where nothing differs. Of 2^n flips, two
    are as extreme as n differences of one sign.
    """
    return min(1.0, 2.0 ** (1 - units))


def fewest_without_normality(verdicts: int) -> int:
    """Return how many units it takes for sign flips to resolve one of so many verdicts by Holm."""
    return 1 + math.ceil(math.log2(max(1, verdicts) / ALPHA) - 1e-9)
