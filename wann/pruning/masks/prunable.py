"""Which weights of a model can be pruned, by the names of its own parameters."""

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

from torch import nn

from wann.errors import UserError

# Modules whose weights scale, shift or are looked up, and connect no unit with another
_NOT_PRUNED = (
    nn.modules.batchnorm._NormBase,
    nn.LayerNorm,
    nn.GroupNorm,
    nn.RMSNorm,
    nn.Embedding,
    nn.EmbeddingBag,
)


def prunable(model: nn.Module, protect: str | Sequence[str] = ()) -> list[str]:
    """Return the names of the weights of `model` that can be pruned, in the model's order.

    Those are its floating parameters of two dimensions or more that are neither biases, nor of a
    normalisation, nor of an embedding. What `protect` names is left out: it takes names of
    parameters and of modules (with all inside), and patterns like 'head.*'.

    Raises:
        UserError: `protect` names nothing in the model, a weight is shared by two layers, or
            nothing is left.
    """
    candidates = _candidates(model)
    guarded = _matching(model, protect)
    _refuse_shared(model, [name for name in candidates if name not in guarded], guarded)
    names = [name for name in candidates if name not in guarded]
    if not names:
        has = (
            f"all of {', '.join(candidates)} are protected"
            if candidates
            else "it has no weight matrix"
        )
        raise UserError(
            f"{type(model).__name__} has no prunable layer: {has}; "
            "expected at least one Linear, Conv, ..."
        )
    return names


def _candidates(model: nn.Module) -> list[str]:
    names = []
    for prefix, module in model.named_modules(remove_duplicate=False):
        if isinstance(module, _NOT_PRUNED):
            continue
        for name, parameter in module.named_parameters(
            prefix, recurse=False, remove_duplicate=False
        ):
            if isinstance(parameter, nn.UninitializedParameter):
                raise UserError(
                    f"the shape of {name!r} is not known yet: run the model on one batch first"
                )
            if (
                parameter.is_floating_point()
                and parameter.ndim >= 2
                and not name.split(".")[-1].startswith("bias")
            ):
                names.append(name)
    return names


def _matching(model: nn.Module, protect: str | Sequence[str]) -> set[str]:
    """Return the names of the parameters of `model` that `protect` speaks of."""
    parameters = [name for name, _ in model.named_parameters(remove_duplicate=False)]
    found: set[str] = set()
    for pattern in (protect,) if isinstance(protect, str) else protect:
        new = {
            name
            for name in parameters
            if any(fnmatchcase(part, pattern) for part in _prefixes(name))
        }
        if not new:
            raise UserError(
                f"no layer to protect is named {pattern!r}: expected some of "
                f"{', '.join(_layers(model))}"
            )
        found |= new
    return found


def _prefixes(name: str) -> Iterable[str]:
    """Return the parameter `name`, and the names of the modules it is in."""
    parts = name.split(".")
    return (".".join(parts[:end]) for end in range(1, len(parts) + 1))


def _layers(model: nn.Module) -> list[str]:
    return [name.rpartition(".")[0] or name for name in _candidates(model)]


def _refuse_shared(model: nn.Module, names: Sequence[str], guarded: set[str]) -> None:
    """Raise UserError if a weight to prune is found under a second name.

    A weight of which all names are protected is not pruned, and so not refused.
    """
    parameters = dict(model.named_parameters(remove_duplicate=False))
    by_address: dict[object, list[str]] = {}
    for name, parameter in parameters.items():
        address = parameter.data_ptr() or id(parameter)
        by_address.setdefault(address, []).append(name)
    for name in names:
        parameter = parameters[name]
        others = [
            other for other in by_address[parameter.data_ptr() or id(parameter)] if other != name
        ]
        if others:
            hint = f"protect {name!r}" + (
                " too" if guarded & set(others) else f" and {others[0]!r}"
            )
            raise UserError(
                f"{name!r} and {others[0]!r} share one weight, and a mask cannot hold for one "
                f"alone: {hint}"
            )
