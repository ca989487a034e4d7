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
    is_number: bool = False  # whether it is a number as the formula has it, and no value yet

    def within(self, binds: int) -> str:
        """Return the text as an operand, in brackets where it binds less than `binds`."""
        return self.text if self.binds >= binds else f"({self.text})"


class Language(NamedTuple):
    """How a language writes what is not the same in all of them."""

    literal: Callable[[float], str]  # writes a number
    functions: Mapping[str, str]  # what it calls each operation that is no operator
    choice: str = "{condition} ? {yes} : {no}"
    # Makes a value of a number: for functions, for choices, and for operators on two numbers
    constant: str = "{}"


def source_text(tree: Expression, language: Language) -> str:
    """Return the text of a formula of `x`.

    UserError where the formula has an operation that is neither operator nor a function of the
    language.
    """
    operations: dict[str, Callable[..., _Part]] = {
        "negative": lambda part: _Part(f"-{part.within(_ATOM)}", _SIGN),
        "select": _choice(language),
    }
    for name in (*OPERATIONS, *CONDITIONS):
        if name in language.functions:
            operations[name] = _call(language.functions[name], language.constant)
        elif name in _OPERATORS:
            operations[name] = _operator(*_OPERATORS[name], language.constant)
    found = fold(
        tree, _Part("x", _ATOM), lambda value: _number(language.literal(value)), operations
    )
    return found.text


def _operator(sign: str, binds: int, constant: str) -> Callable[[_Part, _Part], _Part]:
    def combine(left: _Part, right: _Part) -> _Part:
        if left.is_number and right.is_number:
            left = _value(left, constant)
        # Sums and products are not regrouped: (a + b) + c and a + (b + c) are rounded differently
        return _Part(f"{left.within(binds)} {sign} {right.within(binds + 1)}", binds)

    return combine


def _call(function: str, constant: str) -> Callable[..., _Part]:
    def call(*given: _Part) -> _Part:
        listed = ", ".join(_value(part, constant).text for part in given)
        return _Part(f"{function}({listed})", _ATOM)

    return call


def _choice(language: Language) -> Callable[[_Part, _Part, _Part], _Part]:
    def choose(condition: _Part, *values: _Part) -> _Part:
        yes, no = (_value(part, language.constant).within(_COMPARISON) for part in values)
        text = language.choice.format(condition=condition.within(_COMPARISON), yes=yes, no=no)
        return _Part(text, _CHOICE)

    return choose


def _number(text: str) -> _Part:
    return _Part(text, _SIGN if text.startswith("-") else _ATOM, is_number=True)


def _value(part: _Part, constant: str) -> _Part:
    """Return a part as functions take it: of a number, the value that the language makes of it."""
    if not part.is_number or constant == "{}":
        return part
    return _Part(constant.format(part.text), _ATOM)
