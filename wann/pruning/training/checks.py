"""Whether a model and its data fit together; asked before anything is trained."""

from wann.errors import UserError
from wann.network.torch_module import nn, torch
from wann.pruning.forward import Examples, copy_model
from wann.pruning.training.data import Data
from wann.pruning.training.models import check_outputs


def check_fit(model: nn.Module, data: Data) -> None:
    """Raise UserError unless `model` and `data` fit together.

    The model must give a number for each class, and the labels must be classes. A copy of the model
    is run, so that the modes of its modules stay as they are.
    """
    for part in ("", "_validation", "_test"):
        x, y = getattr(data, f"x{part}"), getattr(data, f"y{part}")
        _check_labels(f"y{part}", x, y, data.classes)
    check_outputs(copy_model(model), type(model).__name__, data.x[:2], data.classes)


def _check_labels(name: str, x: Examples, y: torch.Tensor, classes: int) -> None:
    if y.dtype != torch.int64 or y.shape != (len(x),):
        raise UserError(
            f"{name}: expected {len(x)} labels of type torch.int64, one for each example, got "
            f"{y.dtype} {tuple(y.shape)}; only classification is pruned here"
        )
    if not len(y):
        raise UserError(f"{name}: expected at least one example")
    low, high = int(y.min()), int(y.max())
    if low < 0 or high >= classes:
        raise UserError(
            f"{name}: expected labels from 0 to {classes - 1}, for {classes} classes, got {low} to "
            f"{high}"
        )
