"""The graph of a model, made by tracing it with `torch.fx` and running it once."""

import math
from collections import Counter
from typing import Any

from wann.errors import UserError, explain
from wann.network.torch_module import nn, torch
from wann.pruning.masks import Masks, check
from wann.pruning.structure.graph import Graph, Kind, TracedStep, masked_copy


def trace(model: nn.Module, masks: Masks, example: torch.Tensor) -> Graph:
    """Return the graph of `model` under `masks`.

    `example` is a batch of inputs. UserError if it cannot be traced.
    """
    check(model, masks)
    model, some = _precise(model, masks, example[:2])
    try:
        traced = torch.fx.symbolic_trace(model)
        recorder = _Recorder(traced)
        with torch.no_grad():
            recorder.run(some)
    except Exception as problem:  # whatever the tracer meets in somebody's code
        raise UserError(
            f"{type(model).__name__} cannot be traced: {explain(problem)[:200]}; "
            "expected a forward without branches on values"
        ) from None
    steps, outputs = _read(traced, recorder)
    weights = {f"{step.module}.weight" for step in steps if step.kind is Kind.LAYER}
    parameters = dict(model.named_parameters())
    kept = {
        name: masks[name].to(parameters[name].device)
        if name in masks
        else torch.ones_like(parameters[name]).bool()
        for name in weights
    }
    return Graph(model, steps, outputs, kept)


def _precise(model: nn.Module, masks: Masks, some: torch.Tensor) -> tuple[nn.Module, torch.Tensor]:
    """Return a masked copy of `model` in float64, and `some` inputs for it.

    Both keep their own types if the model cannot run in float64, as its forward casts values.
    """
    copied = masked_copy(model, masks).to(torch.float64)
    doubles = some.to(torch.float64) if some.is_floating_point() else some
    try:
        with torch.no_grad():
            copied(doubles)
        return copied, doubles
    except Exception:  # somebody's own casts
        copied = masked_copy(model, masks)
    try:
        with torch.no_grad():
            copied(some)
    except Exception as problem:  # whatever somebody's code raises
        raise UserError(
            f"{type(model).__name__} cannot take a batch of shape {tuple(some.shape)}: "
            f"{explain(problem)[:200]}; expected inputs as in training"
        ) from None
    return copied, some


class _Recorder(torch.fx.Interpreter):
    """Runs a traced model and remembers the shape of each value, and what modules were given."""

    def __init__(self, traced: Any) -> None:
        super().__init__(traced)
        self.values: dict[Any, Any] = {}
        self.given: dict[Any, torch.Tensor] = {}

    def run_node(self, n: Any) -> Any:
        """Run one node.

        A copy of what it is given is kept: what works in place may overwrite it later.
        """
        if n.op == "call_module" and n.all_input_nodes:
            before = self.env[n.all_input_nodes[0]]
            self.given[n] = before[:1].clone() if isinstance(before, torch.Tensor) else before
        result = super().run_node(n)
        self.values[n] = result
        return result


_ACTIVATIONS = (
    {
        "relu",
        "relu6",
        "leaky_relu",
        "leakyrelu",
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
        "softplus",
        "softsign",
        "logsigmoid",
        "relu_",
        "tanh_",
        "sigmoid_",
    }
    | {"abs", "square", "sin", "cos", "exp", "neg", "clamp"}
    | {"identity", "dropout", "dropout1d", "dropout2d", "dropout3d", "alphadropout", "contiguous"}
)
_SUMS = {"add", "iadd", "sub", "mul", "add_", "maximum", "minimum"}
_POOLS = {
    f"{a}{b}"
    for a in ("maxpool", "avgpool", "adaptiveavgpool", "adaptivemaxpool")
    for b in ("1d", "2d", "3d")
}
_POOL_FUNCTIONS = {
    f"{a}{b}"
    for a in ("max_pool", "avg_pool", "adaptive_avg_pool", "adaptive_max_pool", "boolean_dispatch")
    for b in ("1d", "2d", "3d", "")
}
_FLATTENINGS = {"flatten", "view", "reshape"}
_LAYERS = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d)
_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)


