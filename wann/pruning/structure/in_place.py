"""What a model changes in place: whoever reads a tensor later reads what was made of it.

A trace knows tensors by the calls that made them, so after `h.add_(y)` a reader of `h` would be
taken to read what `h` was before.
"""

from typing import Any

from wann.errors import UserError
from wann.network.torch_module import torch


def settle(graph: Any, values: dict[Any, Any], changes: dict[Any, list[Any]]) -> None:
    """Let nodes that read a tensor after it was changed read the call that changed it, in place.

    UserError where one reads another part of the same memory, as a view that was made before.

    Args:
        graph: of a traced model that was run.
        values: what each node was.
        changes: for each call that changed tensors in place, the nodes that it was given them by.
    """
    order = {node: number for number, node in enumerate(graph.nodes)}
    for call, changed in changes.items():
        for target in changed:
            # The views of one tensor count as changed together
            if isinstance(values[call], torch.Tensor) and not _share(values[target], values[call]):
                continue
            for other in [node for node in order if order[node] < order[call]]:
                value = values.get(other)
                if not isinstance(value, torch.Tensor) or not _share(value, values[target]):
                    continue
                later = [user for user in other.users if order[user] > order[call]]
                if later and not (_same(value, values[target]) and _same(value, values[call])):
                    raise UserError(
                        f"{_name_of(call)} changes a tensor in place, and {_name_of(later[0])} "
                        "reads another view of it later: expected a forward that assigns what it "
                        "makes, as in h = h + y"
                    )
                other.replace_all_uses_with(call, lambda user, later=later: user in later)


def _name_of(node: Any) -> str:
    return str(getattr(node.target, "__name__", node.target))


def _same(value: Any, other: Any) -> bool:
    """Whether two values are the same numbers at the same place."""
    return isinstance(other, torch.Tensor) and (
        (value.data_ptr(), value.shape, value.stride())
        == (other.data_ptr(), other.shape, other.stride())
    )


def _share(value: torch.Tensor, other: torch.Tensor) -> bool:
    """Whether two tensors have numbers in common."""
    if value.untyped_storage().data_ptr() != other.untyped_storage().data_ptr():
        return False
    places = [_places(tensor) for tensor in (value, other)]
    return bool(torch.isin(*places).any())


def _places(tensor: torch.Tensor) -> torch.Tensor:
    """Return which bytes of its memory the numbers of a tensor begin at."""
    bytes_each = tensor.element_size()
    places = torch.arange(tensor.untyped_storage().nbytes() // bytes_each)
    view = places.as_strided(tensor.shape, tensor.stride(), tensor.storage_offset())
    return view.flatten() * bytes_each
