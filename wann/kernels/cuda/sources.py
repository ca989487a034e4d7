"""Kernels of the CPU as functions of a thread on a card, made of the same sources.

So a formula stands in one place. Changed are the words that kernels are written in (`arithmetic`):
a vector of lanes is one number, and each product is rounded by itself.
"""

import ast
import inspect
import textwrap
from collections.abc import Callable
from types import CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

from wann.kernels.cuda import arithmetic

_made: dict[tuple[Any, bool], Any] = {}


def for_threads(kernel: Any, single: bool = False) -> Any:
    """Return the function of a thread that does what a kernel does.

    It takes the same arguments, of which numbers stand for vectors of lanes. `single` says whether
    these are float32.
    """
    function = getattr(kernel, "py_func", kernel)
    if (function, single) not in _made:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
        ast.increment_lineno(tree, function.__code__.co_firstlineno - 1)
        names = {name: _meaning(name, value, single) for name, value in _known_to(function)}
        filename = function.__code__.co_filename
        _made[function, single] = define(tree, function.__name__, names, filename, single)
    return _made[function, single]


def define(tree: ast.Module, name: str, names: dict[str, Any], filename: str, single: bool) -> Any:
    """Return the function `name` that a module of one function defines, as threads call it.

    Args:
        tree: the module, with products written as such.
        name: what the function is called.
        names: what the names in it stand for.
        filename: where it is from, for messages.
        single: whether its numbers are float32.
    """
    strict = _Strict(single)
    tree = ast.fix_missing_locations(strict.visit(tree))
    known = arithmetic.NUMBERS32 if single else arithmetic.NUMBERS
    known = known | strict.numbers | names
    module = compile(tree, filename, "exec")
    code = next(each for each in module.co_consts if isinstance(each, CodeType))
    return arithmetic.word(FunctionType(code, known, name))


class _Strict(ast.NodeTransformer):
    """Writes products as calls, and takes away what only the CPU's compiler reads.

    In single precision numbers get names, since a number in a source is a float64.
    """

    def __init__(self, single: bool) -> None:
        self.numbers: dict[str, np.float32] = {}
        self._single = single

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return self._number(node.value) if isinstance(node.value, float) else node

    def _number(self, value: float) -> ast.expr:
        if not self._single:
            return ast.Constant(value)
        name = f"number{len(self.numbers)}"
        self.numbers[name] = _rounded(value)
        return ast.Name(name, ast.Load())

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.generic_visit(node)
        node.decorator_list, node.returns = [], None
        for argument in node.args.args:
            argument.annotation = None
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        return _product(node.left, node.right) if isinstance(node.op, ast.Mult) else node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        self.generic_visit(node)
        if not isinstance(node.op, ast.Mult):
            return node
        read = ast.parse(ast.unparse(node.target), mode="eval").body
        return ast.Assign([node.target], _product(read, node.value))

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if not (isinstance(node.value, ast.Name) and node.value.id == "np"):
            return self.generic_visit(node)
        found = getattr(np, node.attr)
        if isinstance(found, float):
            return self._number(found)
        return ast.Name(node.attr, node.ctx) if node.attr in arithmetic.NUMBERS else node


def _product(a: ast.expr, b: ast.expr) -> ast.expr:
    return ast.Call(ast.Name("product", ast.Load()), [a, b], [])


def _rounded(number: float) -> np.float32:
    with np.errstate(over="ignore"):
        return np.float32(number)


def _known_to(function: Callable[..., Any]) -> list[tuple[str, Any]]:
    """Return what a function knows by name outside of itself."""
    names = set(function.__code__.co_names)
    return [(name, value) for name, value in function.__globals__.items() if name in names]


def _meaning(name: str, value: Any, single: bool) -> Any:
    """Return what stands for a name of a kernel's on a card."""
    if name in ("LANES", "LANES32"):
        return arithmetic.LANES
    value = getattr(value, "twins", (value, value))[single]  # of `precision.by_precision`
    if isinstance(value, float):
        return _rounded(value) if single else value
    if isinstance(value, int | str | tuple | ModuleType | type):
        return value
    meanings = arithmetic.MEANINGS32 if single else arithmetic.MEANINGS
    return meanings[value] if value in meanings else for_threads(value, single)