def _read(traced: Any, recorder: _Recorder) -> tuple[list[TracedStep], tuple[int, ...]]:
    """Return the steps of a traced model that was run, and those that are returned."""
    modules = dict(traced.named_modules())
    calls = Counter(n.target for n in traced.graph.nodes if n.op == "call_module")
    owners = Counter(id(p) for m in modules.values() for p in m.parameters(recurse=False))
    steps: list[TracedStep] = []
    index: dict[Any, int] = {}  # of the step of each node
    outputs: tuple[int, ...] = ()
    for node in traced.graph.nodes:
        sources = tuple(index[n] for n in node.all_input_nodes if n in index)
        if node.op == "output":
            outputs = sources
            continue
        value = recorder.values[node]
        if not isinstance(value, torch.Tensor | tuple | list) or isinstance(value, torch.Size):
            continue  # numbers and sizes carry no channels
        module = modules.get(node.target) if node.op == "call_module" else None
        once = module is None or (
            calls[node.target] == 1 and all(owners[id(p)] == 1 for p in module.parameters())
        )
        index[node] = len(steps)
        steps.append(
            _step(node, module if once else None, [steps[s] for s in sources], sources, recorder)
        )
    return steps, outputs


def _step(
    node: Any,
    module: nn.Module | None,
    before: list[TracedStep],
    sources: tuple[int, ...],
    recorder: _Recorder,
) -> TracedStep:
    value = recorder.values[node]
    shapes = [
        tuple(recorder.values[n].shape)
        for n in node.all_input_nodes
        if _is_tensor(recorder.values[n])
    ]
    shape = tuple(value.shape) if _is_tensor(value) else ()
    label = _label(node, module)
    name = str(node.target) if module is not None else ""
    channels = shape[1] if len(shape) > 1 else 0
    if node.op == "placeholder":
        return TracedStep(Kind.INPUT, "input", "", (), channels, 1, None)
    kind = Kind.OPAQUE
    if len(before) == 1 and isinstance(module, _LAYERS) and _is_layer(module, shapes[0]):
        return TracedStep(Kind.LAYER, label, name, sources, channels, 1, recorder.given[node])
    same = bool(before) and all(
        s.channels == before[0].channels and s.width == before[0].width for s in before
    )
    if (
        same
        and isinstance(module, _NORMS)
        and shapes[0] == shape
        and module.running_mean is not None
    ):
        kind = Kind.NORM
    elif same and shape and _keeps_channels(label, node, shapes, shape):
        kind = Kind.SAME
    elif len(before) == 1 and label in _FLATTENINGS and _flattens(shapes[0], shape):
        return TracedStep(
            Kind.SAME,
            "flatten",
            name,
            sources,
            before[0].channels,
            shape[1] // before[0].channels,
            None,
        )
    if kind is Kind.OPAQUE:
        return TracedStep(kind, label, name, sources, channels, 1, None)
    return TracedStep(kind, label, name, sources, before[0].channels, before[0].width, None)


def _label(node: Any, module: nn.Module | None) -> str:
    if module is not None:
        return type(module).__name__.lower()
    if node.op == "call_function":
        return str(getattr(node.target, "__name__", "function")).lower()
    return str(node.target).lower() if node.op == "call_method" else "opaque"


def _is_tensor(value: Any) -> bool:
    return isinstance(value, torch.Tensor)


def _is_layer(module: Any, given: tuple[int, ...]) -> bool:
    # Computed from others, as by weight_norm
    if "weight" not in dict(module.named_parameters(recurse=False)):
        return False
    if isinstance(module, nn.Linear):
        return len(given) == 2
    return bool(
        module.groups == 1 and module.padding_mode == "zeros" and len(given) == module.weight.ndim
    )


def _keeps_channels(
    label: str, node: Any, shapes: list[tuple[int, ...]], shape: tuple[int, ...]
) -> bool:
    """Return whether each channel of the result comes from the same given channel alone."""
    if label in _SUMS:
        numbers = all(isinstance(a, int | float) or hasattr(a, "op") for a in node.args)
        return numbers and all(given == shape for given in shapes) and node.op != "call_module"
    if label in _ACTIVATIONS:
        return shapes == [shape] and len(shape) > 1
    pools = label in _POOLS or (node.op == "call_function" and label in _POOL_FUNCTIONS)
    return (
        pools
        and len(shapes) == 1
        and len(shape) == len(shapes[0]) > 2
        and shape[:2] == shapes[0][:2]
    )


def _flattens(given: tuple[int, ...], shape: tuple[int, ...]) -> bool:
    return len(given) > 1 and len(shape) == 2 and shape == (given[0], math.prod(given[1:]))
