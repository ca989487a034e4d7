"""A tracer that knows sizes: forwards may branch on the shapes of tensors, and loop over them.

A trace holds for the sizes of the example, as a forward pass does. Branches on values of tensors
are refused as before, since other examples may go another way.
"""

import builtins
import operator
from collections.abc import Collection, Iterator
from typing import Any

from wann.network.torch_module import nn, torch

# Attributes and methods of tensors that tell nothing of their values
_ASKED = ("shape", "ndim", "dtype", "device")
_ASKING = ("size", "dim", "numel", "nelement", "ndimension", "is_floating_point")
_PLAIN = {f for module in (operator, builtins) for f in vars(module).values() if callable(f)}


class SizedTracer(torch.fx.Tracer):
    """Traces a model whose arguments are known, as far as their sizes go."""

    # Buffers are traced as values are, since forwards index them by sizes of their inputs
    proxy_buffer_attributes = True

    def __init__(self, given: list[Any], layers: Collection[str]) -> None:
        """Make a tracer for one model.

        `given`: the arguments of its forward, by position; `layers`: modules that are taken as a
        whole, besides those of PyTorch.
        """
        super().__init__()
        self._given, self._whole = given, frozenset(layers)
        self._interpreter: Any = None  # of what is traced so far
        self._computes = False  # while it does, modules are run rather than traced

    def is_leaf_module(self, m: nn.Module, module_qualified_name: str) -> bool:
        """Whether a module is one step of the trace."""
        return module_qualified_name in self._whole or super().is_leaf_module(
            m, module_qualified_name
        )

    def call_module(self, m: nn.Module, forward: Any, args: Any, kwargs: Any) -> Any:
        """Trace the call of a module, or run it."""
        if self._computes:
            return forward(*args, **kwargs)
        return super().call_module(m, forward, args, kwargs)

    def getattr(self, attr: str, attr_val: Any, parameter_proxy_cache: dict[str, Any]) -> Any:
        """Return what stands for an attribute of a module, or the attribute."""
        if self._computes:
            return attr_val
        return super().getattr(attr, attr_val, parameter_proxy_cache)

    def proxy(self, node: Any) -> "_SizedProxy":
        """Return what stands for the value of a node."""
        return _SizedProxy(node, self)

    def to_bool(self, obj: Any) -> bool:
        """Return the truth of what follows from sizes; TraceError for all else."""
        return bool(self.known(obj.node)) if _of_sizes(obj.node) else super().to_bool(obj)

    def iter(self, obj: Any) -> Iterator[Any]:
        """Iterate over a shape; TraceError for all else."""
        if not _of_sizes(obj.node):
            return super().iter(obj)
        return iter([obj[place] for place in range(len(self.known(obj.node)))])

    def known(self, wanted: Any) -> Any:
        """Return what a node is for the example; all before it is computed, once."""
        if self._interpreter is None:
            self._interpreter = torch.fx.Interpreter(self.root, False, graph=self.graph)
            self._interpreter.args_iter = iter(self._given)
        values, self._computes = self._interpreter.env, True
        try:
            with torch.no_grad():
                for node in self.graph.nodes:
                    if wanted in values:
                        break
                    if node not in values:
                        values[node] = self._interpreter.run_node(node)
        finally:
            self._computes = False
        return values[wanted]


class _SizedProxy(torch.fx.Proxy):
    """A value whose size is known."""

    def _known(self, what: str) -> Any:
        if not _of_sizes(self.node):
            raise torch.fx.proxy.TraceError(
                f"the values of a tensor cannot be used as {what} where they are traced"
            )
        tracer: Any = self.tracer
        return tracer.known(self.node)

    def __getattr__(self, k: str) -> Any:
        if k in _ASKED:
            return self.tracer.create_proxy("call_function", getattr, (self, k), {})
        return super().__getattr__(k)

    def __len__(self) -> int:
        tracer: Any = self.tracer
        return len(tracer.known(self.node))  # that of a tensor is its first size

    def __index__(self) -> int:
        return operator.index(self._known("an index"))

    def __int__(self) -> int:
        return int(self._known("a whole number"))

    def __float__(self) -> float:
        return float(self._known("a number"))


def _of_sizes(node: Any) -> bool:
    """Whether a node follows from sizes and types alone, by Python's own functions."""
    if node.op == "call_function" and node.target is getattr:
        return node.args[1] in _ASKED
    if node.op == "call_method":
        return node.target in _ASKING
    before = node.all_input_nodes
    plain = node.op == "call_function" and node.target in _PLAIN
    return plain and bool(before) and all(map(_of_sizes, before))
