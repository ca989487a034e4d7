"""Formulas of activations in compiled code: a tree becomes instructions on vectors.

`emit` writes them for the compiler, `compute` is its plain twin in Python. Both have the functions
of `maths` or `maths32`, by the precision of the vector, and the same bits. All this is compiled
into kernels.
"""

# numba's code generator is not typed.
# mypy: allow-untyped-calls

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types

from wann.activations.expression import Expression, fold
from wann.activations.table import BUILT_IN
from wann.kernels import maths, maths32
from wann.kernels.vector_types import SINGLE, Vector, llvm_function
from wann.kernels.vectors import Value

# The formulas that are compiled into kernels, by the codes of their activations.
TREES = {declaration.code: declaration.tree for declaration in BUILT_IN}

_FUNCTIONS = {
    "exp": maths.exponential,
    "log": maths.logarithm,
    "sin_pi": maths.sine_pi,
    "cos_pi": maths.cosine_pi,
    "tanh": maths.hyperbolic_tangent,
    "sigmoid": maths.sigmoid,
}
_FUNCTIONS32 = {
    "exp": maths32.exponential,
    "log": maths32.logarithm_anywhere,
    "sin_pi": maths32.sine_pi,
    "cos_pi": maths32.cosine_pi,
    "tanh": maths32.hyperbolic_tangent,
    "sigmoid": maths32.sigmoid,
}


def compute(tree: Expression, x: Value) -> Value:
    """Return the formula of an array `x` of float64 or float32, as compiled code computes it."""
    functions = _FUNCTIONS32 if x.dtype == np.float32 else _FUNCTIONS
    with np.errstate(all="ignore"):
        return fold(tree, x, lambda number: np.full_like(x, number), _PLAIN | functions)


def emit(context: Any, builder: Any, tree: Expression, x: Any, vector: Vector) -> Any:
    """Emit the instructions that compute a formula, and return its value.

    Args:
        context: numba's, which knows how functions are called.
        builder: of the function that is emitted.
        tree: the formula.
        x: the vector that it is applied to.
        vector: the type of `x`.
    """
    functions = _FUNCTIONS32 if vector is SINGLE else _FUNCTIONS
    operations: dict[str, Callable[..., Any]] = {
        name: _call_of(context, builder, function, vector) for name, function in functions.items()
    }
    for name, write in _WRITTEN.items():
        operations[name] = _bound(write, builder)
    return fold(tree, x, lambda number: _everywhere(number, vector), operations)


def _bound(write: Callable[..., Any], builder: Any) -> Callable[..., Any]:
    return lambda *given: write(builder, *given)


def _call_of(context: Any, builder: Any, function: Any, vector: Vector) -> Callable[[Any], Any]:
    """Return what emits the call of a kernel of one vector."""

    def call(x: Any) -> Any:
        kind = types.Dispatcher(function)
        signature = kind.get_call_type(context.typing_context, (vector,), {})
        implementation = context.get_function(kind, signature)
        context.add_linking_libs(getattr(implementation, "libs", ()))
        return implementation(builder, (x,))

    return call


def _everywhere(number: float, vector: Vector) -> Any:
    """Return the constant vector of a number, rounded to the precision of the vector."""
    with np.errstate(over="ignore"):
        rounded = float(np.float32(number)) if vector is SINGLE else number
    return ir.Constant(vector.ir, [rounded] * vector.lanes)


def _larger(sign: str) -> Callable[..., Any]:
    """Return what emits `maximum` or `minimum`: the first if it is larger, or nan, else the second.

    `sign` is > for the maximum, < for the minimum.
    """

    def write(builder: Any, a: Any, b: Any) -> Any:
        taken = builder.or_(builder.fcmp_ordered(sign, a, b), builder.fcmp_unordered("uno", a, a))
        return builder.select(taken, a, b)

    return write


_WRITTEN: Mapping[str, Callable[..., Any]] = {
    "add": lambda builder, x, y: builder.fadd(x, y),
    "subtract": lambda builder, x, y: builder.fsub(x, y),
    "multiply": lambda builder, x, y: builder.fmul(x, y),
    "divide": lambda builder, x, y: builder.fdiv(x, y),
    "negative": lambda builder, x: builder.fneg(x),
    "absolute": llvm_function("fabs"),
    "rint": llvm_function("rint"),
    "floor": llvm_function("floor"),
    "sqrt": llvm_function("sqrt"),
    "maximum": _larger(">"),
    "minimum": _larger("<"),
    "greater": lambda builder, x, y: builder.fcmp_ordered(">", x, y),
    "less": lambda builder, x, y: builder.fcmp_ordered("<", x, y),
    "greater_equal": lambda builder, x, y: builder.fcmp_ordered(">=", x, y),
    "less_equal": lambda builder, x, y: builder.fcmp_ordered("<=", x, y),
    "select": lambda builder, condition, x, y: builder.select(condition, x, y),
}
_PLAIN: dict[str, Callable[..., Any]] = {
    **{name: getattr(np, name) for name in _WRITTEN if name != "select"},
    "maximum": lambda x, y: np.where((x > y) | (x != x), x, y),
    "minimum": lambda x, y: np.where((x < y) | (x != x), x, y),
    "select": np.where,
}
