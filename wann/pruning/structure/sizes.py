"""Inputs of other sizes than those of an example, as far as a model takes them."""

from typing import Any, TypeVar

from wann.network.torch_module import nn, torch
from wann.pruning.forward import Examples, Inputs, call, tensors_in
from wann.pruning.torch_random import in_use

_EXAMPLES = 2
Some = TypeVar("Some", bound=Examples)


def batches(model: nn.Module, example: Some) -> list[Some]:
    """Return one example alone, two, and twice as many as there are, as far as `model` takes them.

    A forward may go another way for a batch of another length. The length of the example itself is
    not among them.
    """
    count = len(example)
    lengths = dict.fromkeys(n for n in (1, 2, 2 * count) if n != count)
    found: list[Any] = [example[torch.arange(n) % count] for n in lengths]
    return [one for one in found if _takes(model, one)]


def larger(model: nn.Module, example: Examples) -> list[Examples]:
    """Return some of the examples twice as long along each dimension along which `model` takes it.

    And along all of these at once: longer sequences, or images that are higher and wider.
    """
    some = example[:_EXAMPLES]
    tensors = some.tensors if isinstance(some, Inputs) else (some,)
    axes = range(1, max(tensor.ndim for tensor in tensors))
    found = {axis: one for axis in axes if _takes(model, one := _doubled(some, axis))}
    if len(found) > 1:
        both = some
        for axis in found:
            both = _doubled(both, axis)
        return [*found.values(), *([both] if _takes(model, both) else [])]
    return list(found.values())


def _doubled(examples: Examples, axis: int) -> Examples:
    def twice(tensor: torch.Tensor) -> torch.Tensor:
        return torch.cat([tensor, tensor], axis) if tensor.ndim > axis else tensor

    return examples.map(twice) if isinstance(examples, Inputs) else twice(examples)


def _takes(model: nn.Module, examples: Examples) -> bool:
    """Whether a model returns numbers for examples."""
    try:
        with in_use(model):
            outputs = tensors_in(call(model, examples))
    except Exception:  # of any kind: sizes are written out in somebody's forward, or in weights
        return False
    return all(bool(output.isfinite().all()) for output in outputs)
