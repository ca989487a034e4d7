"""The graph of a model, made by tracing it with `torch.fx` and running it once."""

import inspect
from collections import Counter
from typing import Any

from wann.errors import UserError, explain
from wann.network.torch_module import nn, torch
from wann.pruning.forward import Examples, arguments, call
from wann.pruning.masks import Masks, check
from wann.pruning.structure.graph import Graph, Kind, TracedStep, masked_copy
from wann.pruning.structure.in_place import settle
from wann.pruning.structure.own_layers import own_layers
from wann.pruning.structure.sized_tracer import SizedTracer
from wann.pruning.structure.step_kinds import (
    HOOKED,
    Called,
    has_hooks,
    other_dimension,
    step_of,
)
from wann.pruning.torch_modes import in_own_modes
from wann.pruning.torch_random import in_use

_WITHOUT_CHANNELS = (int, float, str, torch.Size, torch.dtype, torch.device, type(None))
_WITH_WEIGHTS = (Kind.LAYER, Kind.SEPARATE)


@in_own_modes()
def trace(model: nn.Module, masks: Masks, example: Examples) -> Graph:
    """Return the graph of `model` under `masks`.

    `example` is a batch of inputs. UserError if it cannot be traced.
    """
    check(model, masks)
    model, some = _precise(model, masks, example[:2])
    try:
        given, absent = _by_parameter(model, some)
        tracer = SizedTracer(given, own_layers(model, some))
        with in_use(model):
            traced = torch.fx.GraphModule(model, tracer.trace(model, concrete_args=absent))
            recorder = _Recorder(traced)
            recorder.run(*given)
        settle(traced.graph, recorder.values, recorder.changes)
        steps, outputs = _read(traced, recorder)
    except UserError as problem:
        raise UserError(f"{type(model).__name__}: {problem}") from None
    except Exception as problem:  # whatever the tracer meets in somebody's code
        raise UserError(
            f"{type(model).__name__} cannot be traced: {explain(problem)[:200]}; "
            "expected a forward without branches on values; else use the masked model as it is"
        ) from None
    weights = {f"{step.module}.weight" for step in steps if step.kind in _WITH_WEIGHTS}
    parameters = dict(model.named_parameters())
    kept = {
        name: masks[name].to(parameters[name].device)
        if name in masks
        else torch.ones_like(parameters[name]).bool()
        for name in weights
    }
    called = {n.target for n in traced.graph.nodes if n.op in ("call_module", "get_attr")}
    return Graph(model, steps, outputs, kept, frozenset(called))


def refuse_hooks(model: nn.Module, place: str) -> None:
    """Raise UserError if `model` itself has hooks, which a trace of its forward does not see.

    `place`: what there is no place in for it.
    """
    if has_hooks(model):
        raise UserError(
            f"{type(model).__name__} has no place in {place}: {HOOKED}; expected a model without "
            "hooks of its own, which its forward may do the work of"
        )


def _by_parameter(model: nn.Module, some: Examples) -> tuple[list[Any], dict[str, Any]]:
    """Return what `forward` is given in the order of its parameters, and the defaults of others."""
    by_position, by_name = arguments(some)
    signature = inspect.signature(model.forward)
    given = signature.bind(*by_position, **by_name).arguments
    parameters = signature.parameters.values()
    if any(p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD) and p.name in given for p in parameters):
        return [*by_position, *by_name.values()], {}
    absent = {
        p.name: p.default for p in parameters if p.name not in given and p.default is not p.empty
    }
    values = [given.get(p.name, p.default) for p in parameters]
    return [value for value in values if value is not inspect.Parameter.empty], absent


def _precise(model: nn.Module, masks: Masks, some: Examples) -> tuple[nn.Module, Examples]:
    """Return a masked copy of `model` in float64, and `some` inputs for it.

    Both keep their own types if the model cannot run in float64, as its forward casts values.
    """
    copied = masked_copy(model, masks).to(torch.float64)
    doubles = in_doubles(some)
    try:
        with in_use(copied):
            call(copied, doubles)
        return copied, doubles
    except Exception:  # somebody's own casts
        copied = masked_copy(model, masks)
    run_on(copied, some)
    return copied, some


