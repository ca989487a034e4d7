"""A model that a user gives as an object where others are given by name."""

import hashlib

from wann.network.torch_module import nn, torch
from wann.pruning.forward import copy_model

_DIGITS = 12  # of a digest in a name


class GivenModel:
    """Returns copies of a module; its name has a digest of what the module is now.

    Two modules of one class, but of other weights, have two names: what was begun with one of them
    is never gone on with by the other.
    """

    def __init__(self, module: nn.Module) -> None:
        self.module = copy_model(module)
        self.__qualname__ = f"{type(module).__name__}-{_digest(module)[:_DIGITS]}"

    def __call__(self) -> nn.Module:
        """Return a copy."""
        return copy_model(self.module)

    def __repr__(self) -> str:
        return f"GivenModel({self.__qualname__})"


def _bytes_of(value: torch.Tensor) -> bytes:
    """Return the bytes of a tensor of any type and on any device."""
    flat = value.detach().cpu().contiguous().reshape(-1)
    return flat.view(torch.uint8).numpy().tobytes() if flat.numel() else b""


def _digest(module: nn.Module) -> str:
    """Return the SHA-256 of a module's layers, and of the names and values of its state."""
    digest = hashlib.sha256(str(module).encode())
    for name, value in module.state_dict().items():
        digest.update(f"{name} {value.dtype} {tuple(value.shape)}".encode())
        digest.update(_bytes_of(value))
    return digest.hexdigest()
