"""Weights of a trained model from a file: `safetensors`, or what `torch.save` made of a state.

Nothing in the file is run: PyTorch reads it with `weights_only`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file

from wann.errors import UserError, in_one_line
from wann.machine.home import expanded
from wann.network.torch_module import nn, torch
from wann.pruning.rewind import is_extra, rewind
from wann.pruning.training.checks import check_finite

_INSIDE = ("state_dict", "model_state_dict", "model")  # where checkpoints keep the weights
_HEADER = 8  # bytes of a safetensors file before its header, an object in JSON
_WRAPPERS = ("module.", "_orig_mod.")  # before each name, of a model that was wrapped in training


def load_weights(model: nn.Module, path: Path | str) -> None:
    """Set `model` to the weights in a file, in place.

    Buffers that are not in such a file (`persistent=False`) stay as they are in `model`. Names that
    a wrapper lengthened (`module.`, `_orig_mod.`) are taken as they were before, unless the model
    has them itself. UserError if the file holds no weights, some that are no numbers, or those of
    another model.
    """
    path, has = expanded(str(path), "trained"), model.state_dict()
    state = _read(path)
    for wrapper in _WRAPPERS * 2:
        if state and all(name.startswith(wrapper) for name in state) and not set(state) <= set(has):
            state = {name.removeprefix(wrapper): value for name, value in state.items()}
    check_finite(model, state, str(path))
    try:
        rewind(model, state)
    except UserError as error:
        detail = str(error).replace("the state to rewind to does not fit", "they do not fit")
        raise UserError(
            f"{path} holds no weights of {type(model).__name__}: {detail}; expected those of the "
            "same model"
        ) from None


def _read(path: Path) -> dict[str, torch.Tensor]:
    if not path.is_file():
        raise UserError(
            f"{path} is no file: expected weights, as safetensors or by torch.save(state_dict)"
        )
    try:
        with path.open("rb") as file:
            begins = file.read(_HEADER + 1)[_HEADER:] == b"{"
        found: Any = (
            load_file(path) if begins else torch.load(path, map_location="cpu", weights_only=True)
        )
    except (SafetensorError, OSError) as error:
        raise UserError(
            f"{path} cannot be read: {in_one_line(error)}; expected weights, as safetensors or by "
            "torch.save(model.state_dict(), path)"
        ) from None
    except Exception as error:  # whatever is in a file that torch.save did not make of tensors
        raise UserError(
            f"{path} holds more than weights, or is damaged: {in_one_line(error)[:150]}; save it "
            "by torch.save(model.state_dict(), path)"
        ) from None
    for name in _INSIDE:
        if isinstance(found, Mapping) and isinstance(found.get(name), Mapping):
            found = found[name]
    if not isinstance(found, Mapping) or not all(
        isinstance(name, str) and (isinstance(value, torch.Tensor) or is_extra(name))
        for name, value in found.items()
    ):
        raise UserError(
            f"{path} holds {type(found).__name__}, not tensors by name: save it by "
            "torch.save(model.state_dict(), path)"
        )
    return dict(found)
