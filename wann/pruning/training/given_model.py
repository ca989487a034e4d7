"""A model that a user gives as an object where others are given by name."""

import hashlib
import inspect
import textwrap
import types
from collections.abc import Iterator
from typing import Any

from wann.network.torch_module import nn, torch
from wann.own.sources import digest_of_code
from wann.pruning.forward import copy_model
from wann.pruning.rewind import refuse_unstored

_DIGITS = 12  # of a digest in a name


class GivenModel:
    """Returns copies of a module; its name has a digest of what the module is now.

    Two modules of one class, but of other weights, or of classes that compute something else, have
    two names: what was begun with one of them is never gone on with by the other.
    """

    def __init__(self, module: nn.Module) -> None:
        refuse_unstored(module)
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
    """Return the SHA-256 of a module's layers, of the user's own code, and of its state."""
    digest = hashlib.sha256(str(module).encode())
    for name, part in module.named_modules():
        for line in _own_lines(part):
            digest.update(f"{name} {line}".encode(errors="backslashreplace"))
    for name, value in module.state_dict().items():
        digest.update(f"{name} {value.dtype} {tuple(value.shape)}".encode())
        digest.update(_bytes_of(value))
    return digest.hexdigest()


def _own_lines(part: nn.Module) -> Iterator[str]:
    """Yield what tells a module of a class of the user's own from others with the same layers.

    That is what its class defines, what its methods took from around them, and what was set on it.
    """
    classes = [kind for kind in type(part).__mro__ if not _is_known(kind.__module__)]
    for kind in classes:
        for name, value in vars(kind).items():
            if isinstance(value, types.FunctionType) or not name.startswith("__"):
                yield f"{kind.__qualname__}.{name} {_told(value)}"
    if classes:
        for name, value in sorted(vars(part).items()):
            if not name.startswith("_") and name != "training":
                yield f"{name}={_told(value)}"


def _is_known(module: str) -> bool:
    return module.partition(".")[0] in ("builtins", "torch")


def _told(value: Any) -> str:
    """Return a text that differs for values that compute something else, as far as can be seen."""
    value = getattr(value, "__func__", getattr(value, "fget", value))  # of a method or property
    if isinstance(value, types.FunctionType):
        return f"{_named(value)} {', '.join(map(_named, _from_around(value)))}"
    if isinstance(value, list | tuple):
        return f"{type(value).__name__}({', '.join(map(_named, value))})"
    return _named(value)


def _named(value: Any) -> str:
    """Return the code of a function, a simple value as it is written, or the name of another."""
    if isinstance(value, types.FunctionType):
        return f"{value.__qualname__} {_code_of(value)}"
    if isinstance(value, bool | int | float | complex | str | bytes | type(None)):
        return repr(value)
    return str(getattr(value, "__qualname__", type(value).__qualname__))


def _code_of(function: types.FunctionType) -> str:
    """Return a digest of the source of a function, or else what it was compiled to."""
    try:
        if function.__name__ != "<lambda>":  # the source of these is a line, which may have several
            return digest_of_code(textwrap.dedent(inspect.getsource(function)).encode())
    except (OSError, TypeError):  # typed in, so that there is no file
        pass
    code = function.__code__
    numbers = [value for value in code.co_consts if not isinstance(value, types.CodeType)]
    return f"{code.co_code.hex()} {code.co_names} {numbers}"


def _from_around(function: types.FunctionType) -> list[Any]:
    """Return the values that a function uses of the function in which it was defined."""
    found = []
    for cell in function.__closure__ or ():
        try:
            found.append(cell.cell_contents)
        except ValueError:  # one that was never filled
            continue
    return found
