"""Calls that leave the channels of a tensor as they are, and change or leave out other dimensions.

Each function returns the dimension that the channels are afterwards, None where a call does more to
them than that. Dimension 0 is that of the examples, which stays what it is.
"""

from collections.abc import Callable, Mapping
from typing import Any

Shape = tuple[int, ...]
_WHOLE = slice(None)


def reshaped(node: Any, given: Shape, shape: Shape, axis: int) -> int | None:
    """Return where channels are after a change of the shape that leaves their dimension alone.

    The numbers stay in their order. So channels behind the examples stay apart if these two stay as
    they are, and the last dimension does if it is the same.
    """
    if axis == 1 and shape[:2] == given[:2]:
        return 1
    last = len(given) - 1
    if axis == last and len(shape) > 1 and (shape[0], shape[-1]) == (given[0], given[-1]):
        return len(shape) - 1
    return None


def permuted(node: Any, given: Shape, shape: Shape, axis: int) -> int | None:
    """Return where channels are after dimensions have changed places."""
    dims = _numbers(node.args[1:] or tuple(node.kwargs.values()), len(given))
    if dims is None:
        return None
    if node_name(node) in ("transpose", "swapaxes", "swapdims"):
        order = list(range(len(given)))
        if len(dims) != 2:
            return None
        order[dims[0]], order[dims[1]] = dims[1], dims[0]
        dims = order
    if sorted(dims) != list(range(len(given))) or dims[0] != 0:
        return None
    return dims.index(axis)


def reduced(node: Any, given: Shape, shape: Shape, axis: int) -> int | None:
    """Return where channels are after a sum, mean or extreme over other dimensions."""
    found = node.args[1] if len(node.args) > 1 else node.kwargs.get("dim", node.kwargs.get("axis"))
    dims = None if found is None else _numbers((found,), len(given))
    if not dims or 0 in dims or axis in dims:
        return None
    return axis if len(shape) == len(given) else axis - sum(dim < axis for dim in dims)


def indexed(node: Any, given: Shape, shape: Shape, axis: int) -> int | None:
    """Return where channels are after a choice among other dimensions, as `x[:, 0]` makes it."""
    index = node.args[1] if isinstance(node.args[1], tuple) else (node.args[1],)
    if not all(isinstance(part, slice) or type(part) is int for part in index):
        return None
    if any(part != _WHOLE for k, part in enumerate(index) if k in (0, axis)):
        return None
    return axis - sum(type(part) is int for part in index[:axis])


def expanded(node: Any, given: Shape, shape: Shape, axis: int) -> int | None:
    """Return where channels are after other dimensions were repeated."""
    same = len(given) == len(shape) and (given[0], given[axis]) == (shape[0], shape[axis])
    return axis if same else None


def node_name(node: Any) -> str:
    """Return the name of the function or method that a node calls, in lower case."""
    return str(getattr(node.target, "__name__", node.target)).lower()


def _numbers(parts: Any, dimensions: int) -> list[int] | None:
    """Return dimensions as numbers from 0, None if they are not written out as numbers."""
    flat = [n for part in parts for n in (part if isinstance(part, tuple | list) else (part,))]
    if not all(type(n) is int and -dimensions <= n < dimensions for n in flat):
        return None
    return [n % dimensions for n in flat]


Move = Callable[[Any, Shape, Shape, int], int | None]
# By the name of functions, methods and modules, in lower case and without "_"
MOVES: Mapping[str, Move] = {
    **dict.fromkeys(("flatten", "view", "reshape", "squeeze", "unsqueeze", "unflatten"), reshaped),
    **dict.fromkeys(("permute", "transpose", "swapaxes", "swapdims"), permuted),
    **dict.fromkeys(("mean", "sum", "amax", "amin", "logsumexp", "std", "var", "prod"), reduced),
    "getitem": indexed,
    "expand": expanded,
}
