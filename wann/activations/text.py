"""Formulas as text: `x / (1 + abs(x))`. The text of a tree is unique, and reads back as that tree.

It is Python's notation, but read by a parser of its own, which knows numbers, x, `+ - * /`,
comparisons and the functions of `expression`. So files and settings may hold formulas, and reading
them runs nothing.
"""

import math
import re
from collections.abc import Mapping

from wann.activations.expression import (
    CONDITIONS,
    MOST_DEPTH,
    OPERATIONS,
    Expression,
    X,
    apply,
    number,
)
from wann.errors import UserError, in_short, unknown

# More is no text of a formula.
MOST_CHARACTERS = 4000

_SIGNS = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/"}
COMPARISONS = {"greater": ">", "less": "<", "greater_equal": ">=", "less_equal": "<="}
_NAMED = {sign: name for name, sign in (_SIGNS | COMPARISONS).items()}
# How tightly an operation binds. What binds less than its surroundings stands in brackets.
_BINDING = {"add": 1, "subtract": 1, "multiply": 2, "divide": 2, "negative": 3}
_TIGHTEST = 4
_SPELLED = {"absolute": "abs"}
_FUNCTIONS: Mapping[str, str] = {
    _SPELLED.get(name, name): name
    for name in OPERATIONS
    if name not in _SIGNS and name != "negative"
}
_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<sign>>=|<=|[-+*/<>(),]))",
    re.ASCII,
)


def text_of(tree: Expression) -> str:
    """Return the text of a tree."""
    return _write(tree)[0]


def parse(text: str) -> Expression:
    """Return the tree that a text describes; UserError, in one line, if it is no formula of x."""
    if len(text) > MOST_CHARACTERS:
        raise UserError(
            f"expected a formula of at most {MOST_CHARACTERS:,} characters, got {len(text):,}"
        )
    try:
        tree = _Parser(text).whole()
    except UserError as error:
        raise UserError(f"formula {in_short(text)}: {error}") from None
    return tree


def _write(tree: Expression) -> tuple[str, int]:
    """Return the text of a tree, and how tightly it binds."""
    if tree.operation in ("x", "number"):
        text = tree.digits or "x"
        return text, _BINDING["negative"] if text.startswith("-") else _TIGHTEST
    parts = [_write(part) for part in tree.arguments]
    if tree.operation in COMPARISONS:
        return f" {COMPARISONS[tree.operation]} ".join(text for text, _ in parts), 0
    if tree.operation not in _BINDING:
        name = _SPELLED.get(tree.operation, tree.operation)
        return f"{name}({', '.join(text for text, _ in parts)})", _TIGHTEST
    binding = _BINDING[tree.operation]
    if tree.operation == "negative":
        return f"-{_bracketed(parts[0], _TIGHTEST)}", binding
    # From left to right: on the right, what binds as tightly stands in brackets.
    left, right = _bracketed(parts[0], binding), _bracketed(parts[1], binding + 1)
    return f"{left} {_SIGNS[tree.operation]} {right}", binding


def _bracketed(part: tuple[str, int], least: int) -> str:
    text, binding = part
    return text if binding >= least else f"({text})"


class _Parser:
    """Reads one text: each method reads what it is named for, and moves on behind it."""

    def __init__(self, text: str) -> None:
        self.tokens = _tokens(text)
        self.at = self.depth = 0

    def whole(self) -> Expression:
        tree = self.sum()
        if self.next():
            raise UserError(f"expected its end, got {in_short(self.next())}")
        if "x" not in self.tokens:
            raise UserError("expected a formula of x, got one without it")
        return tree

    def sum(self) -> Expression:
        tree = self.product()
        while self.next() in ("+", "-"):
            tree = apply(_NAMED[self.take()], tree, self.product())
        return tree

    def product(self) -> Expression:
        tree = self.signed()
        while self.next() in ("*", "/"):
            tree = apply(_NAMED[self.take()], tree, self.signed())
        return tree

    def signed(self) -> Expression:
        if self.next() != "-":
            return self.single()
        self.take()
        self.deeper()
        tree = apply("negative", self.signed())
        self.depth -= 1
        return tree

    def single(self) -> Expression:
        token = self.take()
        if token == "(":
            self.deeper()
            tree = self.sum()
            self.close()
            return tree
        if token == "x":
            return X
        if token[:1].isdigit() or token[:1] == ".":
            if not math.isfinite(float(token)):
                raise UserError(f"expected numbers that are finite, got {in_short(token)}")
            return number(float(token))
        if not token.isidentifier():
            got = in_short(token) if token else "the end"
            raise UserError(f"expected x, a number, a function or a bracket, got {got}")
        if token not in _FUNCTIONS:
            raise unknown("function", token, _FUNCTIONS)
        return self.called(_FUNCTIONS[token])

    def called(self, operation: str) -> Expression:
        self.expect("(")
        self.deeper()
        arguments = [self.condition() if operation == "select" else self.sum()]
        for _ in range(OPERATIONS[operation] - 1):
            self.expect(",")
            arguments.append(self.sum())
        self.close()
        return apply(operation, *arguments)

    def condition(self) -> Expression:
        left = self.sum()
        sign = self.take()
        if _NAMED.get(sign) not in CONDITIONS:
            raise UserError(
                f"expected a comparison by {', '.join(COMPARISONS.values())}, got {in_short(sign)}"
            )
        return apply(_NAMED[sign], left, self.sum())

    def next(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        token = self.next()
        self.at += 1
        return token

    def expect(self, sign: str) -> None:
        token = self.take()
        if token != sign:
            raise UserError(f"expected {sign!r}, got {in_short(token) if token else 'the end'}")

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise UserError(f"expected brackets at most {MOST_DEPTH} deep; write a shorter formula")

    def close(self) -> None:
        self.expect(")")
        self.depth -= 1


def _tokens(text: str) -> list[str]:
    tokens, at, end = [], 0, len(text.rstrip())
    while at < end:
        found = _TOKEN.match(text, at)
        if not found:
            rest = text[at:].lstrip()
            hint = "; write powers as products, x * x" if rest.startswith("^") else ""
            raise UserError(f"expected numbers, x, operators or functions, got {rest[:1]!r}{hint}")
        tokens.append(found.group().strip())
        at = found.end()
    return tokens
