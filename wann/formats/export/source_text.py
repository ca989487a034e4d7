"""Formulas as source text of a language in which operators are written as in C."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from wann.activations.expression import CONDITIONS, OPERATIONS, Expression, fold

# How tightly operators bind.
_CHOICE, _COMPARISON, _SUM, _PRODUCT, _SIGN, _ATOM = range(6)
_OPERATORS = {
    "add": ("+", _SUM),
    "subtract": ("-", _SUM),
    "multiply": ("*", _PRODUCT),
    "divide": ("/", _PRODUCT),
    "greater": (">", _COMPARISON),
    "less": ("<", _COMPARISON),
    "greater_equal": (">=", _COMPARISON),
    "less_equal": ("<=", _COMPARISON),
}


class _Part(NamedTuple):
    """A piece of text, and how tightly its outermost operator binds."""

    text: str
    binds: int
    varies: bool = True  # whether it depends on x

    def within(self, binds: int) -> str:
        """Return the text as an operand, in brackets where it binds less than `binds`."""
        return self.text if self.binds >= binds else f"({self.text})"


class Language(NamedTuple):
    """How a language writes what is not the same in all of them."""

    literal: Callable[[float], str]  # writes a number
    functions: Mapping[str, str]  # what it calls each operation that is no operator
    choice: str = "{condition} ? {yes} : {no}"
    # How functions and choices take what does not depend on x
    constant: str = "{}"
    # The choice by a condition that does not depend on x
    fixed_choice: str = "{condition} ? {yes} : {no}"


def source_text(tree: Expression, language: Language) -> str:
    """Return the text of a formula of `x`.

    UserError where the formula has an operation that is neither operator nor a function of the
    language.
    """
    operations: dict[str, Callable[..., _Part]] = {
        "negative": lambda part: _Part(f"-{part.within(_ATOM)}", _SIGN, part.varies),
        "select": _choice(language),
    }
    for name in (*OPERATIONS, *CONDITIONS):
        if name in language.functions:
            operations[name] = _call(language.functions[name], language.constant)
        elif name in _OPERATORS:
            operations[name] = _operator(*_OPERATORS[name])
    found = fold(
        tree, _Part("x", _ATOM), lambda value: _number(language.literal(value)), operations
    )
    return found.text


def _operator(sign: str, binds: int) -> Callable[[_Part, _Part], _Part]:
    # Sums and products are not regrouped: (a + b) + c and a + (b + c) are rounded differently
    return lambda left, right: _Part(
        f"{left.within(binds)} {sign} {right.within(binds + 1)}", binds, left.varies or right.varies
    )


def _call(function: str, constant: str) -> Callable[..., _Part]:
    def call(*given: _Part) -> _Part:
        listed = ", ".join(
            part.text if part.varies else constant.format(part.text) for part in given
        )
        return _Part(f"{function}({listed})", _ATOM, any(part.varies for part in given))

    return call


def _choice(language: Language) -> Callable[[_Part, _Part, _Part], _Part]:
    def choose(condition: _Part, *values: _Part) -> _Part:
        yes, no = (
            part.within(_COMPARISON) if part.varies else language.constant.format(part.text)
            for part in values
        )
        varies = condition.varies or any(part.varies for part in values)
        form = language.choice if condition.varies else language.fixed_choice
        text = form.format(condition=condition.within(_COMPARISON), yes=yes, no=no)
        return _Part(text, _CHOICE, varies)

    return choose


def _number(text: str) -> _Part:
    return _Part(text, _SIGN if text.startswith("-") else _ATOM, varies=False)
