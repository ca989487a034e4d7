"""Second derivatives by back-propagation through a chain of layers.

Source: LeCun, Denker, Solla 1990, section 2.2.

A forward pass is recorded, function by function; so a model may be a `Sequential` or a class with a
`forward` of its own. Where the record is no chain that the recursion holds for, there is no tape.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from wann.pruning.forward import Examples, run
from wann.pruning.scores.scoring import Loss
from wann.pruning.scores.torch_activation_names import ACTIVATIONS

_LINEAR = frozenset(
    [
        "linear",
        "conv1d",
        "conv2d",
        "conv3d",
        "conv_transpose1d",
        "conv_transpose2d",
        "conv_transpose3d",
    ]
)
_ELEMENTWISE = ACTIVATIONS - {"prelu", "rrelu", "softmax", "softmin", "log_softmax"} | {
    "dropout",
    "batch_norm",
}
# Each output is one of the inputs.
_ROUTING = frozenset(
    [
        "flatten",
        "view",
        "reshape",
        "squeeze",
        "unsqueeze",
        "permute",
        "transpose",
        "contiguous",
        "pad",
        "max_pool1d",
        "max_pool2d",
    ]
)
_AVERAGING = frozenset(["avg_pool1d", "avg_pool2d", "adaptive_avg_pool1d", "adaptive_avg_pool2d"])


class Call(NamedTuple):
    """One function that was called on what the one before it returned."""

    function: Callable[..., Any]
    inputs: torch.Tensor
    outputs: torch.Tensor
    others: tuple[Any, ...]  # further arguments
    named: dict[str, Any]

    @property
    def name(self) -> str:
        """Return the name of the function."""
        return str(self.function.__name__)

    @property
    def weight(self) -> torch.Tensor | None:
        """Return the weight of a linear function."""
        return self.others[0] if self.others else self.named.get("weight")

    def again(self, inputs: torch.Tensor) -> torch.Tensor:
        """Return what the function makes of other `inputs`; these are left alone."""
        result: torch.Tensor = self.function(inputs.clone(), *self.others, **self.named)
        return result

    def squared(self, inputs: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
        """Return what a linear function makes of other inputs and weights, without bias."""
        named = {key: value for key, value in self.named.items() if key not in ("weight", "bias")}
        result: torch.Tensor = self.function(inputs, weight, None, *self.others[2:], **named)
        return result


class Tape(NamedTuple):
    """A forward pass that is one chain, and the names of the weights in it by identity."""

    calls: list[Call]
    outputs: torch.Tensor
    names: dict[int, str]


class _Recorder(TorchFunctionMode):
    def __init__(self) -> None:
        super().__init__()
        self.calls: list[Call] = []

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        kwargs = dict(kwargs or {})
        first = args[0] if args else kwargs.pop("input", None)
        if not isinstance(first, torch.Tensor):
            return func(*args, **kwargs)
        # A function that works in place gets a copy, so that its input can be looked at afterwards.
        result = func(first.clone() if _in_place(func, kwargs) else first, *args[1:], **kwargs)
        if isinstance(result, torch.Tensor):
            self.calls.append(Call(func, first, result, args[1:], kwargs))
        return result


def record(model: nn.Module, inputs: Examples, weights: Mapping[str, nn.Parameter]) -> Tape | None:
    """Return the forward pass of `model` on `inputs`.

    It is None unless the pass is one chain in which each of `weights` is used once.
    """
    if not isinstance(inputs, torch.Tensor):
        return None
    with _Recorder() as recorder, torch.no_grad():
        outputs = run(model, inputs)
    names = {id(weight): name for name, weight in weights.items() if weight.ndim >= 2}
    current, met = inputs, []
    for call in recorder.calls:
        if call.inputs is not current or not _is_known(call):
            return None
        if call.name in _LINEAR:
            met.append(id(call.weight))
        current = call.outputs
    complete = current is outputs and all(met.count(identity) == 1 for identity in names)
    return Tape(recorder.calls, outputs, names) if complete else None


def recursion(tape: Tape, curvature: torch.Tensor) -> dict[str, torch.Tensor]:
    """Return the diagonal second derivatives for the weights on `tape`.

    `curvature` holds those for its outputs, in their shape.

    Terms between different units are left out, and f'', which makes it the Levenberg-Marquardt
    form.
    """
    found = {}
    for call in reversed(tape.calls):
        if call.name in _LINEAR:
            weight = call.weight
            assert weight is not None
            squares = (
                (call.inputs.detach() ** 2).requires_grad_(),
                (weight.detach() ** 2).requires_grad_(),
            )
            with torch.enable_grad():
                outputs = call.squared(*squares)
            # What is linear in both: for the weight, sums of x^2 h; for the inputs, sums of w^2 h.
            curvature, of_weight = torch.autograd.grad(outputs, squares, curvature)
            if id(weight) in tape.names:
                found[tape.names[id(weight)]] = of_weight
        else:
            curvature = _through(call, curvature)
    return found


def output_curvature(loss: Loss, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Return the second derivatives of the mean loss for the outputs of each example.

    Their shape is (examples, outputs, outputs).
    """
    return torch.stack(list(_rows(loss, outputs, targets)), 1)


