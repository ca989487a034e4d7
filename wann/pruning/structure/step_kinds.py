"""What one call in a traced model does with channels, and why where that is not understood."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from wann.network.torch_module import nn, torch
from wann.pruning.structure.graph import Kind, TracedStep
from wann.pruning.structure.moves import MOVES
from wann.pruning.uses.layers import CONVOLUTIONS, TRANSPOSED

Shape = tuple[int, ...]

# Functions, methods and modules in lower case and without "_". These work on each number alone:
_ACTIVATIONS = (
    {
        "relu",
        "relu6",
        "leakyrelu",
        "rrelu",
        "elu",
        "selu",
        "celu",
        "gelu",
        "silu",
        "mish",
        "tanh",
        "sigmoid",
    }
    | {
        "hardtanh",
        "hardsigmoid",
        "hardswish",
        "hardshrink",
        "softshrink",
        "tanhshrink",
        "threshold",
    }
    | {
        "softplus",
        "softsign",
        "logsigmoid",
        "abs",
        "absolute",
        "square",
        "sin",
        "cos",
        "exp",
        "expm1",
        "log1p",
    }
    | {"neg", "negative", "sign", "erf", "atan", "clamp", "clip", "clampmin", "clampmax"}
    | {"identity", "contiguous", "clone", "detach", "float", "double", "half", "bfloat16", "to"}
    | {
        "dropout",
        "dropout1d",
        "dropout2d",
        "dropout3d",
        "alphadropout",
        "featuredropout",
        "featurealphadropout",
    }
)
_SUMS = {"add", "iadd", "sub", "isub", "subtract", "mul", "imul", "multiply", "maximum", "minimum"}
_BY_NUMBERS = {"truediv", "itruediv", "div", "divide", "pow", "ipow"}
_POOLS = {
    f"{how}pool{sides}"
    for how in ("max", "avg", "lp", "adaptiveavg", "adaptivemax")
    for sides in ("1d", "2d", "3d")
} | {"booleandispatch", "interpolate", "upsample", "upsamplingnearest2d", "upsamplingbilinear2d"}
_FLATTENINGS = {"flatten", "view", "reshape"}
_JOINTS = {"cat", "concat", "concatenate"}
_LAYERS = (nn.Linear, *CONVOLUTIONS, *TRANSPOSED)
_NORMS = (nn.modules.batchnorm._BatchNorm, nn.modules.instancenorm._InstanceNorm)
_ACROSS = {"layernorm", "groupnorm", "rmsnorm"}
_OTHER = "what it does with channels is not followed"
HOOKED = "its forward hooks may change what it makes"
TURNED = "turned"  # the label of steps that `other_dimension` makes


class Called(NamedTuple):
    """A call of a function, method or module in a model that was run."""

    node: Any  # of the traced graph
    module: nn.Module | None
    elsewhere: bool  # whether parameters of the module are used by other code as well
    shapes: list[Shape]  # of the tensors that go in
    shape: Shape  # of the tensor that comes out, () where it is none
    given: torch.Tensor | None  # the first example of what a module got

    @property
    def label(self) -> str:
        """What is called, in lower case: relu, flatten, conv2d."""
        if self.module is not None:
            return type(self.module).__name__.lower()
        if self.node.op == "call_function":
            return str(getattr(self.node.target, "__name__", "function")).lower()
        return str(self.node.target).lower() if self.node.op == "call_method" else "values"

    @property
    def plain(self) -> str:
        """The label without "_": leaky_relu_ as leakyrelu."""
        return self.label.replace("_", "")


def other_dimension(
    called: Called, steps: Sequence[TracedStep], sources: tuple[int, ...]
) -> TracedStep | None:
    """Return the step that hands a layer its inputs, where these are another dimension.

    Those of a fully connected layer are the last, those of a convolution the one behind the
    examples. None where the channels before the layer are those already, or it is no such layer.
    """
    if not isinstance(called.module, _LAYERS) or len(sources) != 1 or len(called.shape) < 3:
        return None
    full, source = isinstance(called.module, nn.Linear), steps[sources[0]]
    axis = len(called.shape) - 1 if full else 1
    if source.axis == axis and not (full and source.kind is Kind.INPUT):
        return None
    reason = "it takes another dimension as its inputs than the channels before it"
    name, channels = str(called.node.target), called.shapes[0][axis]
    return TracedStep(Kind.OPAQUE, TURNED, name, sources, channels, 1, None, reason, axis)


def step_of(
    called: Called,
    steps: Sequence[TracedStep],
    sources: tuple[int, ...],
    index: Mapping[Any, int],
) -> TracedStep:
    """Return the step that a call is.

    Args:
        called: the call.
        steps: all before it.
        sources: those whose tensors it is given, each once.
        index: the step of each node before it.
    """
    name = str(called.node.target) if called.module is not None else ""
    channels = called.shape[1] if len(called.shape) > 1 else 0
    if called.node.op == "placeholder":
        return TracedStep(Kind.INPUT, "input", "", (), channels, 1)
    before, label = [steps[source] for source in sources], called.label
    plain = TracedStep(Kind.OPAQUE, label, name, sources, channels, 1, called.given)
    if called.elsewhere:
        return plain._replace(reason="parameters of it are used elsewhere, too")
    if has_hooks(called.module):
        return plain._replace(reason=HOOKED)
    if isinstance(called.module, _LAYERS):
        return _layer(called.module, plain, called, before)
    if label in _JOINTS and called.module is None:
        return _joined(called, plain, steps, index)
    same = bool(before) and all(_carries(s) == _carries(before[0]) for s in before)
    if same and label in _FLATTENINGS and before[0].axis == 1 and _flattens(called):
        width = called.shape[1] // max(1, before[0].channels)
        return plain._replace(
            kind=Kind.SAME, label="flatten", channels=before[0].channels, width=width
        )
    axis = _axis_of_each(called, before[0].axis) if same else None
    if axis is None:
        return plain._replace(reason=_reason(called))
    kind = Kind.NORM if _has_parameters(called) else Kind.SAME
    return plain._replace(kind=kind, channels=before[0].channels, width=before[0].width, axis=axis)


def has_hooks(module: nn.Module | None) -> bool:
    """Whether somebody's hooks see, and may change, what a module makes or is given.

    Those that compute a weight of it from other parameters are no such: the layer has no weight.
    """
    if module is None or not (module._forward_hooks or module._forward_pre_hooks):
        return False
    return not hasattr(module, "weight") or isinstance(module.weight, nn.Parameter)


def _carries(step: TracedStep) -> tuple[int, int, int]:
    return step.channels, step.width, step.axis


def _layer(
    module: Any, plain: TracedStep, called: Called, before: Sequence[TracedStep]
) -> TracedStep:
    """Return the step of a fully connected layer or a convolution."""
    reason = _why_no_layer(module, called)
    last = len(called.shapes[0]) - 1 if isinstance(module, nn.Linear) else 1
    if reason or len(before) != 1:
        return plain._replace(reason=reason or _OTHER)
    kind = Kind.SEPARATE if _is_separate(module) else Kind.LAYER
    return plain._replace(kind=kind, channels=called.shape[last], axis=last)


def _why_no_layer(module: Any, called: Called) -> str:
    """Return why a layer is not understood, "" if it is."""
    given = called.shapes[0]
    if "weight" not in dict(module.named_parameters(recurse=False)):
        return "its weight is computed from other parameters"
    if isinstance(module, nn.Linear):
        return "" if len(given) > 1 else "it is given an example without a batch"
    told = len(called.node.args) + len(called.node.kwargs) != 1
    if isinstance(module, TRANSPOSED) and (module.groups != 1 or told):
        return "it is a transposed convolution in groups, or one that is told its size"
    if module.groups != 1 and not _is_separate(module):
        return "it is a convolution in groups of several channels"
    if module.padding_mode != "zeros":
        return f"its padding is {module.padding_mode!r}, not zeros"
    return "" if len(given) == module.weight.ndim else "it is given an example without a batch"


def _is_separate(module: Any) -> bool:
    """Whether a convolution has a filter for each channel, which nothing else comes into."""
    return isinstance(module, CONVOLUTIONS) and (
        module.groups == module.in_channels == module.out_channels > 1
    )


def _joined(
    called: Called, plain: TracedStep, steps: Sequence[TracedStep], index: Mapping[Any, int]
) -> TracedStep:
    """Return the step that lays tensors one behind the other, if it does so with channels."""
    arguments = dict(zip(("tensors", "dim"), called.node.args, strict=False)) | called.node.kwargs
    dim = arguments.get("dim", arguments.get("axis", 0))
    tensors = arguments.get("tensors", ())
    if not isinstance(tensors, tuple | list):  # what one call has returned, as of chunk()
        return plain._replace(reason="it joins the parts of a tensor")
    sources = tuple(index[node] for node in tensors if node in index)
    widths = {steps[source].width for source in sources}
    channels = sum(steps[source].channels for source in sources)
    axes = {steps[source].axis for source in sources}
    ahead = len(axes) == 1 and len(sources) == len(tensors) > 0
    axis = max(axes, default=1)
    ahead = ahead and dim in (axis, axis - len(called.shape))
    if not ahead or len(widths) > 1 or channels * max(widths) != called.shape[axis]:
        return plain._replace(reason="it joins tensors along something else than channels")
    return plain._replace(
        kind=Kind.JOINED, sources=sources, channels=channels, width=max(widths), axis=axis
    )


def _axis_of_each(called: Called, axis: int) -> int | None:
    """Return which dimension the channels are after a call that works on each of them alone.

    None if it does not do so. `axis` is what they were before.
    """
    label, module, shapes, shape = called.plain, called.module, called.shapes, called.shape
    if isinstance(module, _NORMS):
        return 1 if shapes[0] == shape and axis == 1 else None
    if module is not None and any(True for _ in module.parameters()):
        one = isinstance(module, nn.PReLU) and (module.weight.numel() == 1 or axis == 1)
        return axis if one and len(shape) > 1 else None
    if label in _SUMS | _BY_NUMBERS and module is None:
        numbers = all(isinstance(a, int | float) or hasattr(a, "op") for a in called.node.args)
        fits = all(_spreads(given, shape, axis) for given in shapes) and shape in shapes
        alone = label in _SUMS or len(shapes) == 1
        return axis if numbers and fits and alone and len(shape) > 1 else None
    if label == "expandas" and len(shapes) == 2:
        return axis if shapes[1] == shape and _spreads(shapes[0], shape, axis) else None
    if label in _ACTIVATIONS:
        return axis if shapes == [shape] and len(shape) > 1 else None
    if label in MOVES and len(shapes) == 1 and len(shapes[0]) > 1:
        return MOVES[label](called.node, shapes[0], shape, axis)
    ahead = len(shapes) == 1 and len(shape) == len(shapes[0]) > 2 and shape[:2] == shapes[0][:2]
    return 1 if label in _POOLS and ahead and axis == 1 else None


def _has_parameters(called: Called) -> bool:
    """Whether a call that works on each channel alone has numbers for each, to be cut with it."""
    many = isinstance(called.module, nn.PReLU) and called.module.weight.numel() > 1
    return many or isinstance(called.module, _NORMS)


def _spreads(given: Shape, shape: Shape, axis: int) -> bool:
    """Whether a tensor spreads over another one within each channel alone."""
    return (
        len(given) == len(shape)
        and (given[0], given[axis]) == (shape[0], shape[axis])
        and all(a in (1, b) for a, b in zip(given, shape, strict=True))
    )


def _flattens(called: Called) -> bool:
    (given, *others), shape = called.shapes, called.shape
    ahead = not others and len(given) > 1 and len(shape) == 2
    return ahead and shape == (given[0], math.prod(given[1:]))


def _reason(called: Called) -> str:
    if called.plain in _ACROSS:
        return "it normalises over several channels"
    return _OTHER
