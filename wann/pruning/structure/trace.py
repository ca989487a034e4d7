"""The graph of a model, made by tracing it with `torch.fx` and running it once."""

from collections import Counter
from typing import Any

from wann.errors import UserError, explain
from wann.network.torch_module import nn, torch
from wann.pruning.forward import Examples
from wann.pruning.masks import Masks, check
from wann.pruning.structure.graph import Graph, Kind, TracedStep, masked_copy
from wann.pruning.structure.step_kinds import Called, step_of

_WITH_WEIGHTS = (Kind.LAYER, Kind.SEPARATE)


def trace(model: nn.Module, masks: Masks, example: Examples) -> Graph:
    """Return the graph of `model` under `masks`.

    `example` is a batch of inputs. UserError if it cannot be traced, or has several inputs.
    """
    check(model, masks)
    if not isinstance(example, torch.Tensor):
        raise UserError(
            f"{type(model).__name__} cannot be traced: it has several inputs; expected a model "
            "that takes one tensor"
        )
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
    weights = {f"{step.module}.weight" for step in steps if step.kind in _WITH_WEIGHTS}
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


def _read(traced: Any, recorder: _Recorder) -> tuple[list[TracedStep], tuple[int, ...]]:
    """Return the steps of a traced model that was run, and those that are returned."""
    modules = dict(traced.named_modules())
    elsewhere = _used_elsewhere(traced, modules)
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
        called = Called(
            node,
            modules[node.target] if node.op == "call_module" else None,
            node.op == "call_module" and node.target in elsewhere,
            [
                shape
                for n in node.all_input_nodes
                if (shape := _shape(recorder.values[n])) is not None
            ],
            _shape(value) or (),
            recorder.given.get(node),
        )
        index[node] = len(steps)
        steps.append(step_of(called, steps, sources, index)._replace(call=node))
    return steps, outputs


def _used_elsewhere(traced: Any, modules: dict[str, nn.Module]) -> set[str]:
    """Return the modules whose parameters other modules have, too, or the forward takes itself."""
    owners = Counter(id(p) for m in modules.values() for p in m.parameters(recurse=False))
    taken = {node.target.rpartition(".")[0] for node in traced.graph.nodes if node.op == "get_attr"}
    return {
        name
        for name, module in modules.items()
        if (name in taken and name) or any(owners[id(p)] > 1 for p in module.parameters())
    }


def _shape(value: Any) -> tuple[int, ...] | None:
    return tuple(value.shape) if isinstance(value, torch.Tensor) else None
