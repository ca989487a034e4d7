"""How a model is copied, called on examples, and what of its outputs are the logits.

What in `wann.pruning` runs a user's model does it by `run`, or by `call` where it wants all that
the model returns, so that models with several inputs are met in one place.
"""

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from wann.errors import UserError
from wann.network.torch_module import nn, torch
from wann.pruning.torch_modes import in_own_modes


class Inputs:
    """Several tensors for each example: the arguments of a model, by position or by name.

    It is used as the single tensor of other models is: its length is the number of examples, and
    indexing it chooses examples.
    """

    def __init__(self, tensors: Sequence[torch.Tensor] | Mapping[str, torch.Tensor]) -> None:
        """UserError unless all of `tensors` hold the same number of examples, at least one each."""
        self.names = tuple(tensors) if isinstance(tensors, Mapping) else None
        values = tuple(tensors.values()) if isinstance(tensors, Mapping) else tuple(tensors)
        whole = bool(values) and all(isinstance(t, torch.Tensor) and t.ndim for t in values)
        if (
            not whole
            or len({len(t) for t in values}) > 1
            or not all(map(_is_name, self.names or ()))
        ):
            came = [tuple(t.shape) if isinstance(t, torch.Tensor) else type(t) for t in values]
            raise UserError(
                "inputs: expected tensors of as many examples each, as arguments of the model or "
                f"under their names; got {came}{f' as {self.names}' if self.names else ''}"
            )
        self.tensors = values

    def __len__(self) -> int:
        return len(self.tensors[0])

    def __getitem__(self, index: Any) -> "Inputs":
        return self._of([t[index] for t in self.tensors])

    def __repr__(self) -> str:
        shapes = [tuple(t.shape) for t in self.tensors]
        return f"Inputs({dict(zip(self.names, shapes, strict=True)) if self.names else shapes})"

    @property
    def device(self) -> torch.device:
        """Where the tensors are."""
        return self.tensors[0].device

    @property
    def shape(self) -> tuple[tuple[int, ...], ...]:
        """The shape of each tensor."""
        return tuple(tuple(t.shape) for t in self.tensors)

    def map(self, change: Callable[[torch.Tensor], torch.Tensor]) -> "Inputs":
        """Return the same arguments with `change` of each tensor."""
        return self._of([change(t) for t in self.tensors])

    def to(self, where: Any) -> "Inputs":
        """Return the same examples on a device; floating numbers as another type."""
        as_type = isinstance(where, torch.dtype)
        return self.map(lambda t: t if as_type and not t.is_floating_point() else t.to(where))

    def _of(self, values: Sequence[torch.Tensor]) -> "Inputs":
        return Inputs(dict(zip(self.names, values, strict=True)) if self.names else values)


_ONE_EXAMPLE = "Expected more than 1 value per channel when training"  # as PyTorch has it
FEW = 4  # examples that a model is run on to see what it does; all values are kept meanwhile
Examples = torch.Tensor | Inputs  # (examples, *shape), or several of those
Arguments = tuple[tuple[torch.Tensor, ...], dict[str, torch.Tensor]]  # by position, and by name


def as_examples(examples: Any) -> Examples:
    """Return a tensor as it is, several tensors or a dictionary of them as `Inputs`."""
    if isinstance(examples, torch.Tensor | Inputs):
        return examples
    if isinstance(examples, Mapping | tuple | list):
        return Inputs(examples)
    raise UserError(
        "inputs: expected a tensor, or a tuple or dictionary of tensors, got "
        f"{type(examples).__name__}"
    )


def changed(examples: Any, change: Callable[[torch.Tensor], torch.Tensor]) -> Examples:
    """Return examples, as `as_examples` takes them, with `change` of each tensor."""
    examples = as_examples(examples)
    return change(examples) if isinstance(examples, torch.Tensor) else examples.map(change)


def _is_name(name: object) -> bool:
    return isinstance(name, str) and name.isidentifier()


def arguments(examples: Examples) -> Arguments:
    """Return the arguments that a model is called with, by position and by name."""
    if isinstance(examples, torch.Tensor):
        return (examples,), {}
    if examples.names is None:
        return examples.tensors, {}
    return (), dict(zip(examples.names, examples.tensors, strict=True))


def call(model: nn.Module, examples: Examples) -> Any:
    """Return what `model` returns for `examples`, whatever that is.

    UserError where a norm in training mode has a single example to take statistics of.
    """
    try:
        if isinstance(examples, torch.Tensor):
            return model(examples)
        by_position, by_name = arguments(examples)
        return model(*by_position, **by_name)
    except ValueError as problem:
        _refuse_one_example(model, problem)
        raise


