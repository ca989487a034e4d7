"""The functions in JavaScript that activations are made of; see `c_functions`."""

from collections.abc import Iterable
from string import Template

from wann.formats.export.polynomials import DOUBLE, horner

# What each function calls, callees first.
_NEEDS = {
    "rint": (),
    "sinePoly": (),
    "sinPi": ("rint", "sinePoly"),
    "cosPi": ("rint", "sinePoly"),
    "exp": (),
    "log": (),
    "sigmoid": ("exp",),
    "tanh": ("exp",),
    "maximum": (),
    "minimum": (),
    "largest": (),
    "held": (),
}

_TEXTS = {
    "rint": """\
/** The whole number nearest to x; of two equally near ones, the even one. */
function rint(x) {
  const big = $whole;
  if (!(x > -big && x < big)) return x;
  const nearest = x < 0 ? (x - big) + big : (x + big) - big;
  return nearest === 0 ? x * 0 : nearest;
}
""",
    "sinePoly": """\
/** sin(pi r) for r from -1/2 to 1/2. */
function sinePoly(r) {
  const z = r * r;
  let $sine
  return p * r;
}
""",
    "sinPi": """\
/** sin(pi x) */
function sinPi(x) {
  const nearest = rint(x);
  const odd = nearest - 2 * Math.floor(nearest * 0.5);
  return sinePoly(x - nearest) * (1 - 2 * odd);
}
""",
    "cosPi": """\
/** cos(pi x) */
function cosPi(x) {
  const nearest = rint(x);
  const odd = nearest - 2 * Math.floor(nearest * 0.5);
  return sinePoly(0.5 - Math.abs(x - nearest)) * (1 - 2 * odd);
}
""",
    "exp": """\
const power = new DataView(new ArrayBuffer(8));

/** exp(x), with x held from -$limit to $limit. */
function exp(x) {
  if (x > $limit) x = $limit;
  if (x < -$limit) x = -$limit;
  const n = (x * $log2_e + $rounding) - $rounding;
  const r = (x - n * $ln2_high) - n * $ln2_low;
  let $exponential
  power.setUint32(0, (n + 1023) << 20); // the number 2 to the power of n
  return (q * r * r + r + 1) * power.getFloat64(0);
}
""",
    "log": """\
const parts = new DataView(new ArrayBuffer(8));

/** The natural logarithm: -Infinity of 0, NaN below it. */
function log(x) {
  if (!(x > 0)) return x < 0 ? NaN : -1 / (x * x);
  if (x > $largest) return x;
  const small = x < $smallest;
  parts.setFloat64(0, small ? x * $up : x);
  const high = parts.getUint32(0);
  let n = (high >>> 20) - 1023;
  parts.setUint32(0, (high & 0xfffff) | (1023 << 20)); // the mantissa, from 1 to 2
  let m = parts.getFloat64(0);
  if (m > Math.SQRT2) {
    n += 1;
    m *= 0.5;
  }
  if (small) n -= $up_by;
  const s = (m - 1) / (m + 1);
  const z = s * s;
  let $logarithm
  return n * $ln2_high + (n * $ln2_low + p * s);
}
""",
    "sigmoid": "function sigmoid(x) {\n  return 1 / (1 + exp(-x));\n}\n",
    "tanh": "function tanh(x) {\n  return 1 - 2 / (1 + exp(2 * x));\n}\n",
    "maximum": "function maximum(a, b) {\n  return a > b || a !== a ? a : b;\n}\n",
    "minimum": "function minimum(a, b) {\n  return a < b || a !== a ? a : b;\n}\n",
    "largest": """\
/** The number of the largest of outputs[first] to outputs[end - 1]: the first of equal ones. NaN is
 * never the largest; of nothing but NaN it is the first. */
function largest(outputs, first, end) {
  let best = first;
  for (let i = first + 1; i < end; i++) {
    if (!(outputs[best] >= outputs[i]) && outputs[i] === outputs[i]) best = i;
  }
  return best - first;
}
""",
    "held": """\
/** x, but at least `low` and at most `high`. */
function held(x, low, high) {
  return x < low ? low : x > high ? high : x;
}
""",
}


def js_functions(wanted: Iterable[str]) -> list[str]:
    """Return the definitions of the functions `wanted` and of those they call, callees first."""
    needed: set[str] = set()
    waiting = list(wanted)
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            waiting += _NEEDS[name]
    words = {
        "whole": js_number(DOUBLE.whole),
        "limit": js_number(DOUBLE.limit),
        "log2_e": js_number(DOUBLE.log2_e),
        "ln2_high": js_number(DOUBLE.ln2_high),
        "ln2_low": js_number(DOUBLE.ln2_low),
        "rounding": js_number(DOUBLE.rounding),
        "smallest": js_number(DOUBLE.smallest),
        "largest": js_number(DOUBLE.largest),
        "up": js_number(DOUBLE.up),
        "up_by": str(DOUBLE.up_by),
        "logarithm": "\n  ".join(horner("p", "z", DOUBLE.logarithm, js_number, ";")),
        "sine": "\n  ".join(horner("p", "z", DOUBLE.sine, js_number, ";")),
        "exponential": "\n  ".join(horner("q", "r", DOUBLE.exponential, js_number, ";")),
    }
    return [Template(_TEXTS[name]).substitute(words) for name in _NEEDS if name in needed]


def js_number(value: float) -> str:
    """Return a finite number as JavaScript has it."""
    text = repr(float(value))
    return text.removesuffix(".0")
