"""What a formula cannot hold, and what to write instead."""

from collections.abc import Iterable

from wann.errors import UserError

CHOOSE = "write np.where(condition, a, b) for `if`, `max` and `min`, and & | ~ for and, or, not"

_WRITE = {
    "fmax": "np.maximum(a, b)",
    "fmin": "np.minimum(a, b)",
    "expm1": "np.exp(x) - 1",
    "log1p": "np.log(1 + x)",
    "log2": "np.log(x) / np.log(2)",
    "log10": "np.log(x) / np.log(10)",
    "tan": "np.sin(x) / np.cos(x)",
    "sinh": "(np.exp(x) - np.exp(-x)) / 2",
    "cosh": "(np.exp(x) + np.exp(-x)) / 2",
    "trunc": "np.where(x > 0, np.floor(x), np.ceil(x))",
    "remainder": "x - n * np.floor(x / n)",
    "floor_divide": "np.floor(x / n)",
    "equal": "a comparison by < or >",
    "not_equal": "a comparison by < or >",
}


def not_held(name: str, possible: Iterable[str]) -> UserError:
    """Return the error for a function of NumPy that no formula holds.

    It says what to write instead, or else which functions are `possible`.
    """
    if name in _WRITE:
        return UserError(f"a formula cannot hold np.{name}: write {_WRITE[name]}")
    names = ", ".join(f"np.{other}" for other in sorted({*possible, "where"}))
    return UserError(f"a formula cannot hold np.{name}: it has operators and {names}")
