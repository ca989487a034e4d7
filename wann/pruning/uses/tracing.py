"""How a model uses its parameters, read from its graph where there are no examples to run it on.

`torch.fx` calls the forward with stand-ins for values. That fails where a forward looks at values
or sizes; then nothing is known.
"""

from collections.abc import Sequence
from typing import Any

from wann.network.torch_module import nn, torch
from wann.pruning.forward import copy_model
from wann.pruning.torch_random import in_use
from wann.pruning.uses.layers import weights_of_layer, weights_of_layers
from wann.pruning.uses.ledger import Ledger, Origin, Uses

_PRODUCT_NAMES = """
    linear matmul mm bmm mv dot inner tensordot einsum bilinear addmm baddbmm addbmm addmv conv1d
    conv2d conv3d conv_transpose1d conv_transpose2d conv_transpose3d multi_head_attention_forward
"""
_PRODUCTS = frozenset(_PRODUCT_NAMES.split())
_VIEW_NAMES = """
    t transpose view reshape permute unsqueeze squeeze flatten chunk contiguous expand getattr
    getitem split unbind
"""
_VIEWS = frozenset(_VIEW_NAMES.split())
_NAMES_OF_SIZES = ("shape", "ndim", "dtype", "device")


def trace_uses(model: nn.Module) -> Uses | None:
    """Return how `model` uses its parameters; None if its forward cannot be traced."""
    model = copy_model(model)
    try:
        with in_use(model):
            graph = torch.fx.Tracer().trace(model)
    except Exception:  # whatever the tracer meets in somebody's code
        return None
    reader = _Reader(model)
    for node in graph.nodes:
        if node.op == "output":
            return reader.ledger.uses(reader.origin(n) for n in node.all_input_nodes)
        reader.read(node)
    return None


class _Reader:
    """Notes each node of a graph."""

    def __init__(self, model: nn.Module) -> None:
        self.model = model
        self.parameters = dict(model.named_parameters(remove_duplicate=False))
        self.ledger = Ledger(list(self.parameters), weights_of_layers(model))
        self.origins: dict[Any, Origin] = {}

    def origin(self, node: Any) -> Origin:
        """Return where the numbers of what `node` gives come from."""
        return self.origins.get(node, Origin())

    def read(self, node: Any) -> None:
        """Note one node."""
        given = [self.origin(n) for n in node.all_input_nodes]
        name = str(node.target)
        if node.op == "placeholder":
            self.origins[node] = Origin(data=True)
        elif node.op == "get_attr":
            own = (name,) if name in self.parameters else ()
            self.origins[node] = Origin(parameters=frozenset(own), own=own)
        elif node.op == "call_module":
            self.origins[node] = self._module(name, given)
        else:
            name = name if node.op == "call_method" else getattr(node.target, "__name__", name)
            self.origins[node] = self._function(name, node.args, given)

    def _module(self, name: str, given: Sequence[Origin]) -> Origin:
        module = self.model.get_submodule(name)
        weights = [
            f"{name}.{inner}.{weight}".replace("..", ".")
            for inner, layer in module.named_modules()
            for weight in weights_of_layer(layer)
        ]
        if weights:
            return self.ledger.layer(weights, given)
        inside = [f"{name}.{parameter}" for parameter, _ in module.named_parameters()]
        origins = [*given, *(Origin(parameters=frozenset([n]), own=(n,)) for n in inside)]
        return self.ledger.other(type(module).__name__.lower(), origins)

    def _function(self, name: str, args: Sequence[Any], given: Sequence[Origin]) -> Origin:
        if name in _PRODUCTS:
            return self.ledger.product(given)
        if name == "getattr" and args[1:] and args[1] in _NAMES_OF_SIZES:
            return Origin()
        if name in _VIEWS and len(given) == 1:
            return given[0]
        return self.ledger.other(name, given)
