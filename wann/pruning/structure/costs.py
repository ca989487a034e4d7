"""What a pruned model costs, as counted: operations for one example and bytes of its parameters."""

from typing import NamedTuple

from wann.errors import UserError
from wann.network.torch_module import nn
from wann.pruning.forward import Examples
from wann.pruning.masks import Masks, check, counts
from wann.pruning.structure.graph import masked_copy
from wann.pruning.structure.shrink import shrink
from wann.pruning.structure.weight_uses import count_uses
from wann.pruning.torch_modes import in_own_modes

_INDEX_BYTES = 4


class Costs(NamedTuple):
    """Operations for one example and bytes of the parameters."""

    # Two for each use of a weight: a product and a sum; activations and norms are not counted
    dense_flops: int
    masked_flops: int  # of kept weights alone
    shrunk_flops: int | None  # None where the model cannot be made smaller
    dense_bytes: int
    # Kept weights in compressed rows, indices of 4 bytes; all other parameters dense
    sparse_bytes: int
    shrunk_bytes: int | None


@in_own_modes()
def count_costs(model: nn.Module, masks: Masks, example: Examples) -> Costs:
    """Return what `model` costs dense, under `masks` and shrunk, in layers of known operations.

    UserError for masks of weights that belong to none of those: what they cost is not known.
    """
    check(model, masks)
    sizes = {name: parameter.numel() for name, parameter in model.named_parameters()}
    uses = count_uses(masked_copy(model, masks), example)
    for name in counts(masks):
        if name not in uses:
            raise UserError(
                f"the operations of {name!r} cannot be counted: expected weights of Linear, "
                "convolutions, recurrent layers or self-attention; protect it, or leave costs out"
            )
    kept = sizes | counts(masks)
    dense, masked = (
        2 * sum(uses[name] * numbers[name] for name in uses) for numbers in (sizes, kept)
    )
    shrunk, small_bytes = _shrunk_costs(model, masks, example)
    return Costs(dense, masked, shrunk, _bytes(model), _sparse_bytes(model, masks), small_bytes)


def _shrunk_costs(
    model: nn.Module, masks: Masks, example: Examples
) -> tuple[int, int] | tuple[None, None]:
    """Return operations and bytes of the model made smaller, if it can be."""
    try:
        small = shrink(model, masks, example)
    except UserError:
        return None, None
    return operations(small, example), _bytes(small)


def operations(model: nn.Module, example: Examples) -> int:
    """Return the operations of `model` for one example, as far as its weights are known."""
    sizes = {name: parameter.numel() for name, parameter in model.named_parameters()}
    return 2 * sum(times * sizes[name] for name, times in count_uses(model, example).items())


def _bytes(model: nn.Module) -> int:
    return sum(parameter.numel() * parameter.element_size() for parameter in model.parameters())


def _sparse_bytes(model: nn.Module, masks: Masks) -> int:
    total = 0
    for name, parameter in model.named_parameters():
        if name in masks and parameter.ndim > 1 and not bool(masks[name].all()):
            kept = int(masks[name].sum())
            total += (
                kept * (parameter.element_size() + _INDEX_BYTES)
                + (len(parameter) + 1) * _INDEX_BYTES
            )
        else:
            total += parameter.numel() * parameter.element_size()
    return total
