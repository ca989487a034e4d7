"""The layers of `wann.network.sparse` that modules of PyTorch become, one module at a time."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wann.errors import UserError
from wann.network.sparse.images import Filters, Pair, Pool
from wann.network.sparse.layers import Connections, dense_layer
from wann.network.torch_module import nn, torch
from wann.pruning.structure.graph import TracedStep
from wann.pruning.uses.layers import has_own_forward

Shape = tuple[int, ...]
Sums = Connections | Filters

WHAT = (
    "fully connected layers, convolutions of images, batch norm, activations, pooling, sums, "
    "tensors one behind another, and flattening"
)
_MAX, _MEAN, _ADAPTIVE_MAX, _ADAPTIVE_MEAN = (
    {"maxpool2d"},
    {"avgpool2d"},
    {"adaptivemaxpool2d"},
    {"adaptiveavgpool2d"},
)


def unfit(step: TracedStep, reason: str = "") -> UserError:
    """Return the error for a step that has no place in a sparse model."""
    where = f"{step.label} ({step.module})" if step.module else step.label
    why = f": {reason or step.reason}" if reason or step.reason else ""
    return UserError(f"{where} has no place in a sparse model{why}; expected {WHAT}")


def as_array(tensor: torch.Tensor) -> NDArray[np.float64]:
    """Return the numbers of a tensor."""
    return np.asarray(tensor.detach().to("cpu", torch.float64).numpy())


def linear(step: TracedStep, module: Any, given: int, shape: Shape) -> Connections:
    """Return the layer of a fully connected module that reads layer `given`, of `shape`."""
    if len(shape) != 1:
        raise unfit(step, f"it is given arrays of shape {shape} for an example, expected a row")
    bias = None if module.bias is None else as_array(module.bias)
    return dense_layer(as_array(module.weight), bias, given)


def convolution(step: TracedStep, module: Any, given: int, shape: Shape) -> Filters:
    """Return the layer of a convolution of images that reads layer `given`, of `shape`."""
    if len(shape) != 3:
        raise unfit(step, f"it is given arrays of shape {shape} for an example, expected an image")
    if has_own_forward(module):
        raise unfit(step, "its forward is its own, and may pad otherwise")
    if module.padding_mode != "zeros":
        raise unfit(step, f"its padding is {module.padding_mode!r}, not zeros")
    weight, groups = as_array(module.weight), module.groups
    channel, inside, y, x = np.nonzero(weight)
    source = channel // (len(weight) // groups) * weight.shape[1] + inside
    # From the last dimension to the first: left, right, top, bottom
    left, right, top, bottom = module._reversed_padding_repeated_twice
    if isinstance(module.padding, tuple):
        (top, left), (bottom, right) = module.padding, module.padding
    tall, wide = (
        1 + (length - 1) * apart
        for length, apart in zip(weight.shape[2:], module.dilation, strict=True)
    )
    height = (shape[1] + top + bottom - tall) // module.stride[0] + 1
    width = (shape[2] + left + right - wide) // module.stride[1] + 1
    return Filters(
        (given,),
        np.searchsorted(channel, np.arange(len(weight) + 1)),
        source,
        y * module.dilation[0] - top,
        x * module.dilation[1] - left,
        weight[channel, inside, y, x],
        np.zeros(len(weight)) if module.bias is None else as_array(module.bias),
        (len(weight), height, width),
        stride=tuple(module.stride),
    )


def same(given: tuple[int, ...], shape: Shape, *, added: bool = False) -> Sums:
    """Return the layer that hands on what other layers make, to be changed by whoever wants it.

    Args:
        given: the layers that are read.
        shape: of what comes out.
        added: whether what they make is added up, or stands one behind the other.
    """
    count = shape[0]
    terms = len(given) if added else 1
    source = np.arange(terms * count).reshape(terms, count).T.reshape(-1)
    start, weight, bias = terms * np.arange(count + 1), np.ones(terms * count), np.zeros(count)
    if len(shape) == 1:
        return Connections(given, start, source, weight, bias)
    none = np.zeros(terms * count, np.int64)
    return Filters(given, start, source, none, none, weight, bias, (count, shape[1], shape[2]))


def scaled(layer: Sums, scale: NDArray[np.float64], shift: NDArray[np.float64]) -> Sums:
    """Return `layer` with each of its sums multiplied by a number, and another one added."""
    units = np.repeat(np.arange(layer.units), np.diff(layer.start))
    found = layer._replace(weight=layer.weight * scale[units], bias=layer.bias * scale + shift)
    kept = found.weight != 0
    start = np.concatenate([[0], np.cumsum(kept)])[found.start]
    found = found._replace(start=start, source=found.source[kept], weight=found.weight[kept])
    if isinstance(found, Filters):
        found = found._replace(down=found.down[kept], right=found.right[kept])
    return found


def norm_of(module: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return by what batch norm multiplies each channel, and what it adds."""
    scale = 1.0 / np.sqrt(as_array(module.running_var) + module.eps)
    shift = -as_array(module.running_mean) * scale
    if module.weight is not None:
        factor = as_array(module.weight)
        scale, shift = scale * factor, shift * factor + as_array(module.bias)
    return scale, shift


