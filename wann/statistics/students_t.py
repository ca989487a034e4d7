"""Student's t-distribution with whole degrees of freedom: Abramowitz & Stegun 1964, 26.7."""

import math
from functools import lru_cache


@lru_cache(maxsize=1024)
def t_quantile(level: float, freedom: int) -> float:
    """Return t with P(|T| < t) = `level`, for Student's T with whole degrees of `freedom`.

    ValueError unless the level is between 0 and 1 and there is a degree of freedom.
    """
    if not 0 < level < 1 or freedom < 1:
        raise ValueError(
            f"expected a level between 0 and 1 and a degree of freedom, got {level} and {freedom}"
        )
    low, high = 0.0, math.pi / 2  # of the angle atan(t / sqrt(freedom)), in which the share grows
    for _ in range(100):
        middle = 0.5 * (low + high)
        if middle in (low, high):  # no number lies between them
            break
        low, high = (middle, high) if _central_share(middle, freedom) < level else (low, middle)
    return math.sqrt(freedom) * math.tan(0.5 * (low + high))


def t_p_value(mean: float, error: float, freedom: int) -> float:
    """Return the two-sided p-value of a `mean` with this standard `error`, if the true one is 0.

    Where the error is 0 the p-value is 0, or 1 if the mean is 0 as well.
    """
    if error == 0.0:
        return 1.0 if mean == 0.0 else 0.0
    angle = math.atan(abs(mean) / error / math.sqrt(freedom))
    return min(1.0, max(0.0, 1.0 - _central_share(angle, freedom)))


def _central_share(angle: float, freedom: int) -> float:
    """Return P(|T| < t) for t = sqrt(freedom) tan(angle): Abramowitz & Stegun 26.7.3 and 26.7.4."""
    sine, cosine = math.sin(angle), math.cos(angle)
    odd = freedom % 2
    term = total = (cosine if freedom > 1 else 0.0) if odd else 1.0
    for k in range(3 if odd else 2, freedom - 1, 2):
        term *= cosine * cosine * (k - 1) / k
        total += term
    return 2.0 / math.pi * (angle + sine * total) if odd else sine * total
