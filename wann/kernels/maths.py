"""sin, cos, exp, log and tanh of a float or of a vector of them.

numba ships no vector library, so calls into the C library stay scalar. These are polynomials
(near-minimax fits at Chebyshev nodes, accurate to a few units in the last place), written in
operations that IEEE 754 defines exactly: the results do not depend on the machine, nor on whether a
float or a vector is computed.
"""

import numpy as np

from wann.kernels.jit import kernel
from wann.kernels.vectors import Value, exponent, power_of_two, select

# Adding and subtracting 1.5 * 2^52 rounds to the nearest integer, which is left in the low bits of
# the mantissa.
_ROUND = 6755399441055744.0
_LOG2_E = 1.4426950408889634
_LN2_HIGH = 0.693147180369123816490
_LN2_LOW = 1.90821492927058770002e-10
_EXP_LIMIT = 708.0
_SQRT2 = 1.4142135623730951
# Numbers below the smallest normal one are multiplied by 2^54 first.
_SMALLEST = 2.2250738585072014e-308
_LARGEST = 1.7976931348623157e308
_UP = 18014398509481984.0


@kernel
def sine_pi(x: Value) -> Value:
    """sin(pi x), for any finite x; nan for an infinite one."""
    nearest = np.rint(x)
    r = x - nearest
    odd = nearest - 2.0 * np.floor(nearest * 0.5)
    return _sine_poly(r) * (1.0 - 2.0 * odd)


@kernel
def cosine_pi(x: Value) -> Value:
    """cos(pi x), for any finite x; nan for an infinite one."""
    nearest = np.rint(x)
    r = x - nearest
    odd = nearest - 2.0 * np.floor(nearest * 0.5)
    return _sine_poly(0.5 - abs(r)) * (1.0 - 2.0 * odd)


@kernel
def _sine_poly(r: Value) -> Value:
    """sin(pi r) on [-1/2, 1/2]; relative error below 4e-16."""
    z = r * r
    p = -2.113362735205297e-05
    p = p * z + 0.0004659870158043378
    p = p * z + -0.0073703643265304155
    p = p * z + 0.08214587881631043
    p = p * z + -0.599264528825224
    p = p * z + 2.5501640398618677
    p = p * z + -5.1677127800497855
    p = p * z + 3.1415926535897927
    return p * r


@kernel
def exponential(x: Value) -> Value:
    """exp(x), with x held within +-708 so that the result is a normal number."""
    x = select(x > _EXP_LIMIT, _EXP_LIMIT, x)
    x = select(x < -_EXP_LIMIT, -_EXP_LIMIT, x)
    shifted = x * _LOG2_E + _ROUND
    n = shifted - _ROUND
    r = (x - n * _LN2_HIGH) - n * _LN2_LOW
    q = 2.5100375832561234e-08
    q = q * r + 2.7620075879983367e-07
    q = q * r + 2.7557268480310024e-06
    q = q * r + 2.4801521322368692e-05
    q = q * r + 0.00019841269863040545
    q = q * r + 0.0013888888917196719
    q = q * r + 0.008333333333330065
    q = q * r + 0.041666666666624164
    q = q * r + 0.16666666666666669
    q = q * r + 0.5000000000000001
    return (q * r * r + r + 1.0) * power_of_two(shifted)


@kernel
def logarithm(x: Value) -> Value:
    """The natural logarithm of a vector of numbers: -inf of zero, nan below it."""
    small = x < _SMALLEST
    normal = select(small, x * _UP, x)
    n = exponent(normal)
    mantissa = normal * power_of_two(_ROUND + 1.0 - n) * 0.5  # 2^-1023 is no normal number
    n = select(mantissa > _SQRT2, n + 1.0, n)
    mantissa = select(mantissa > _SQRT2, mantissa * 0.5, mantissa)
    n = select(small, n - 54.0, n)
    # log(m) = 2 atanh(s), an odd function of s = (m - 1) / (m + 1).
    s = (mantissa - 1.0) / (mantissa + 1.0)
    z = s * s
    p = 0.14809710360655276
    p = p * z + 0.1531252814836419
    p = p * z + 0.18183631680229329
    p = p * z + 0.22222197056726048
    p = p * z + 0.2857142876064168
    p = p * z + 0.3999999999930234
    p = p * z + 0.6666666666666765
    p = p * z + 2.0
    found = select(x > _LARGEST, x, n * _LN2_HIGH + (n * _LN2_LOW + p * s))
    return select(x > 0.0, found, select(x < 0.0, np.nan, -1.0 / abs(x)))


@kernel
def sigmoid(x: Value) -> Value:
    """1 / (1 + exp(-x))."""
    return 1.0 / (1.0 + exponential(-x))


@kernel
def hyperbolic_tangent(x: Value) -> Value:
    """tanh(x), with an absolute error of a few 1e-16."""
    return 1.0 - 2.0 / (1.0 + exponential(2.0 * x))
