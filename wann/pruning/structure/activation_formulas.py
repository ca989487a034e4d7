"""What PyTorch's activations are in a network: built-in ones, or formulas that are declared."""

import hashlib
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from wann.activations import Activation, Value, activation
from wann.activations.value import select, sigmoid, tanh
from wann.network.torch_module import nn, torch
from wann.pruning.structure.graph import TracedStep

Formula = Callable[[Any], Any]

_LONGEST_NAME = 40  # of an activation, in characters

_BUILT_IN = {
    "relu": Activation.RELU,
    "tanh": Activation.TANH,
    "sigmoid": Activation.SIGMOID,
    "abs": Activation.ABSOLUTE,
    "square": Activation.SQUARE,
    "neg": Activation.INVERSE,
}
_SELU_SCALE, _SELU_ALPHA = 1.0507009873554804934193349852946, 1.6732632423543772848170429916717


def _softplus(x: Value, beta: float = 1.0, threshold: float = 20.0) -> Value:
    return select(beta * x > threshold, x, np.log(1 + np.exp(beta * x)) / beta)


def _elu(x: Value, alpha: float) -> Value:
    return select(x > 0, x, alpha * (np.exp(x) - 1))


# Without settings: modules and functions.
_PLAIN: Mapping[str, Formula] = {
    # A sigmoid is never quite zero here: of x = -1e38 its part would be a number worth naming.
    "silu": lambda x: select(x < -750, 0 * x, x * sigmoid(x)),
    "softsign": lambda x: x / (1 + abs(x)),
    "mish": lambda x: x * tanh(_softplus(x)),
    "relu6": lambda x: np.clip(x, 0, 6),
    "hardsigmoid": lambda x: np.clip(x + 3, 0, 6) / 6,
    "hardswish": lambda x: x * np.clip(x + 3, 0, 6) / 6,
    "selu": lambda x: _SELU_SCALE * _elu(x, _SELU_ALPHA),
    "logsigmoid": lambda x: -np.logaddexp(0, -x),
    "tanhshrink": lambda x: x - tanh(x),
}


def _gelu(approximate: str) -> Formula | None:
    scale = math.sqrt(2.0 / math.pi)
    by_tanh = approximate == "tanh"  # the other one has an error function
    return (lambda x: 0.5 * x * (1 + tanh(scale * (x + 0.044715 * x**3)))) if by_tanh else None


# With settings: modules alone, whose settings are these attributes. What is nan is neither above
# nor below anything, and PyTorch passes it on: what is chosen last is made of x.
_SET: Mapping[str, tuple[tuple[str, ...], Callable[..., Formula | None]]] = {
    "leakyrelu": (("negative_slope",), lambda slope: lambda x: select(x > 0, x, slope * x)),
    "prelu": (("weight",), lambda slope: lambda x: select(x > 0, x, slope * x)),
    "elu": (("alpha",), lambda alpha: lambda x: _elu(x, alpha)),
    "celu": (
        ("alpha",),
        lambda alpha: lambda x: select(x > 0, x, alpha * (np.exp(x / alpha) - 1)),
    ),
    "gelu": (("approximate",), _gelu),
    "hardtanh": (("min_val", "max_val"), lambda low, high: lambda x: np.clip(x, low, high)),
    "softplus": (
        ("beta", "threshold"),
        lambda beta, threshold: lambda x: _softplus(x, beta, threshold),
    ),
    "hardshrink": (
        ("lambd",),
        lambda width: lambda x: np.where((x >= -width) & (x <= width), 0, x),
    ),
    "softshrink": (
        ("lambd",),
        lambda width: lambda x: select(x > width, x - width, select(x >= -width, 0, x + width)),
    ),
    "threshold": (
        ("threshold", "value"),
        lambda least, value: lambda x: select(x <= least, value, x),
    ),
}
# In the order of messages.
NAMES = (*_BUILT_IN, *_PLAIN, *_SET)


def code_of(step: TracedStep, model: nn.Module) -> int | None:
    """Return the code of the activation that a step is; None if it is none that a network has."""
    if step.label in _BUILT_IN:
        return int(_BUILT_IN[step.label])
    if step.label in _PLAIN:
        return activation(_PLAIN[step.label], name=step.label).code
    # What a function is called with, a graph does not say.
    if step.label not in _SET or not step.module:
        return None
    attributes, make = _SET[step.label]
    module = model.get_submodule(step.module)
    given = [getattr(module, attribute) for attribute in attributes]
    if any(isinstance(setting, torch.Tensor) and setting.numel() != 1 for setting in given):
        return None  # one for each channel: an activation is one formula
    settings = list(map(_plain, given))
    formula = make(*settings)
    name = _short("_".join([step.label, *map(_in_a_name, settings)]))
    return None if formula is None else activation(formula, name=name).code


def _short(name: str) -> str:
    """Return a name of at most 40 characters, which stays another than those of other settings."""
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 9]}_{digest}"


def _plain(setting: Any) -> Any:
    """Return a setting as a number or text; learnt ones are tensors."""
    if isinstance(setting, torch.Tensor):
        return float(setting.detach())
    return setting if isinstance(setting, str) else float(setting)


def _in_a_name(setting: object) -> str:
    """Return a setting as it can stand in a name: activations of other settings are others."""
    text = f"{setting:g}" if isinstance(setting, float) else str(setting)
    exact = isinstance(setting, float) and float(text) == setting
    text = text if exact or isinstance(setting, str) else repr(setting)
    return text.replace("-", "m").replace("+", "").replace(".", "p").lower()