def call_with(model: nn.Module, weights: dict[str, torch.Tensor], examples: Examples) -> Any:
    """Return what `model` returns with other `weights`, by their names; UserError as `call`."""
    try:
        return torch.func.functional_call(model, weights, *arguments(examples))
    except ValueError as problem:
        _refuse_one_example(model, problem)
        raise


def _refuse_one_example(model: nn.Module, problem: ValueError) -> None:
    """Raise UserError if a batch norm in training mode has met a batch of one example."""
    if _ONE_EXAMPLE in str(problem):
        raise UserError(
            f"{type(model).__name__} has a batch norm, which in training takes the statistics of a "
            "batch, and this batch is one example: expected more of them; choose a larger batch, "
            "or where one is left over, another number of examples"
        ) from None


def run(model: nn.Module, examples: Examples) -> torch.Tensor:
    """Return the logits of `model` for `examples`; UserError as `logits_of`."""
    return logits_of(call(model, examples))


def logits_of(outputs: Any) -> torch.Tensor:
    """Return the logits among what a model returned.

    They are the tensor itself, what is called `logits` in an object or a dictionary, or the only
    tensor in it. UserError for anything else.
    """
    if isinstance(outputs, torch.Tensor):
        return outputs
    items: Any = outputs if isinstance(outputs, Mapping) else {}
    found = getattr(outputs, "logits", items.get("logits"))
    if isinstance(found, torch.Tensor):
        return found
    parts = list(outputs) if isinstance(outputs, tuple | list) else list(items.values())
    tensors = [part for part in parts if isinstance(part, torch.Tensor)]
    if len(tensors) == 1:
        return tensors[0]
    inside = f" with {', '.join(map(str, items)) if items else f'{len(tensors)} tensors'}"
    raise UserError(
        f"the model returns {type(outputs).__name__}{inside if parts else ''}: expected a tensor "
        "of outputs, or `logits` in an object or dictionary"
    )


def tensors_in(outputs: Any) -> list[torch.Tensor]:
    """Return the tensors that a model returned: alone, in a tuple, a dictionary or an object."""
    if isinstance(outputs, torch.Tensor):
        return [outputs]
    if isinstance(outputs, Mapping):
        outputs = list(outputs.values())
    elif not isinstance(outputs, tuple | list):
        outputs = list(getattr(outputs, "__dict__", {}).values())
    return [tensor for part in outputs for tensor in tensors_in(part)]


def split(examples: Examples, size: int) -> list[Any]:
    """Return `examples` in parts of `size`, the last of which may be smaller."""
    return [examples[first : first + size] for first in range(0, len(examples), size)]


def unwrapped(model: nn.Module) -> nn.Module:
    """Return the model inside of `torch.compile`, `DataParallel` and their like.

    They call the model as it is, and it can be put into them again.
    """
    wrappers = (nn.DataParallel, nn.parallel.DistributedDataParallel)
    while True:
        if isinstance(inner := getattr(model, "_orig_mod", None), nn.Module):
            model = inner
        elif isinstance(model, wrappers):
            model = model.module
        else:
            return model


def owner_of(model: nn.Module, names: Iterable[str]) -> nn.Module:
    """Return the module whose parameters have these names: `model`, or the one inside a wrapper."""
    inner = unwrapped(model)
    if inner is model:
        return model
    has = {name for name, _ in model.named_parameters(remove_duplicate=False)}
    return inner if has.isdisjoint(names) else model


def refuse_scripted(model: nn.Module) -> None:
    """Raise UserError for modules of TorchScript, whose parts cannot be looked at or copied."""
    for name, module in model.named_modules():
        if isinstance(module, torch.jit.ScriptModule):
            raise UserError(
                f"{name or type(model).__name__!r} is a module of TorchScript: expected the plain "
                "module that it was scripted from"
            )


@in_own_modes()
def copy_model(model: nn.Module) -> nn.Module:
    """Return a copy of `model`; UserError if it cannot be copied.

    What hooks compute anew in each forward pass, as the old `weight_norm` does, is copied as it is.
    """
    refuse_scripted(model)
    memo: dict[int, Any] = {}
    for module in model.modules():
        for value in vars(module).values():
            if isinstance(value, torch.Tensor) and not value.is_leaf:
                memo[id(value)] = value.detach().clone()
    try:
        return copy.deepcopy(model, memo)
    except Exception as problem:  # whatever somebody's module raises
        reason = str(problem).splitlines()[0] if str(problem) else type(problem).__name__
        raise UserError(
            f"{type(model).__name__} cannot be copied, and pruning leaves the given model as it "
            f"is: {reason[:200]}"
        ) from None
