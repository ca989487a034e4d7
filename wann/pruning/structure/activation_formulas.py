"""What PyTorch's activations are in a network: built-in ones, or formulas that are declared."""

import hashlib
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from wann.activations import Activation, Value, activation
from wann.activations.value import cos_pi, select, sigmoid, sin_pi, tanh
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


# A turn, 2 pi, in three parts, the first two so short that a few thousand times them is exact: in
# float32 as well, what is left of x is as exact as x.
_TURN = (6.28125, 0.0019350051879882812, 3.019915981956753e-07)


def _half_turns(x: Value) -> Value:
    """Return x, an angle in radians, in half turns from -1 to 1."""
    turns = np.rint(x / math.tau)
    for part in _TURN:
        x = x - turns * part
    return x / math.pi


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
    "sin": lambda x: sin_pi(_half_turns(x)),
    "cos": lambda x: cos_pi(_half_turns(x)),
    "sign": lambda x: select(x > 0, 1, select(x < 0, -1, 0)),  # of nan it is 0 in PyTorch
}
# Networks have other activations of these names: of sin(pi x), and a sign of nan that is nan.
_NAMED = {"sin": "sine_of_radians", "cos": "cosine_of_radians", "sign": "sign_or_zero"}
_SAME = {"absolute": "abs", "negative": "neg"}  # other names of PyTorch's


def _gelu(approximate: str) -> Formula | None:
    scale = math.sqrt(2.0 / math.pi)
    by_tanh = approximate == "tanh"  # the other one has an error function
    return (lambda x: 0.5 * x * (1 + tanh(scale * (x + 0.044715 * x**3)))) if by_tanh else None


# With settings: attributes of modules, and arguments of functions, behind the tensor and in this
# order, each with what it is where it is not given; None where it has to be. What is nan is neither
# above nor below anything, and PyTorch passes it on: what is chosen last is made of x.
_SET: Mapping[str, tuple[Mapping[str, float | str | None], Callable[..., Formula | None]]] = {
    "leakyrelu": ({"negative_slope": 0.01}, lambda slope: lambda x: select(x > 0, x, slope * x)),
    "prelu": ({"weight": None}, lambda slope: lambda x: select(x > 0, x, slope * x)),
    "elu": ({"alpha": 1.0}, lambda alpha: lambda x: _elu(x, alpha)),
    "celu": (
        {"alpha": 1.0},
        lambda alpha: lambda x: select(x > 0, x, alpha * (np.exp(x / alpha) - 1)),
    ),
    "gelu": ({"approximate": "none"}, _gelu),
    "hardtanh": (
        {"min_val": -1.0, "max_val": 1.0},
        lambda low, high: lambda x: np.clip(x, low, high),
    ),
    "softplus": (
        {"beta": 1.0, "threshold": 20.0},
        lambda beta, threshold: lambda x: _softplus(x, beta, threshold),
    ),
    "hardshrink": (
        {"lambd": 0.5},
        lambda width: lambda x: np.where((x >= -width) & (x <= width), 0, x),
    ),
    "softshrink": (
        {"lambd": 0.5},
        lambda width: lambda x: select(x > width, x - width, select(x >= -width, 0, x + width)),
    ),
    "threshold": (
        {"threshold": None, "value": None},
        lambda least, value: lambda x: select(x <= least, value, x),
    ),
}
# In the order of messages.
NAMES = (*_BUILT_IN, *_PLAIN, *_SET)
SETTINGS = (
    "settings that are finite numbers, the same for all channels; gelu by 'tanh', prelu as a module"
)


def code_of(step: TracedStep, model: nn.Module) -> int | None:
    """Return the code of the activation that a step is; None if it is none that a network has."""
    label = step.label.replace("_", "")  # tanh_ works in place
    label = _SAME.get(label, label)
    if label in _BUILT_IN:
        return int(_BUILT_IN[label])
    if label in _PLAIN:
        return activation(_PLAIN[label], name=_NAMED.get(label, label)).code
    if label not in _SET:
        return None
    defaults, make = _SET[label]
    given = _settings(step, defaults, model)
    if not all(map(_is_one, given)):
        return None  # one for each channel, or computed: an activation is one formula
    settings = list(map(_plain, given))
    formula = make(*settings)
    name = _short("_".join([label, *map(_in_a_name, settings)]))
    return None if formula is None else activation(formula, name=name).code


def _settings(step: TracedStep, defaults: Mapping[str, Any], model: nn.Module) -> list[Any]:
    """Return the settings of a module, or those that a function or method is called with."""
    if step.module:
        module = model.get_submodule(step.module)
        return [getattr(module, attribute) for attribute in defaults]
    by_position = dict(zip(defaults, step.call.args[1:], strict=False))
    given = {**defaults, **by_position, **step.call.kwargs}
    return [given[name] for name in defaults]


def _is_one(setting: object) -> bool:
    """Whether a setting is one finite number or a text, known before the model is called."""
    if isinstance(setting, torch.Tensor):
        return setting.numel() == 1
    return isinstance(setting, str) or (isinstance(setting, int | float) and math.isfinite(setting))


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