def in_doubles(examples: Examples) -> Examples:
    """Return `examples` with floating numbers in float64; whole ones stay as they are."""
    if isinstance(examples, torch.Tensor) and not examples.is_floating_point():
        return examples
    return examples.to(torch.float64)


def run_on(model: nn.Module, examples: Examples) -> Any:
    """Return what `model` returns for `examples`; UserError where it cannot take them."""
    try:
        with in_use(model):
            return call(model, examples)
    except Exception as problem:  # whatever somebody's code raises
        raise UserError(
            f"{type(model).__name__} cannot take a batch of shape {tuple(examples.shape)}: "
            f"{explain(problem)[:200]}; expected inputs as in training"
        ) from None


class _Recorder(torch.fx.Interpreter):
    """Runs a traced model and remembers the shape of each value, and what modules were given."""

    def __init__(self, traced: Any) -> None:
        super().__init__(traced)
        self.values: dict[Any, Any] = {}
        self.given: dict[Any, torch.Tensor] = {}
        self.changes: dict[Any, list[Any]] = {}  # the nodes whose tensors a call changed in place

    def run_node(self, n: Any) -> Any:
        """Run one node.

        A copy of what it is given is kept: what works in place may overwrite it later.
        """
        versions = {
            node: self.env[node]._version
            for node in n.all_input_nodes
            if isinstance(self.env[node], torch.Tensor) and not self.env[node].is_inference()
        }
        if n.op == "call_module" and n.all_input_nodes:
            before = self.env[n.all_input_nodes[0]]
            self.given[n] = before[:1].clone() if isinstance(before, torch.Tensor) else before
        result = super().run_node(n)
        self.values[n] = result
        changed = [node for node, version in versions.items() if self.env[node]._version > version]
        if changed:
            self.changes[n] = changed
        return result


def _read(traced: Any, recorder: _Recorder) -> tuple[list[TracedStep], tuple[int, ...]]:
    """Return the steps of a traced model that was run, and those that are returned."""
    modules = dict(traced.named_modules())
    elsewhere = _used_elsewhere(traced, modules)
    steps: list[TracedStep] = []
    index: dict[Any, int] = {}  # of the step of each node
    inside: dict[Any, tuple[int, ...]] = {}  # the steps of the tensors in an object of the user's
    outputs: tuple[int, ...] = ()
    for node in traced.graph.nodes:
        parts = [(index[n],) if n in index else inside.get(n, ()) for n in node.all_input_nodes]
        sources = tuple(dict.fromkeys(number for part in parts for number in part))
        if node.op == "output":
            outputs = sources
            continue
        value = recorder.values[node]
        if not isinstance(value, torch.Tensor | tuple | list) or isinstance(value, torch.Size):
            if not isinstance(value, _WITHOUT_CHANNELS):
                inside[node] = sources
            continue
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
        turned = other_dimension(called, steps, sources)
        if turned is not None:
            sources = (len(steps),)
            steps.append(turned)
        index[node] = len(steps)
        steps.append(step_of(called, steps, sources, index)._replace(call=node))
    return steps, outputs


def _used_elsewhere(traced: Any, modules: dict[str, nn.Module]) -> set[str]:
    """Return the modules whose parameters other modules have, too, or the forward takes itself.

    To ask a parameter for its type or shape is no use of it.
    """
    owners = Counter(id(p) for m in modules.values() for p in m.parameters(recurse=False))
    taken = {
        node.target.rpartition(".")[0]
        for node in traced.graph.nodes
        if node.op == "get_attr" and not all(map(_only_asks, node.users))
    }
    return {
        name
        for name, module in modules.items()
        if (name in taken and name) or any(owners[id(p)] > 1 for p in module.parameters())
    }


def _only_asks(node: Any) -> bool:
    """Whether a node of the graph asks a value for its type, shape or device alone."""
    return node.target is getattr and node.args[1] in ("dtype", "shape", "device", "ndim")


def _shape(value: Any) -> tuple[int, ...] | None:
    return tuple(value.shape) if isinstance(value, torch.Tensor) else None
