"""Formulas of activations as functions of tensors, with gradients."""

import math
from collections.abc import Callable
from functools import cache
from typing import Any

from wann.activations.expression import Expression, X, fold, is_flat
from wann.activations.table import by_code
from wann.errors import UserError

try:
    import torch
    from torch import nn
except ImportError:
    raise UserError("expected PyTorch, which is not installed: pip install 'wann[torch]'") from None

# `torch` and `nn` too: who takes them from here gets the line above where they are missing.
__all__ = ["nn", "torch", "torch_function"]

Tensor = torch.Tensor


@cache
def torch_function(code: int) -> Callable[[Tensor], Tensor]:
    """Return the activation of a code as a function of a tensor; UserError if there is none."""
    row = by_code(code)
    return _KNOWN.get(row.text) or _translated(row.tree)


def _translated(tree: Expression) -> Callable[[Tensor], Tensor]:
    flat = is_flat(tree)
    # Most formulas are one function of x: to walk a tree on each call takes longer than it
    of_x = _OPERATIONS.get(tree.operation) if tree.arguments == (X,) else None

    def function(x: Tensor) -> Tensor:
        if x.requires_grad:
            x = x.clone()
            x.register_hook(_without_nan)  # type: ignore[no-untyped-call]
        # Unlike `new_full`, this takes numbers beyond what float32 holds, as infinite ones
        made = of_x(x) if of_x else fold(tree, x, lambda v: x.new_tensor(v), _OPERATIONS)
        # With no gradient at all a loss of flat formulas alone would be an error.
        return torch.where(torch.zeros_like(x, dtype=torch.bool), x, made) if flat else made

    return function


def _without_nan(gradient: Tensor) -> Tensor:
    """Return a gradient with zero in place of nan.

    The side of a choice that is not taken gives nan, where its own gradient is infinite.
    """
    return torch.nan_to_num(gradient, 0.0, math.inf, -math.inf)


def _half_turns(x: Tensor) -> Tensor:
    """Return pi x less whole turns, which are taken off exactly."""
    return math.pi * (x - 2.0 * torch.round(0.5 * x))


def _step(x: Tensor) -> Tensor:
    """Return 1 if x > 0, else 0, with a gradient of zero.

    With no gradient at all a loss of steps alone would be an error.
    """
    return torch.relu(torch.sign(x))


def _held_exp(x: Tensor) -> Tensor:
    """Return exp(x), with x held where kernels hold it."""
    limit = 708.0 if x.dtype == torch.float64 else 87.0
    return torch.exp(torch.clamp(x, -limit, limit))


# Formulas for which PyTorch has a function of its own.
_KNOWN: dict[str, Callable[[Tensor], Tensor]] = {
    "x": lambda x: x,
    "select(x > 0, 1, 0)": _step,
    "select(x <= 0, 0, x)": torch.relu,
    "exp(-0.5 * x * x)": lambda x: torch.exp(-0.5 * x * x),
    "x * x": torch.square,
}
_OPERATIONS: dict[str, Callable[..., Any]] = {
    "add": torch.add,
    "subtract": torch.sub,
    "multiply": torch.mul,
    "divide": torch.div,
    "negative": torch.neg,
    "absolute": torch.abs,
    "select": torch.where,
    "maximum": lambda a, b: torch.where((a > b) | torch.isnan(a), a, b),
    "minimum": lambda a, b: torch.where((a < b) | torch.isnan(a), a, b),
    "rint": torch.round,
    "floor": torch.floor,
    "sqrt": torch.sqrt,
    "exp": _held_exp,
    "log": torch.log,
    "sin_pi": lambda x: torch.sin(_half_turns(x)),
    "cos_pi": lambda x: torch.cos(_half_turns(x)),
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "greater": torch.gt,
    "less": torch.lt,
    "greater_equal": torch.ge,
    "less_equal": torch.le,
}
