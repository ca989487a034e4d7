"""The functions in C that activations are made of: whole numbers, sine, exponential.

Each computes the same bits as its counterpart in `wann.kernels.maths`, or in `maths32` for floats.
They need no library: `rint`, `floor`, `exp` and `sin` of C may differ between machines.
"""

from collections.abc import Iterable
from string import Template
from typing import NamedTuple

import numpy as np

from wann.formats.export.polynomials import DOUBLE, SINGLE, horner

# What each function calls, callees first.
_NEEDS = {
    "rint": (),
    "floor": ("rint",),
    "sine_poly": (),
    "half_turns": ("floor", "sine_poly"),
    "sin_pi": ("half_turns",),
    "cos_pi": ("half_turns",),
    "exp": (),
    "sigmoid": ("exp",),
    "tanh": ("exp",),
    "log": (),
    "absolute": (),
    "maximum": (),
    "minimum": (),
    "largest": (),
    "between": (),
    "held": (),
}

_TEXTS = {
    "rint": """\
/* The whole number nearest to x; of two equally near ones, the even one. */
static $real ${p}_rint($real x)
{
    const $real big = $whole;
    $real nearest;
    if (!(x > -big && x < big))
        return x;
    nearest = x < $zero ? (x - big) + big : (x + big) - big;
    return nearest > $zero || nearest < $zero ? nearest : x * $zero;
}
""",
    "floor": """\
static $real ${p}_floor($real x)
{
    const $real nearest = ${p}_rint(x);
    return nearest > x ? nearest - $one : nearest;
}
""",
    "sine_poly": """\
/* sin(pi r) for r from -1/2 to 1/2. */
static $real ${p}_sine_poly($real r)
{
    const $real z = r * r;
    $real $sine
    return p * r;
}
""",
    "half_turns": """\
/* sin(pi x), or cos(pi x) where `quarter` is not 0. */
static $real ${p}_half_turns($real x, int quarter)
{
    const $real nearest = ${p}_rint(x);
    const $real odd = nearest - $two * ${p}_floor(nearest * $half);
    $real r = x - nearest;
    if (quarter)
        r = $half - (r < $zero ? -r : r);
    return ${p}_sine_poly(r) * ($one - $two * odd);
}
""",
    "sin_pi": """\
static $real ${p}_sin_pi($real x)
{
    return ${p}_half_turns(x, 0);
}
""",
    "cos_pi": """\
static $real ${p}_cos_pi($real x)
{
    return ${p}_half_turns(x, 1);
}
""",
    "exp": """\
/* exp(x), with x held from -$limit to $limit. */
static $real ${p}_exp($real x)
{
    union { $real value; $bits bits; } power;
    $real n, r, q;
    x = x > $limit ? $limit : x;
    x = x < -$limit ? -$limit : x;
    power.value = x * $log2_e + $rounding;
    n = power.value - $rounding;
    r = (x - n * $ln2_high) - n * $ln2_low;
    power.bits = (power.bits + $bias) << $mantissa; /* 2 to the power of n */
    $exponential
    return (q * r * r + r + $one) * power.value;
}
""",
    "sigmoid": """\
static $real ${p}_sigmoid($real x)
{
    return $one / ($one + ${p}_exp(-x));
}
""",
    "tanh": """\
static $real ${p}_tanh($real x)
{
    return $one - $two / ($one + ${p}_exp($two * x));
}
""",
    "log": """\
/* The natural logarithm: -infinity of 0, NaN below it. */
static $real ${p}_log($real x)
{
    union { $real value; $bits bits; } number;
    $real n, m, s, z, p;
    const int small = x < $smallest;
    if (!(x > $zero))
        return x < $zero ? (x - x) / (x - x) : -$one / (x * x);
    if (x > $largest)
        return x;
    number.value = small ? x * $up : x;
    n = ($real)((int)(number.bits >> $mantissa) - $bias);
    number.bits = (number.bits & ((($bits)1 << $mantissa) - 1)) | (($bits)$bias << $mantissa);
    m = number.value;
    n = m > $root ? n + $one : n;
    m = m > $root ? m * $half : m;
    n = small ? n - $up_by : n;
    s = (m - $one) / (m + $one);
    z = s * s;
    $logarithm
    return n * $ln2_high + (n * $ln2_low + p * s);
}
""",
    "absolute": """\
static $real ${p}_absolute($real x)
{
    return x > $zero ? x : $zero - x;
}
""",
    "maximum": """\
static $real ${p}_maximum($real a, $real b)
{
    return a > b || a != a ? a : b;
}
""",
    "minimum": """\
static $real ${p}_minimum($real a, $real b)
{
    return a < b || a != a ? a : b;
}
""",
    "largest": """\
/* The number of the largest of some outputs: the first of equal ones, NaN only if all are NaN. */
static int ${p}_largest(const $real *output, int count)
{
    int best = 0, i;
    for (i = 1; i < count; i++)
        if (!(output[best] >= output[i]) && output[i] == output[i])
            best = i;
    return best;
}
""",
    "between": """\
/* The way from -1 to 1 as that from one bound to the other; NaN is the middle. */
static $real ${p}_between($real x, $real middle, $real half)
{
    x = x > $one ? $one : x;
    x = x < -$one ? -$one : x;
    return x == x ? middle + x * half : middle;
}
""",
    "held": """\
/* x, but at least `low` and at most `high`. */
static $real ${p}_held($real x, $real low, $real high)
{
    x = x < low ? low : x;
    return x > high ? high : x;
}
""",
}


class Naming(NamedTuple):
    """What a file calls things: a prefix keeps its names from colliding with others."""

    prefix: str
    single: bool  # whether it computes with floats instead of doubles

    @property
    def real(self) -> str:
        """The type of its numbers."""
        return "float" if self.single else "double"

    def number(self, value: float) -> str:
        """Return a number as C has it."""
        if not self.single:
            return repr(float(value))
        text = str(np.float32(value))
        return f"{text if '.' in text or 'e' in text else text + '.0'}f"


def c_functions(wanted: Iterable[str], naming: Naming) -> list[str]:
    """Return the definitions of the functions `wanted` and of those they call, callees first."""
    needed: set[str] = set()
    waiting = list(wanted)
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            waiting += _NEEDS[name]
    words = _words(naming)
    return [Template(_TEXTS[name]).substitute(words) for name in _NEEDS if name in needed]


def _words(naming: Naming) -> dict[str, str]:
    """Return what stands in the texts above in place of names and numbers."""
    constants, number = SINGLE if naming.single else DOUBLE, naming.number
    return {
        "p": naming.prefix,
        "real": naming.real,
        "bits": "uint32_t" if naming.single else "uint64_t",
        "zero": number(0.0),
        "half": number(0.5),
        "one": number(1.0),
        "two": number(2.0),
        "whole": number(constants.whole),
        "limit": number(constants.limit),
        "log2_e": number(constants.log2_e),
        "ln2_high": number(constants.ln2_high),
        "ln2_low": number(constants.ln2_low),
        "rounding": number(constants.rounding),
        "smallest": number(constants.smallest),
        "largest": number(constants.largest),
        "up": number(constants.up),
        "up_by": number(constants.up_by),
        "root": number(2.0**0.5),
        "bias": str(constants.bias),
        "mantissa": str(constants.mantissa),
        "sine": "\n    ".join(horner("p", "z", constants.sine, number, ";")),
        "logarithm": "\n    ".join(horner("p", "z", constants.logarithm, number, ";")),
        "exponential": "\n    ".join(horner("q", "r", constants.exponential, number, ";")),
    }