def output_diagonal(loss: Loss, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Return the second derivatives for each output alone, in the shape of the outputs.

    Where one is negative, zero is returned instead.
    """
    diagonal = torch.stack([row[:, k] for k, row in enumerate(_rows(loss, outputs, targets))], 1)
    return diagonal.clamp_min(0.0).view(outputs.shape)


def _rows(loss: Loss, outputs: torch.Tensor, targets: torch.Tensor) -> Iterator[torch.Tensor]:
    """Yield (examples, outputs) the derivatives of the slope for one output after another.

    Each example is taken by itself: the loss of one does not depend on the outputs of another.
    """
    outputs = outputs.detach().requires_grad_()
    with torch.enable_grad():
        (slope,) = torch.autograd.grad(loss(outputs, targets), outputs, create_graph=True)
    flat = slope.flatten(1)
    for k in range(flat.shape[1]):
        row = (
            torch.autograd.grad(flat[:, k].sum(), outputs, retain_graph=True)[0]
            if slope.requires_grad
            else slope * 0
        )
        yield row.flatten(1)


def _through(call: Call, curvature: torch.Tensor) -> torch.Tensor:
    """Return the curvature for the inputs of a call without weight."""
    inputs = call.inputs.detach().requires_grad_()
    with torch.enable_grad():
        outputs = call.again(inputs)
    if call.name in _ELEMENTWISE:
        return torch.autograd.grad(outputs.sum(), inputs)[0] ** 2 * curvature
    (back,) = torch.autograd.grad(outputs, inputs, curvature)
    return back * _share(call) if call.name in _AVERAGING else back


def _share(call: Call) -> float:
    """Return what each input counts for in its mean."""
    inside, outside = call.inputs[0, 0].numel(), call.outputs[0, 0].numel()
    return outside / inside


def _is_known(call: Call) -> bool:
    """Return whether the recursion holds for this call."""
    if call.name in _AVERAGING:  # windows that cover the inputs once
        return all(
            a % b == 0 for a, b in zip(call.inputs.shape[2:], call.outputs.shape[2:], strict=True)
        ) and _tiles(call)
    if call.name in ("dropout", "batch_norm"):
        return not _trains(call)
    return call.name in _LINEAR | _ELEMENTWISE | _ROUTING


def _tiles(call: Call) -> bool:
    """Return whether the windows of a mean neither overlap nor leave anything out."""
    if call.name.startswith("adaptive"):
        return True
    size = [a // b for a, b in zip(call.inputs.shape[2:], call.outputs.shape[2:], strict=True)]
    window = call.others[0] if call.others else call.named.get("kernel_size")
    padding = call.others[2] if len(call.others) > 2 else call.named.get("padding", 0)
    stride = (call.others[1] if len(call.others) > 1 else call.named.get("stride")) or window
    return [_each(window, len(size)), _each(stride, len(size))] == [size, size] and not any(
        _each(padding, len(size))
    )


def _each(value: Any, dimensions: int) -> list[int]:
    """Return a setting of a pooling for each dimension; one number is meant for all."""
    return (
        [value] * dimensions
        if isinstance(value, int)
        else list(value) * (dimensions if len(value) == 1 else 1)
    )


def _trains(call: Call) -> bool:
    """Return whether a dropout or batch normalisation works as in training."""
    index = 4 if call.name == "batch_norm" else 1  # of the argument `training`
    return bool(
        call.others[index]
        if len(call.others) > index
        else call.named.get("training", call.name == "dropout")
    )


def _in_place(func: Callable[..., Any], kwargs: Mapping[str, Any]) -> bool:
    name = func.__name__
    return bool(kwargs.get("inplace")) or (name.endswith("_") and not name.startswith("__"))