def with_added(layer: Sums, other: int, width: int) -> Sums:
    """Return `layer` with what layer `other` makes added to it, channel by channel.

    `width` is how many channels `layer` reads so far.
    """
    at = layer.start[1:]
    count = np.arange(layer.units)
    found = layer._replace(
        inputs=(*layer.inputs, other),
        start=layer.start + np.arange(layer.units + 1),
        source=np.insert(layer.source, at, width + count),
        weight=np.insert(layer.weight, at, 1.0),
    )
    if isinstance(found, Filters):
        found = found._replace(
            down=np.insert(found.down, at, 0), right=np.insert(found.right, at, 0)
        )
    return found


def pool(step: TracedStep, module: Any, given: int, shape: Shape) -> Pool | None:
    """Return the layer of a pool, a module or a function, None where the step is none."""
    name, settings = _pool_settings(step, module)
    if name in _ADAPTIVE_MAX | _ADAPTIVE_MEAN:
        return _adaptive(step, given, shape, settings["output_size"], name in _ADAPTIVE_MAX)
    if name not in _MAX | _MEAN:
        return None
    if len(shape) != 3:
        raise unfit(step, f"it is given arrays of shape {shape} for an example, expected an image")
    size, padding = pair(settings["kernel_size"]), pair(settings.get("padding", 0))
    stride = pair(settings.get("stride") or size)
    if settings.get("ceil_mode"):
        raise unfit(step, "its last windows may be cut off (ceil_mode)")
    if pair(settings.get("dilation", 1)) != (1, 1) or settings.get("divisor_override"):
        raise unfit(step, "its windows have gaps, or a divisor of their own")
    height, width = (
        (side + 2 * border - length) // apart + 1
        for side, border, length, apart in zip(shape[1:], padding, size, stride, strict=True)
    )
    image = (shape[0], height, width)
    counted = bool(settings.get("count_include_pad", True))
    return Pool((given,), image, size, stride, padding, name in _MAX, counted)


def _adaptive(step: TracedStep, given: int, shape: Shape, wanted: Any, largest: bool) -> Pool:
    if len(shape) != 3:
        raise unfit(step, f"it is given arrays of shape {shape} for an example, expected an image")
    sides = wanted if isinstance(wanted, tuple | list) else (wanted, wanted)
    height, width = (
        side if asked is None else int(asked) for asked, side in zip(sides, shape[1:], strict=True)
    )
    if shape[1] % height or shape[2] % width:
        raise unfit(step, f"its windows are of different sizes: {shape[1:]} does not divide by it")
    size = (shape[1] // height, shape[2] // width)
    return Pool((given,), (shape[0], height, width), size, size, (0, 0), largest)


_ARGUMENTS = {
    "maxpool2d": ("kernel_size", "stride", "padding", "dilation", "ceil_mode"),
    "avgpool2d": (
        "kernel_size",
        "stride",
        "padding",
        "ceil_mode",
        "count_include_pad",
        "divisor_override",
    ),
    "adaptivemaxpool2d": ("output_size",),
    "adaptiveavgpool2d": ("output_size",),
}
_FUNCTIONS = {
    nn.functional.max_pool2d: "maxpool2d",
    nn.functional.avg_pool2d: "avgpool2d",
    nn.functional.adaptive_max_pool2d: "adaptivemaxpool2d",
    nn.functional.adaptive_avg_pool2d: "adaptiveavgpool2d",
    torch.max_pool2d: "maxpool2d",
}


def _pool_settings(step: TracedStep, module: Any) -> tuple[str, dict[str, Any]]:
    """Return which pool a step is, "" where it is none, and its settings by their names."""
    if module is not None:
        name = type(module).__name__.lower()
        return name, {key: getattr(module, key) for key in _ARGUMENTS.get(name, ())}
    target = step.call.target
    name = _FUNCTIONS.get(target, "") if step.call.op == "call_function" else ""
    given = dict(zip(_ARGUMENTS.get(name, ()), step.call.args[1:], strict=False))
    return name, given | dict(step.call.kwargs)


def pair(value: Any) -> Pair:
    """Return a setting of both sides of an image as two numbers."""
    both = tuple(value) if isinstance(value, tuple | list) else (value, value)
    return (int(both[0]), int(both[-1]))


def is_mean_of_pixels(step: TracedStep, shape: Shape) -> bool:
    """Whether a step is the mean of all pixels of each channel: `x.mean((2, 3))`."""
    if step.label != "mean" or len(shape) != 3 or len(step.sources) != 1:
        return False
    dims = step.call.args[1] if len(step.call.args) > 1 else step.call.kwargs.get("dim")
    known = isinstance(dims, tuple | list) and {int(d) % 4 for d in dims} == {2, 3}
    return known and not step.call.kwargs.get("keepdim") and math.prod(shape[1:]) > 0
