"""The `Value` that a formula is written of: what is done with it is noted down as a tree.

    def softsign(x):
        return x / (1 + abs(x))

A function is called once, with a `Value` in place of a number. Operators, `abs`, comparisons and
NumPy's functions work on it; a condition chooses by `np.where(x > 0, a, b)`.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from wann.activations.expression import CONDITIONS, OPERATIONS, Expression, apply, number
from wann.activations.refused import CHOOSE, not_held
from wann.errors import UserError, in_short

_LARGEST_POWER = 16
# Of a ufunc, what it is where it is not an operation of its own name.
_SAME = {
    "fabs": "absolute",
    "true_divide": "divide",
    "expit": "sigmoid",
}


class _Noted:
    """What values and conditions have in common: the tree, and what cannot be done with it."""

    __slots__ = ("tree",)
    __hash__ = object.__hash__

    def __init__(self, tree: Expression) -> None:
        self.tree = tree

    def __bool__(self) -> bool:
        raise UserError(f"a formula has no `if`, `max`, `min` and no chained comparison: {CHOOSE}")

    def __array_ufunc__(self, ufunc: Any, method: str, *given: Any, **options: Any) -> Any:
        name = ufunc.__name__
        if method != "__call__" or options:
            raise UserError(f"expected np.{name}(x) without options, got {method} {list(options)}")
        return _call(_SAME.get(name, name), given)

    def __array_function__(self, function: Any, _: Any, given: Any, options: Any) -> Any:
        name = function.__name__
        if name not in ("where", "clip") or options or len(given) != 3:
            raise _not_held(name)
        return select(*given) if name == "where" else _clip(*given)


class Value(_Noted):
    """What stands for a number while a formula is noted down."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Return the formula so far."""
        from wann.activations.text import text_of

        return f"<Value {text_of(self.tree)}>"

    def __add__(self, other: Any) -> "Value":
        return _made("add", self, other)

    def __radd__(self, other: Any) -> "Value":
        return _made("add", other, self)

    def __sub__(self, other: Any) -> "Value":
        return _made("subtract", self, other)

    def __rsub__(self, other: Any) -> "Value":
        return _made("subtract", other, self)

    def __mul__(self, other: Any) -> "Value":
        return _made("multiply", self, other)

    def __rmul__(self, other: Any) -> "Value":
        return _made("multiply", other, self)

    def __truediv__(self, other: Any) -> "Value":
        return _made("divide", self, other)

    def __rtruediv__(self, other: Any) -> "Value":
        return _made("divide", other, self)

    def __pow__(self, power: Any) -> "Value":
        return _power(self, power)

    def __rpow__(self, base: Any) -> "Value":
        return _power(base, self)

    def __neg__(self) -> "Value":
        return _made("negative", self)

    def __pos__(self) -> "Value":
        return self

    def __abs__(self) -> "Value":
        return _made("absolute", self)

    def __floor__(self) -> "Value":
        return _made("floor", self)

    def __ceil__(self) -> "Value":
        return -_made("floor", -self)

    def __gt__(self, other: Any) -> "Condition":
        return _compare("greater", self, other)

    def __lt__(self, other: Any) -> "Condition":
        return _compare("less", self, other)

    def __ge__(self, other: Any) -> "Condition":
        return _compare("greater_equal", self, other)

    def __le__(self, other: Any) -> "Condition":
        return _compare("less_equal", self, other)

    def __eq__(self, other: object) -> NoReturn:
        raise _not_held("equal")

    def __ne__(self, other: object) -> NoReturn:
        raise _not_held("not_equal")

    def __mod__(self, other: Any) -> NoReturn:
        raise _not_held("remainder")

    def __floordiv__(self, other: Any) -> NoReturn:
        raise _not_held("floor_divide")

    def __round__(self, digits: int | None = None) -> NoReturn:
        raise UserError("a formula cannot hold round: write np.rint(x)")

    def __float__(self) -> NoReturn:
        raise UserError("a formula cannot hold functions of `math`, int or float: write np.exp(x)")

    __int__ = __index__ = __float__

    def __iter__(self) -> NoReturn:
        raise UserError("expected x to be used as one number, got a loop over it")

    __hash__ = _Noted.__hash__


class Condition(_Noted):
    """A comparison of values: what `np.where` chooses by."""

    __slots__ = ()

    def __and__(self, other: Any) -> "Condition":
        return Condition(Expression("and", (self.tree, _condition(other).tree)))

    def __or__(self, other: Any) -> "Condition":
        return Condition(Expression("or", (self.tree, _condition(other).tree)))

    def __invert__(self) -> "Condition":
        return Condition(Expression("not", (self.tree,)))

    def __mul__(self, other: Any) -> NoReturn:
        raise UserError(f"expected numbers in a product, got a comparison; {CHOOSE}")

    __rmul__ = __add__ = __radd__ = __sub__ = __rsub__ = __mul__


