"""Activations on a card: one function of a code and a number, made of the formulas of the table."""

import ast
import functools
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from wann.activations.expression import Expression, fold
from wann.activations.table import BUILT_IN, by_code
from wann.kernels import maths, maths32
from wann.kernels.cuda import arithmetic
from wann.kernels.cuda.sources import define, for_threads

_KIND, _X = "kind", "x"


def activation_for(codes: tuple[int, ...], single: bool = False) -> Any:
    """Return the function (code, x) of threads that applies an activation, nan for unknown codes.

    It knows all that are built in, and one's own of these codes. `single` says whether x is a
    float32.
    """
    own = tuple(sorted({code for code in codes if code not in _built_in()}))
    return _function(own, single)


@functools.lru_cache(64)
def _function(own: tuple[int, ...], single: bool) -> Any:
    trees = {**_built_in(), **{code: by_code(code).tree for code in own}}
    body: list[ast.stmt] = []
    for code, tree in trees.items():
        is_it = ast.Compare(_name(_KIND), [ast.Eq()], [ast.Constant(code)])
        body.append(ast.If(is_it, [ast.Return(_written(tree))], []))
    body.append(ast.Return(_name("nan")))
    module = ast.parse(f"def activate({_KIND}, {_X}):\n    pass")
    function = module.body[0]
    assert isinstance(function, ast.FunctionDef)
    function.body = body
    kernels = _KERNELS32 if single else _KERNELS
    words = {name: for_threads(kernel, single) for name, kernel in kernels.items()}
    nan = np.float32(np.nan) if single else np.nan
    names = {**words, **_WORDS, "nan": nan}
    return define(module, "activate", names, "<formulas of activations>", single)


def _built_in() -> dict[int, Expression]:
    return {declaration.code: declaration.tree for declaration in BUILT_IN}


def _name(name: str) -> ast.Name:
    return ast.Name(name, ast.Load())


def _written(tree: Expression) -> ast.expr:
    """Return a formula as an expression of Python's."""
    x: ast.expr = _name(_X)
    return fold(tree, x, _constant, _OPERATIONS)


def _constant(number: float) -> ast.expr:
    return ast.Constant(float(number))


def _call(name: str) -> Callable[..., ast.expr]:
    return lambda *given: ast.Call(_name(name), list(given), [])


def _operator(operator: ast.operator) -> Callable[..., ast.expr]:
    return lambda a, b: ast.BinOp(a, operator, b)


def _comparison(operator: ast.cmpop) -> Callable[..., ast.expr]:
    return lambda a, b: ast.Compare(a, [operator], [b])


_KERNELS = {
    "exp": maths.exponential,
    "log": maths.logarithm,
    "sin_pi": maths.sine_pi,
    "cos_pi": maths.cosine_pi,
    "tanh": maths.hyperbolic_tangent,
    "sigmoid": maths.sigmoid,
}
_KERNELS32 = {
    "exp": maths32.exponential,
    "log": maths32.logarithm_anywhere,
    "sin_pi": maths32.sine_pi,
    "cos_pi": maths32.cosine_pi,
    "tanh": maths32.hyperbolic_tangent,
    "sigmoid": maths32.sigmoid,
}
_WORDS = {
    "select": arithmetic.select,
    "sqrt": arithmetic.square_root,
    "maximum": arithmetic.larger,
    "minimum": arithmetic.smaller,
}
_OPERATIONS: Mapping[str, Callable[..., ast.expr]] = {
    **{name: _call(name) for name in (*_KERNELS, *_WORDS, "rint", "floor")},
    "absolute": _call("abs"),
    "add": _operator(ast.Add()),
    "subtract": _operator(ast.Sub()),
    "multiply": _operator(ast.Mult()),
    "divide": _operator(ast.Div()),
    "negative": lambda x: ast.UnaryOp(ast.USub(), x),
    "greater": _comparison(ast.Gt()),
    "less": _comparison(ast.Lt()),
    "greater_equal": _comparison(ast.GtE()),
    "less_equal": _comparison(ast.LtE()),
}
