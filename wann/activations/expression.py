"""Formulas as trees: what a node of a network does with its input sum x, as data.

A tree is made once, from a Python function (`trace`) or from a text (`text`). Everything that
computes, differentiates, draws or writes an activation translates its tree (`fold`). So a formula
stands in one place, and files can hold it without holding code.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from wann.errors import UserError, in_short

T = TypeVar("T")

# What a formula is made of: each operation, and how many values it is applied to. The names are
# those of NumPy's functions where it has them. All follow IEEE 754, one operation at a time:
#
# `maximum(a, b)` is a where a > b or a is nan, else b; `minimum` alike.
# `select(condition, a, b)` is a where the condition holds, else b.
# `rint` rounds to the nearest whole number, and halves to the even one.
# `exp` holds its argument where the result is a normal number (+-708, in float32 +-87).
# `sin_pi(x)` is sin(pi x), `cos_pi(x)` is cos(pi x), both nan for an infinite x.
# `sigmoid(x)` is 1 / (1 + exp(-x)), `tanh(x)` is 1 - 2 / (1 + exp(2 x)).
OPERATIONS: Mapping[str, int] = {
    "add": 2,
    "subtract": 2,
    "multiply": 2,
    "divide": 2,
    "negative": 1,
    "absolute": 1,
    "select": 3,
    "maximum": 2,
    "minimum": 2,
    "rint": 1,
    "floor": 1,
    "sqrt": 1,
    "exp": 1,
    "log": 1,
    "sin_pi": 1,
    "cos_pi": 1,
    "tanh": 1,
    "sigmoid": 1,
}
# Conditions are the first argument of `select` and stand nowhere else. None holds for nan.
CONDITIONS: Mapping[str, int] = {"greater": 2, "less": 2, "greater_equal": 2, "less_equal": 2}

# Formulas are a line long. Beyond these sizes they are mistakes, or meant to exhaust the memory.
MOST_NODES = 400
MOST_DEPTH = 60


@dataclass(frozen=True)
class Expression:
    """One node of a tree: an operation and what it is applied to, `x`, or a number.

    Equal trees compare equal, whoever made them.
    """

    operation: str  # a name of OPERATIONS or CONDITIONS, "x" or "number"
    arguments: tuple["Expression", ...] = ()
    # Of a number, as the text has it. Not the number itself, since 0.0 equals -0.0.
    digits: str = ""
    nodes: int = field(init=False, compare=False, repr=False)  # what occurs twice counts twice
    depth: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "nodes", 1 + sum(part.nodes for part in self.arguments))
        depth = 1 + max((part.depth for part in self.arguments), default=0)
        object.__setattr__(self, "depth", depth)

    @property
    def number(self) -> float:
        """The value of a number."""
        return float(self.digits)


X = Expression("x")


def number(value: float) -> Expression:
    """Return the tree of a number; UserError if it is not finite."""
    value = float(value)
    if not math.isfinite(value):
        raise UserError(f"expected numbers that are finite, got {value}")
    whole = value.is_integer() and abs(value) < 1e15 and str(value) != "-0.0"
    return Expression("number", (), str(int(value)) if whole else repr(value))


def apply(operation: str, *arguments: Expression) -> Expression:
    """Return the tree of an operation; UserError where it would be too large.

    The negative of a number is a number.
    """
    if operation == "negative" and arguments[0].operation == "number":
        return number(-arguments[0].number)
    made = Expression(operation, arguments)
    if made.nodes > MOST_NODES or made.depth > MOST_DEPTH:
        raise UserError(
            f"expected a formula of at most {MOST_NODES} operations, at most {MOST_DEPTH} in one "
            f"another, got one of {made.nodes} and {made.depth}; write a shorter one"
        )
    return made


def fold(
    tree: Expression,
    x: T,
    constant: Callable[[float], T],
    operations: Mapping[str, Callable[..., T]],
) -> T:
    """Translate a tree, from the inside out; what occurs twice is translated once.

    Args:
        tree: what to translate.
        x: what stands for x.
        constant: makes what stands for a number.
        operations: for each name in OPERATIONS and CONDITIONS that the tree has, what makes the
            translation of the whole out of those of its arguments.

    Raises:
        UserError: where the tree has an operation that is not among `operations`, by its name.
    """
    done: dict[Expression, T] = {}

    def translate(node: Expression) -> T:
        if node not in done:
            done[node] = make(node)
        return done[node]

    def make(node: Expression) -> T:
        if node.operation == "x":
            return x
        if node.operation == "number":
            return constant(node.number)
        if node.operation not in operations:
            raise UserError(
                f"expected a formula of {', '.join(sorted(operations))}, got the operation "
                f"{in_short(node.operation)}"
            )
        return operations[node.operation](*map(translate, node.arguments))

    return translate(tree)


def operations_of(tree: Expression) -> frozenset[str]:
    """Return the names of all operations and conditions in a tree."""
    if not tree.arguments:
        return frozenset()
    return frozenset({tree.operation}).union(*map(operations_of, tree.arguments))


def numbers_in(tree: Expression) -> list[float]:
    """Return the numbers that stand in a tree, those that occur twice as often."""
    if tree.operation == "number":
        return [tree.number]
    return [found for part in tree.arguments for found in numbers_in(part)]


def is_flat(tree: Expression) -> bool:
    """Return whether a formula is constant but for jumps, so that its gradient is zero."""
    if tree.operation in ("number", "rint", "floor"):
        return True
    arguments = tree.arguments[1:] if tree.operation == "select" else tree.arguments
    return bool(arguments) and all(map(is_flat, arguments))
