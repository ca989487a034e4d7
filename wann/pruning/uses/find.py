"""How a model uses its parameters, found in the best way that there is."""

from collections.abc import Sequence
from fnmatch import fnmatchcase

from wann.errors import UserError
from wann.network.torch_module import nn
from wann.pruning.forward import Examples
from wann.pruning.torch_modes import in_own_modes
from wann.pruning.uses.layers import weights_of_layer
from wann.pruning.uses.ledger import Uses
from wann.pruning.uses.tracing import trace_uses
from wann.pruning.uses.watching import watch


@in_own_modes()
def uses_of(model: nn.Module, examples: Examples | None = None) -> Uses | None:
    """Return how `model` uses its parameters, None if that cannot be found out.

    It is run on `examples` if there are any and it takes them. What is not used so may be used in
    training alone, and is looked for there. Else its forward is traced. For both it is copied; what
    cannot be copied is not looked at.
    """
    try:
        return _seen(model, examples)
    except UserError:
        return None


def _seen(model: nn.Module, examples: Examples | None) -> Uses | None:
    seen = watch(model, examples) if examples is not None else None
    if seen is None:
        return trace_uses(model)
    met = {*seen.multiplied, *seen.otherwise}
    if all(name in met for name, p in model.named_parameters() if p.ndim > 1):
        return seen
    also = watch(model, examples, training=True) if examples is not None else None
    if also is None:
        return seen
    new = tuple(name for name in also.multiplied if name not in seen.multiplied)
    return Uses(
        seen.multiplied + new,
        (seen.computed | also.computed).difference(set(seen.multiplied) - seen.computed),
        {n: how for n, how in (also.otherwise | seen.otherwise).items() if n not in new},
        seen.outputs,
    )


@in_own_modes()
def find_outputs(
    model: nn.Module, examples: Examples | None = None, named: str | Sequence[str] = ()
) -> list[str]:
    """Return the names of the weights whose units are the outputs of `model`.

    `named`: parameters, layers or patterns that a user says make the outputs; else they are found
    in a forward pass, and never by the order in which layers are defined. UserError if they cannot
    be found, or if nothing has such a name.
    """
    every = [(name, p) for name, p in model.named_parameters(remove_duplicate=False) if p.ndim > 1]
    if named:
        return _matching([name for name, _ in every], (named,) if isinstance(named, str) else named)
    uses = uses_of(model, examples)
    found = uses.outputs if uses is not None else _end_of_sequence(model)
    if not found:
        raise UserError(
            f"it cannot be seen which layers make the outputs of {type(model).__name__}: name them "
            "in outputs= or --outputs LAYER"
        )
    made_by = {id(p) for name, p in model.named_parameters() if name in found}
    return [name for name, parameter in every if id(parameter) in made_by]


def _matching(names: Sequence[str], patterns: Sequence[str]) -> list[str]:
    found: dict[str, None] = {}
    for pattern in patterns:
        new = [
            name
            for name in names
            if fnmatchcase(name, pattern) or fnmatchcase(name.rpartition(".")[0], pattern)
        ]
        if not new:
            raise UserError(
                f"no layer of outputs is named {pattern!r}: expected some of {', '.join(names)}"
            )
        found |= dict.fromkeys(new)
    return list(found)


def _end_of_sequence(model: nn.Module, prefix: str = "") -> frozenset[str]:
    """Return the weights of the last layer of modules that are run one behind another."""
    if type(model).forward is not nn.Sequential.forward:
        return frozenset(f"{prefix}{name}" for name in weights_of_layer(model))
    for name, child in reversed(list(model.named_children())):
        if any(parameter.ndim > 1 for parameter in child.parameters()):
            return _end_of_sequence(child, f"{prefix}{name}.")
    return frozenset()
