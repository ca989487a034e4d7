"""`wann.sparse`: a pruned or grown network that runs along its kept connections alone."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wann.api.calls import public
from wann.api.load import load
from wann.api.paths import path_of
from wann.errors import UserError, in_short
from wann.machine.memory import largest_content
from wann.network.sparse.file import is_sparse, read_layers
from wann.network.sparse.from_network import check_weight, layers_of
from wann.network.sparse.layers import Layers
from wann.network.sparse.model import SparseModel

if TYPE_CHECKING:
    from wann.network.network import Network
    from wann.network.torch_module import nn
    from wann.pruning.pruned_model import PrunedModel

_ENDING = ".safetensors"


@public
def sparse(
    what: "PrunedModel | nn.Module | Network | str | Path",
    example: Any = None,
    *,
    dtype: Any = "float32",
    threads: int = 1,
    weight: float | None = None,
) -> SparseModel:
    """Return `what` as a model that computes its kept connections alone, without PyTorch.

    Args:
        what: a model that `prune` returned; any `torch.nn.Module`, whose weights that are zero are
            left out; a network, or what `wann.load` takes; or a file that `save` of such a model
            wrote.
        example: a batch of inputs of a `torch.nn.Module`, (n, *shape), whose values do not matter;
            a model that `prune` returned has one.
        dtype: what is computed with, "float32" or "float64".
        threads: how many share a large batch.
        weight: what all connections of a network share; by default its own weights, or 1.

    Returns:
        A `SparseModel`: `model(x)` takes arrays and tensors, `model.save(path)` writes it.

    Raises:
        UserError: in one line, the layer that has no place in such a model, and why.

    Example:
        ```python
        model = wann.sparse("zoo:digits", weight=1.0)
        model.save("digits.safetensors")
        wann.sparse("digits.safetensors", dtype="float64")
        ```
    """
    if weight is not None:
        check_weight(weight)
    return SparseModel(_layers(what, example, weight), dtype, threads)


def _layers(what: Any, example: Any, weight: float | None) -> Layers:
    found = _of_file(what) if isinstance(what, str | Path) else None
    if found is None and "torch" in sys.modules:
        found = _of_module(what, example)
    if found is not None:
        if weight is not None:
            raise UserError(
                "weight= is for networks, whose connections may share one; this model has weights "
                "of its own"
            )
        return found
    network = load(what)
    if weight is not None:
        return layers_of(network.network, weight)
    return layers_of(network.network, 1.0 if network.weights is None else network.weights)


def _of_file(what: str | Path) -> Layers | None:
    """Return the layers in a file of a sparse model, None where it is another file, or none."""
    path = path_of(what, "model")
    content = _sparse_content(path)
    if content is None:
        return None
    try:
        return read_layers(content)
    except UserError as error:
        raise UserError(f"{path}: {error}") from None


def _sparse_content(path: Path) -> bytes | None:
    """Return the content of a file of a sparse model, None where it is something else."""
    if path.suffix != _ENDING or not path.is_file():
        return None
    with path.open("rb") as stream:
        if not is_sparse(stream.read(4096)):
            return None
        stream.seek(0)
        most = largest_content()
        content = stream.read(most + 1)
    if len(content) > most:
        raise UserError(f"{path}: expected at most {most:,} bytes")
    return content


def _of_module(what: Any, example: Any) -> Layers | None:
    """Return the layers of a model of PyTorch, None where it is none, or is one of a network."""
    from wann.network.torch_module import NetworkModule, nn, torch
    from wann.pruning.pruned_model import PrunedModel
    from wann.pruning.structure.to_sparse import to_sparse

    if isinstance(what, PrunedModel):
        some = what.example if example is None else example
        module, masks = what.model, what.masks
    elif isinstance(what, nn.Module) and not isinstance(what, NetworkModule):
        module, masks, some = what, {}, example
    else:
        return None
    if some is None:
        raise UserError(
            f"expected a batch of inputs of {type(module).__name__} as example=, such as "
            "torch.zeros(1, 1, 28, 28): its shape says how layers follow each other"
        )
    try:
        some = torch.as_tensor(some)
    except (TypeError, ValueError, RuntimeError):
        raise UserError(f"expected a tensor as example=, got {in_short(some)}") from None
    if some.ndim < 2 or not len(some):
        raise UserError(
            f"expected a batch of inputs (n, *shape) as example=, got {tuple(some.shape)}"
        )
    return to_sparse(module, dict(masks), some)
