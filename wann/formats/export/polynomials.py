"""The constants of `wann.kernels.maths` and `maths32`, from which source text is written.

A test holds them equal to those of the kernels, digit for digit.
"""

from collections.abc import Callable
from typing import NamedTuple


class Constants(NamedTuple):
    """What a sine and an exponential are computed from, in one precision."""

    sine: tuple[float, ...]  # sin(pi r) / r as a polynomial of r^2, the highest power first
    exponential: tuple[float, ...]  # (exp(r) - 1 - r) / r^2 as a polynomial of r, likewise
    limit: float  # beyond which exp is that of the limit
    log2_e: float
    ln2_high: float
    ln2_low: float
    rounding: float  # adding and subtracting it rounds to a whole number
    whole: float  # from here on all numbers are whole
    bias: int  # of the exponent of a number
    mantissa: int  # bits of it
    # log((1 + s) / (1 - s)) / s as a polynomial of s^2, the highest power first
    logarithm: tuple[float, ...]
    smallest: float  # normal number
    largest: float  # finite number
    up: float  # 2 to the power of `up_by`, which makes normal numbers of smaller ones
    up_by: int


DOUBLE = Constants(
    (
        -2.113362735205297e-05,
        0.0004659870158043378,
        -0.0073703643265304155,
        0.08214587881631043,
        -0.599264528825224,
        2.5501640398618677,
        -5.1677127800497855,
        3.1415926535897927,
    ),
    (
        2.5100375832561234e-08,
        2.7620075879983367e-07,
        2.7557268480310024e-06,
        2.4801521322368692e-05,
        0.00019841269863040545,
        0.0013888888917196719,
        0.008333333333330065,
        0.041666666666624164,
        0.16666666666666669,
        0.5000000000000001,
    ),
    708.0,
    1.4426950408889634,
    0.693147180369123816490,
    1.90821492927058770002e-10,
    6755399441055744.0,
    4503599627370496.0,
    1023,
    52,
    (
        0.14809710360655276,
        0.1531252814836419,
        0.18183631680229329,
        0.22222197056726048,
        0.2857142876064168,
        0.3999999999930234,
        0.6666666666666765,
        2.0,
    ),
    2.2250738585072014e-308,
    1.7976931348623157e308,
    18014398509481984.0,
    54,
)

SINGLE = Constants(
    (
        0.07765591227599623,
        -0.5982904112834176,
        2.55007738652891,
        -5.167710076668314,
        3.1415926400772034,
    ),
    (
        0.0013926176119927734,
        0.008363173074513711,
        0.04166655466205065,
        0.1666657702559799,
        0.5,
    ),
    87.0,
    1.4426950408889634,
    0.693359375,
    -2.1219444005469057e-04,
    12582912.0,
    8388608.0,
    127,
    23,
    (0.2992439047919193, 0.3997485051751663, 0.6666681533815122, 2.0),
    1.1754943508222875e-38,
    3.4028234663852886e38,
    16777216.0,
    24,
)


def horner(
    result: str, of: str, coefficients: tuple[float, ...], literal: Callable[[float], str], end: str
) -> list[str]:
    """Return the statements that compute a polynomial, one multiplication and addition each.

    Args:
        result: The variable that holds the result.
        of: The variable that the polynomial is of.
        coefficients: The highest power first.
        literal: Writes a number.
        end: What ends a statement.
    """
    first, *others = coefficients
    return [
        f"{result} = {literal(first)}{end}",
        *(f"{result} = {result} * {of} + {literal(value)}{end}" for value in others),
    ]