def select(condition: Any, yes: Any, no: Any) -> Value:
    """Return `yes` where the condition holds, else `no`: `np.where` of values."""
    return Value(_choose(_condition(condition).tree, _tree(yes), _tree(no)))


def sigmoid(x: Any) -> Value:
    """Return 1 / (1 + exp(-x))."""
    return _made("sigmoid", x)


def sin_pi(x: Any) -> Value:
    """Return sin(pi x), exact in its period."""
    return _made("sin_pi", x)


def cos_pi(x: Any) -> Value:
    """Return cos(pi x), exact in its period."""
    return _made("cos_pi", x)


def exp(x: Any) -> Value:
    """Return the exponential function: `np.exp` of a value."""
    return _made("exp", x)


def tanh(x: Any) -> Value:
    """Return the hyperbolic tangent: `np.tanh` of a value."""
    return _made("tanh", x)


def _choose(condition: Expression, yes: Expression, no: Expression) -> Expression:
    """Return the tree of a choice, whose condition may have `and`, `or` and `not`."""
    if condition.operation in CONDITIONS:
        return apply("select", condition, yes, no)
    first, *rest = condition.arguments
    if condition.operation == "not":
        return _choose(first, no, yes)
    second = _choose(rest[0], yes, no)
    return (
        _choose(first, second, no) if condition.operation == "and" else _choose(first, yes, second)
    )


def _made(operation: str, *given: Any) -> Value:
    """Return the value that an operation makes of values and numbers."""
    return Value(apply(operation, *map(_tree, given)))


def _call(name: str, given: tuple[Any, ...]) -> "Value | Condition":
    """Return what a ufunc of NumPy makes of values and numbers."""
    if name in OPERATIONS:
        return _made(name, *given)
    if name in CONDITIONS:
        return _compare(name, *given)
    if name in _DERIVED:
        return _DERIVED[name](*given)
    raise _not_held(name)


def _compare(name: str, a: Any, b: Any) -> Condition:
    return Condition(apply(name, _tree(a), _tree(b)))


def _tree(value: Any) -> Expression:
    """Return the tree of a value or a number."""
    if isinstance(value, Value):
        return value.tree
    if isinstance(value, Condition):
        raise UserError(f"expected a number, got a comparison; {CHOOSE}")
    if isinstance(value, bool | complex | str | bytes) or getattr(value, "shape", ()) != ():
        raise UserError(f"expected numbers beside x, got {in_short(value)}")
    try:
        return number(value)
    except (TypeError, OverflowError):
        raise UserError(f"expected numbers beside x, got {in_short(value)}") from None


def _condition(value: Any) -> Condition:
    if not isinstance(value, Condition):
        raise UserError(f"expected a comparison such as x > 0, got {in_short(value)}")
    return value


def _power(base: Any, power: Any) -> Value:
    """Return a whole power, by multiplication."""
    if isinstance(power, _Noted) or power not in range(1, _LARGEST_POWER + 1):
        raise UserError(
            f"expected a whole power from 1 to {_LARGEST_POWER}, got {in_short(power)}: write "
            "np.sqrt(x), 1 / x, or np.exp(n * np.log(x))"
        )
    product: Value = base
    for _ in range(int(power) - 1):
        product = product * base
    return product


def _clip(x: Any, low: Any, high: Any) -> Value:
    """Return x held between `low` and `high`; None: not held on that side."""
    held = x if low is None else _made("maximum", x, low)
    return Value(_tree(held if high is None else _made("minimum", held, high)))


def _log_of_sum(a: Any, b: Any) -> Value:
    """Return log(exp(a) + exp(b)), which does not overflow."""
    difference = abs(_made("subtract", a, b))
    larger = _made("maximum", a, b)
    return larger + _made("log", 1 + exp(-difference))


_DERIVED: Mapping[str, Callable[..., Value | Condition]] = {
    "square": lambda x: x * x,
    "reciprocal": lambda x: 1 / x,
    "positive": lambda x: x,
    "power": _power,
    "float_power": _power,
    "sign": lambda x: select(x > 0, 1, select(x < 0, -1, x)),
    "ceil": lambda x: -_made("floor", -x),
    "exp2": lambda x: exp(x * math.log(2.0)),
    "sin": lambda x: sin_pi(x * (1.0 / math.pi)),
    "cos": lambda x: cos_pi(x * (1.0 / math.pi)),
    "clip": _clip,
    "logaddexp": _log_of_sum,
    "logical_and": lambda a, b: _condition(a) & b,
    "logical_or": lambda a, b: _condition(a) | b,
    "logical_not": lambda a: ~_condition(a),
    "bitwise_and": lambda a, b: _condition(a) & b,
    "bitwise_or": lambda a, b: _condition(a) | b,
    "invert": lambda a: ~_condition(a),
}


def _not_held(name: str) -> UserError:
    return not_held(name, {*OPERATIONS, *_DERIVED} - {"select", "sin_pi", "cos_pi", "sigmoid"})
