"""How a model uses its parameters, seen in a forward pass on real examples.

Every operation of the pass is watched, whatever code it comes from. What is known of a value is
noted for the memory that it lies in, as views of a value share its memory.
"""

from collections.abc import Iterator
from typing import Any

import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from wann.errors import UserError
from wann.pruning.forward import Examples, arguments, copy_model, logits_of
from wann.pruning.torch_random import in_use
from wann.pruning.uses.layers import weights_of_layers
from wann.pruning.uses.ledger import Ledger, Origin, Uses

# Operations that multiply and sum up, and which of their tensors are factors (None: all are)
_PRODUCTS: dict[str, tuple[int, ...] | None] = {
    **dict.fromkeys(("mm", "bmm", "mv", "dot", "vdot", "matmul", "inner", "tensordot"), None),
    **dict.fromkeys(("addmm", "baddbmm", "addbmm", "addmv", "addr"), (1, 2)),
    **dict.fromkeys(("linear", "mkldnn_linear", "_mkldnn_linear", "ger"), (0, 1)),
    **dict.fromkeys(("convolution", "_convolution", "mkldnn_convolution"), (0, 1)),
    **dict.fromkeys(("cudnn_convolution", "convolution_overrideable"), (0, 1)),
    **dict.fromkeys(("cudnn_convolution_transpose", "_slow_conv2d_forward"), (0, 1)),
    **dict.fromkeys(("_trilinear", "bilinear", "mkldnn_rnn_layer", "_cudnn_rnn"), None),
    **dict.fromkeys(("lstm", "gru", "rnn_tanh", "rnn_relu", "miopen_rnn"), None),
}
_MATRIX_DIMENSIONS = 2


def watch(model: nn.Module, examples: Examples, *, training: bool = False) -> Uses | None:
    """Return how `model` uses its parameters on `examples`; None if it cannot be run on them.

    A copy is run without gradients, in training mode or for use.
    """
    found = _run(copy_model(model).train(training), examples)
    return None if found is None else found[0].uses(found[1])


def computed_weights(model: nn.Module, examples: Examples, name: str) -> list[torch.Tensor]:
    """Return what the parameter `name` becomes before it is multiplied with something.

    That is every tensor of its shape that is a factor and is computed from it. `model` is run as it
    is, and may change what it remembers, such as running means.
    """
    found = _run(model, examples)
    shape = model.get_parameter(name).shape
    return [] if found is None else [t for t in found[0].computed[name] if t.shape == shape]


def _run(model: nn.Module, examples: Examples) -> "tuple[_Watch, Any] | None":
    by_position, by_name = arguments(examples)
    fast = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)  # which runs whole layers as one operation
    try:
        watching = _Watch(model, [*by_position, *by_name.values()])
        with in_use(model), watching:
            outputs = model(*by_position, **by_name)
    except Exception:  # whatever somebody's model raises; who trains it says so
        return None
    finally:
        torch.backends.mha.set_fastpath_enabled(fast)
    return watching, outputs


class _Watch(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Notes each operation while the model runs."""

    def __init__(self, model: nn.Module, inputs: list[torch.Tensor]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        parameters = dict(model.named_parameters())
        self._ledger = Ledger(list(parameters), weights_of_layers(model))
        self._places: dict[int, list[tuple[int, int, str]]] = {}  # of parameters in each memory
        for name, parameter in parameters.items():
            self._places.setdefault(_memory(parameter), []).append((*_reach(parameter), name))
        self._origins = {_memory(tensor): Origin(data=True) for tensor in inputs}
        # The first value in each memory, of which others are views; alive, so that no other value
        # gets this memory
        self._values = {_memory(tensor): tensor for tensor in inputs}
        self.computed: dict[str, list[torch.Tensor]] = {name: [] for name in parameters}

    def uses(self, outputs: Any) -> Uses:
        """Return what follows from the notes, given what the model returned."""
        every = vars(outputs) if hasattr(outputs, "__dict__") else outputs
        try:
            logits: Any = logits_of(outputs)
        except UserError:  # more than one tensor: all of them count
            logits = every
        beside = [t for t in _tensors(every) if t is not logits]
        return self._ledger.uses(map(self._origin, _tensors(logits)), map(self._origin, beside))

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Return False: keeping a compiler out of what is below would import it, for seconds."""
        return False

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        """Run one operation, and note what it was given and what came of it."""
        result = func(*args, **(kwargs or {}))
        name = func._schema.name.partition("::")[2].rstrip("_")
        given = list(_tensors([args, kwargs]))
        origins = [self._origin(tensor) for tensor in given]
        if name in _PRODUCTS or (name == "mul" and _repeats(given, origins)):
            chosen = _PRODUCTS.get(name) or range(len(given))
            factors = [i for i in chosen if i < len(given)]
            new = self._ledger.product([origins[i] for i in factors])
            self._keep_computed([given[i] for i in factors])
        else:
            new = self._ledger.other(name, origins)
        for tensor in _tensors(result):
            if _memory(tensor) not in self._places:
                self._note(tensor, new)
        return result

    def _origin(self, tensor: torch.Tensor) -> Origin:
        """Return where the numbers of `tensor` come from."""
        first, last = _reach(tensor)
        places = self._places.get(_memory(tensor), [])
        own = tuple(name for a, b, name in places if first < b and a < last)
        if own:
            return Origin(parameters=frozenset(own), own=own)
        return self._origins.get(_memory(tensor), Origin())

    def _keep_computed(self, factors: list[torch.Tensor]) -> None:
        for factor in factors:
            origin = self._origin(factor)
            for name in origin.parameters.difference(origin.own):
                self.computed[name].append(self._values[_memory(factor)])

    def _note(self, tensor: torch.Tensor, new: Origin) -> None:
        """Add what an operation wrote to what was known of the memory before."""
        old = self._origins.get(_memory(tensor), Origin())
        data = old.data or new.data
        parameters = frozenset() if data else old.parameters | new.parameters
        self._origins[_memory(tensor)] = Origin(data, parameters, makers=old.makers | new.makers)
        self._values.setdefault(_memory(tensor), tensor)


def _repeats(given: list[torch.Tensor], origins: list[Origin]) -> bool:
    """Return whether a product repeats values along a dimension of a weight, as matrices do.

    So does `(x[:, None] * w).sum(2)`; a scale has a number for each value instead.
    """
    if len(given) != 2 or origins[0].data == origins[1].data:
        return False
    values, weight = given if origins[0].data else given[::-1]
    if sum(size > 1 for size in weight.shape) < _MATRIX_DIMENSIONS:
        return False
    shape = [1] * (weight.ndim - values.ndim) + list(values.shape)[-weight.ndim :]
    return any(a == 1 < b for a, b in zip(shape, weight.shape, strict=True))


def _tensors(values: Any) -> Iterator[torch.Tensor]:
    for value in tree_leaves(values):
        if isinstance(value, torch.Tensor) and value.layout == torch.strided:
            yield value


def _memory(tensor: torch.Tensor) -> int:
    return int(tensor.untyped_storage()._cdata)


def _reach(tensor: torch.Tensor) -> tuple[int, int]:
    """Return the first and one past the last byte of its memory that `tensor` reaches."""
    size, first = tensor.element_size(), int(tensor.storage_offset()) * tensor.element_size()
    steps = zip(tensor.shape, tensor.stride(), strict=True)
    reach = sum((int(length) - 1) * int(stride) for length, stride in steps)
    return first, first + (reach + 1) * size if tensor.numel() else first
