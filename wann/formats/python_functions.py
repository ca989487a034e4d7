"""Activations as functions in Python that need the standard library alone.

Each is its formula, one operation at a time, with the polynomials of `wann.kernels.maths`.
"""

from collections.abc import Iterable, Iterator

from wann.activations import Declaration
from wann.activations.expression import X, operations_of
from wann.formats.export.formulas import function_name
from wann.formats.export.polynomials import DOUBLE, horner
from wann.formats.export.source_text import Language, source_text


def functions(activations: Iterable[Declaration]) -> Iterator[str]:
    """Yield the functions of `activations` and what these need, callees first."""
    named = [activation for activation in activations if activation.tree != X]
    needed: set[str] = set()
    inner: set[str] = set()  # operations that need a function of their own
    for activation in named:
        needed |= operations_of(activation.tree)
        if not _only_operation(activation):
            inner |= operations_of(activation.tree)
    if needed & {"sin_pi", "cos_pi"}:
        yield _SINE_POLY
    if needed & {"exp", "tanh", "sigmoid"}:
        yield _EXPONENTIAL
    for operation, (name, words) in _HELPERS.items():
        if operation in inner:
            yield f'def {name}:\n    """{words}"""\n{_BODIES[operation]}'
    for activation in named:
        body = _BODIES.get(_only_operation(activation) or "")
        body = body or f"    return {source_text(activation.tree, _PYTHON)}\n"
        yield f'def {function_name(activation)}(x):\n    """{activation.words}"""\n{body}'


def _only_operation(activation: Declaration) -> str | None:
    """Return the operation that an activation is, where it is nothing else and has a body here."""
    tree = activation.tree
    return tree.operation if tree.arguments == (X,) and tree.operation in _BODIES else None


def _polynomial(result: str, of: str, coefficients: tuple[float, ...]) -> str:
    return "\n    ".join(horner(result, of, coefficients, repr, end=""))


# Each as in `wann.kernels.maths`, one operation at a time. `copysign` keeps the sign of a zero,
# which `round` loses.
_SINE_POLY = f'''\
def sine_poly(r):
    """sin(pi r) for r from -1/2 to 1/2."""
    z = r * r
    {_polynomial("p", "z", DOUBLE.sine)}
    return p * r
'''

_EXPONENTIAL = f'''\
def exponential(x):
    """exp(x), with x held from -708 to 708."""
    if x != x:
        return x
    x = min(max(x, -708.0), 708.0)
    n = (x * 1.4426950408889634 + 6755399441055744.0) - 6755399441055744.0
    r = (x - n * 0.693147180369123816490) - n * 1.90821492927058770002e-10
    {_polynomial("q", "r", DOUBLE.exponential)}
    return math.ldexp(q * r * r + r + 1.0, int(n))
'''

_PERIODIC = """\
    if not math.isfinite(x):
        return math.nan
    nearest = math.copysign(round(x), x)
    return sine_poly({argument}) * (1.0 - 2.0 * (nearest % 2.0))
"""

_LOGARITHM = f"""\
    if not 0.0 < x < math.inf:
        return x if x > 0.0 or x != x else -math.inf if x == 0.0 else math.nan
    m, n = math.frexp(x)
    m, n = 2.0 * m, n - 1.0
    if m > 1.4142135623730951:
        m, n = 0.5 * m, n + 1.0
    s = (m - 1.0) / (m + 1.0)
    z = s * s
    {_polynomial("p", "z", DOUBLE.logarithm)}
    return n * 0.693147180369123816490 + (n * 1.90821492927058770002e-10 + p * s)
"""

# The bodies of operations that are no operators of Python.
_BODIES = {
    "sin_pi": _PERIODIC.format(argument="x - nearest"),
    "cos_pi": _PERIODIC.format(argument="0.5 - abs(x - nearest)"),
    "tanh": "    return 1.0 - 2.0 / (1.0 + exponential(2.0 * x))\n",
    "sigmoid": "    return 1.0 / (1.0 + exponential(-x))\n",
    "log": _LOGARITHM,
    "sqrt": "    return math.sqrt(x) if x >= 0.0 else math.nan\n",
    "rint": "    return math.copysign(round(x), x) if math.isfinite(x) else x\n",
    "floor": "    return math.copysign(math.floor(x), x) if math.isfinite(x) else x\n",
    "maximum": "    return a if a > b or a != a else b\n",
    "minimum": "    return a if a < b or a != a else b\n",
    "divide": """\
    if b == 0.0:
        return a * math.copysign(math.inf, b) if a == a else a
    return a / b
""",
}
# What they are called inside of formulas.
_HELPERS = {
    "sin_pi": ("sine_half_turns(x)", "sin(pi x)"),
    "cos_pi": ("cosine_half_turns(x)", "cos(pi x)"),
    "tanh": ("hyperbolic_tangent(x)", "tanh(x)"),
    "sigmoid": ("logistic(x)", "1 / (1 + exp(-x))"),
    "log": ("logarithm(x)", "log(x): -inf for 0, nan below"),
    "sqrt": ("root(x)", "The square root of x; nan below 0."),
    "rint": ("nearest_whole(x)", "The whole number nearest to x, and of two the even one."),
    "floor": ("floor(x)", "The largest whole number that is not above x."),
    "maximum": ("larger(a, b)", "The larger one; nan where one of them is that."),
    "minimum": ("smaller(a, b)", "The smaller one; nan where one of them is that."),
    "divide": ("divide(a, b)", "a / b, infinite or nan where b is 0."),
}
_PYTHON = Language(
    literal=repr,
    functions={
        "absolute": "abs",
        "exp": "exponential",
        **{operation: call.partition("(")[0] for operation, (call, _) in _HELPERS.items()},
    },
    choice="{yes} if {condition} else {no}",
)
