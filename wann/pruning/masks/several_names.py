"""Parameters that a model has under several names.

One module may be found at several places: it has one set of parameters, and the first of its names
stands for all of them. Where two modules have one tensor, a mask cannot hold for one alone.
"""

from collections.abc import Sequence

from torch import nn

from wann.errors import UserError


def first_names(model: nn.Module) -> dict[str, str]:
    """Return for each name of a parameter the first under which its module has it.

    A module may be an attribute of the model, and in a list of layers as well.
    """
    places: dict[int, str] = {}
    found = {}
    for place, module in model.named_modules(remove_duplicate=False):
        first = places.setdefault(id(module), place)
        for name in module._parameters:
            found[f"{place}.{name}".lstrip(".")] = f"{first}.{name}".lstrip(".")
    return found


def refuse_shared(
    model: nn.Module, names: Sequence[str], guarded: set[str], first: set[str]
) -> None:
    """Raise UserError if a weight to prune is found in a second module.

    A weight of which all names are protected is not pruned, and so not refused. `first`: the names
    of parameters, one for each module that has them.
    """
    every = model.named_parameters(remove_duplicate=False)
    parameters = {name: parameter for name, parameter in every if name in first}
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
