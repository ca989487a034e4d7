"""Which weights of a model can be pruned, by the names of its own parameters.

They are those that are multiplied with values that depend on the inputs, and summed up: in layers,
or wherever a forward does it itself. That is seen in a forward pass on examples; without examples
it is read from the traced forward, and where that cannot be traced, the weights of known layers
count, and what other modules call a weight. Everything else is left whole: class tokens, position
embeddings, scales, embeddings that are looked up, and what is frozen; unless it is named.
"""

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from torch import nn

from wann.errors import UserError
from wann.pruning.forward import Examples, copy_model, refuse_scripted, unwrapped
from wann.pruning.masks.several_names import first_names, refuse_shared
from wann.pruning.torch_modes import in_own_modes
from wann.pruning.uses.find import find_outputs, uses_of
from wann.pruning.uses.layers import weights_of_layers
from wann.pruning.uses.ledger import Uses
from wann.pruning.uses.parametrised import (
    PRUNED_ELSEWHERE,
    keeps_zeros,
    made_weights,
    zeros_stay,
)
from wann.pruning.uses.watching import computed_weights

_SCALE = "scales values"
_FROZEN = "is frozen (requires_grad is False)"
_MIXED = "is computed with before it is multiplied, so that its zeros would not stay zeros"
# Modules whose weights scale, shift or are looked up, and connect no unit with another
_NOT_PRUNED: dict[type[nn.Module], str] = {
    nn.modules.batchnorm._NormBase: _SCALE,
    nn.LayerNorm: _SCALE,
    nn.GroupNorm: _SCALE,
    nn.RMSNorm: _SCALE,
    nn.Embedding: "is looked up",
    nn.EmbeddingBag: "is looked up",
}


class Prunable(NamedTuple):
    """What of a model can be pruned, and what is left whole although it has two dimensions."""

    names: list[str]  # in the order of the forward pass, the layers of the outputs last
    left_whole: dict[str, str]  # why, by name: "is added to values or joined with them"


@in_own_modes()
def survey(
    model: nn.Module,
    protect: str | Sequence[str] = (),
    include: str | Sequence[str] = (),
    outputs: str | Sequence[str] = (),
    *,
    examples: Examples | None = None,
) -> Prunable:
    """Return which weights of `model` can be pruned, and what is left whole, and why.

    Args:
        model: the network, which stays as it is; in `torch.compile` or `DataParallel` as well.
        protect: what is left whole: names of parameters and of modules (with all inside), and
            patterns like 'head.*'.
        include: what is pruned although it would be left whole, in the same way.
        outputs: the layers that make the outputs, where that cannot be found.
        examples: a batch of inputs to run a copy on; None where there is none.

    Raises:
        UserError: a name or pattern fits nothing, a weight is shared by two layers, or is computed
            from others so that its zeros would be lost, or nothing is left.

    A module that is found under several names counts once, under the first, and all of them speak
    of it.
    """
    refuse_scripted(model)
    inner = unwrapped(model)
    if inner is not model:
        start = next(name for name, module in model.named_modules() if module is inner) + "."
        chosen = (_without(start, names) for names in (protect, include, outputs))
        found = survey(inner, *chosen, examples=examples)
        whole = {start + name: why for name, why in found.left_whole.items()}
        return Prunable([start + name for name in found.names], whole)
    first = first_names(model)
    parameters = {name: p for name, p in _matrices(model).items() if first[name] == name}
    guarded = {first[name] for name in _matching(model, protect, "to protect")}
    named = {first[name] for name in _matching(model, include, "to include")}
    _refuse_vectors(named, parameters)
    sorting = _Sorting(model, uses_of(model, examples))
    asked = [name for name in parameters if name not in guarded]
    whys = {name: sorting.why_whole(name) for name in asked if name not in named}
    whole = {name: why for name, why in whys.items() if why is not None}
    names = [name for name in asked if name not in whole]
    whole |= {name: _MIXED for name in sorting.mixed(names, examples) if name not in named}
    names = [name for name in names if name not in whole]
    refuse_shared(model, names, guarded, set(first.values()))
    if not names:
        raise _nothing(model, parameters, whole)
    return Prunable(sorting.in_order(names, outputs), whole)


def prunable(model: nn.Module, protect: str | Sequence[str] = (), **how: Any) -> list[str]:
    """Return the names of the weights of `model` that can be pruned; arguments as in `survey`."""
    return survey(model, protect, **how).names


class _Sorting:
    """Sorts the parameters of a model by how it uses them."""

    def __init__(self, model: nn.Module, uses: Uses | None) -> None:
        self.model, self.uses, self.layers = model, uses, set(weights_of_layers(model))
        first = {id(parameter): name for name, parameter in model.named_parameters()}
        every = model.named_parameters(remove_duplicate=False)
        self.parameters = dict(model.named_parameters(remove_duplicate=False))
        # A parameter with several names is used under the first of them
        self.first = {name: first[id(parameter)] for name, parameter in every}

    def why_whole(self, name: str) -> str | None:
        """Return why a parameter is left whole, None if it is a weight to prune."""
        owner = self.model.get_submodule(name.rpartition(".")[0])
        kinds = [why for kind, why in _NOT_PRUNED.items() if isinstance(owner, kind)]
        if kinds:
            return kinds[0]
        if self.uses is None:
            return self._why_by_name(name) or self._why_frozen(name)
        first = self.first[name]
        if first in self.uses.otherwise:
            return self.uses.otherwise[first]
        # A layer that a few examples do not reach may be reached by others, as experts are
        if first not in self.uses.multiplied and name not in self.layers:
            return "is not used in a forward pass"
        return self._why_frozen(name)

    def _why_frozen(self, name: str) -> str | None:
        return None if self.parameters[name].requires_grad else _FROZEN

    def _why_by_name(self, name: str) -> str | None:
        """Return why a parameter is no weight, as far as can be said without a forward pass."""
        if name in self.layers:
            return None
        shape = self.parameters[name].shape
        if name.rpartition(".")[2].startswith("weight") and sum(s > 1 for s in shape) > 1:
            return None
        return "belongs to no known layer, and no forward pass could be looked at"

    def mixed(self, names: Sequence[str], examples: Examples | None) -> list[str]:
        """Return which of `names` are computed with so that their zeros do not stay zeros.

        UserError if one of them is the weight of a layer, or all that it is computed from.
        """
        found: list[str] = []
        made = made_weights(self.model)
        for weight in made:
            sources = [name for name in names if name in weight.sources]
            mixed = [name for name in sources if not keeps_zeros(self.model, weight, name)]
            if sources and (mixed == sources or weight.by == PRUNED_ELSEWHERE):
                where = f"{weight.module}.{weight.weight}".lstrip(".")
                raise _unprunable(where, weight.by, weight.module or weight.weight)
            found += mixed
        known = {name for weight in made for name in weight.sources}
        computed = self.uses.computed if self.uses is not None else frozenset()
        for name in names:
            if self.first[name] in computed - known and not self._stays(name, examples):
                if name in self.layers:
                    raise _unprunable(name, "the forward", name)
                found.append(name)
        return found

    def _stays(self, name: str, examples: Examples | None) -> bool:
        if examples is None or self.uses is None:
            return False
        model = copy_model(self.model).eval()
        return zeros_stay(
            model, name, self.uses.computed, lambda: computed_weights(model, examples, name)
        )

    def in_order(self, names: list[str], outputs: str | Sequence[str]) -> list[str]:
        """Return `names` in the order of the forward pass, the layers of the outputs last."""
        order = {n: k for k, n in enumerate(self.uses.multiplied if self.uses else ())}
        last = {self.first[n] for n in find_outputs(self.model, named=outputs)} if outputs else None
        if last is None:
            last = set(self.uses.outputs) if self.uses else set()
        return sorted(
            names, key=lambda n: (self.first[n] in last, order.get(self.first[n], len(order)))
        )


def _without(start: str, names: str | Sequence[str]) -> list[str]:
    names = (names,) if isinstance(names, str) else names
    return [name.removeprefix(start) for name in names]


def _matrices(model: nn.Module) -> dict[str, nn.Parameter]:
    """Return the floating parameters of two dimensions or more that are no biases."""
    found = {}
    for name, parameter in model.named_parameters(remove_duplicate=False):
        if isinstance(parameter, nn.UninitializedParameter):
            raise UserError(
                f"the shape of {name!r} is not known yet: run the model on one batch first"
            )
        is_bias = name.rpartition(".")[2].startswith("bias")
        if parameter.is_floating_point() and parameter.ndim >= 2 and not is_bias:
            found[name] = parameter
    return found


def _matching(model: nn.Module, patterns: str | Sequence[str], why: str) -> set[str]:
    """Return the names of the parameters of `model` that `patterns` speak of."""
    parameters = [name for name, _ in model.named_parameters(remove_duplicate=False)]
    found: set[str] = set()
    for pattern in (patterns,) if isinstance(patterns, str) else patterns:
        new = {
            name
            for name in parameters
            if any(fnmatchcase(part, pattern) for part in _prefixes(name))
        }
        if not new:
            layers = dict.fromkeys(name.rpartition(".")[0] or name for name in _matrices(model))
            raise UserError(
                f"no layer {why} is named {pattern!r}: expected some of {', '.join(layers)}"
            )
        found |= new
    return found


def _prefixes(name: str) -> Iterable[str]:
    """Return the parameter `name`, and the names of the modules it is in."""
    parts = name.split(".")
    return (".".join(parts[:end]) for end in range(1, len(parts) + 1))


def _refuse_vectors(names: set[str], matrices: Iterable[str]) -> None:
    """Raise UserError if something to include is no matrix; masks of biases lie beside others."""
    wrong = sorted(names - set(matrices))
    if wrong and not names & set(matrices):
        raise UserError(
            f"{wrong[0]!r} cannot be pruned: expected floating parameters of two dimensions or "
            "more that are no biases"
        )


def _unprunable(name: str, by: str, layer: str) -> UserError:
    remedy = "torch.nn.utils.parametrize.remove_parametrizations"
    problem = f"it is computed by {by} from parameters whose zeros would not stay the only zeros"
    if by == PRUNED_ELSEWHERE:
        remedy = "torch.nn.utils.prune.remove"
        problem = f"it is under {by}, whose masks would not be counted here"
    return UserError(
        f"{name!r} cannot be pruned: {problem}; protect {layer!r}, or make the weight plain first, "
        f"by {remedy} or in its module"
    )


def _nothing(model: nn.Module, matrices: Iterable[str], left_whole: dict[str, str]) -> UserError:
    names = list(matrices)
    if left_whole:
        reasons = "; ".join(f"{name!r} {why}" for name, why in left_whole.items())
        has = f"{reasons[:300]}; name what is to be pruned all the same in include="
    elif names:
        has = f"all of {', '.join(names)} are protected"
    else:
        has = "it has no weight matrix"
    return UserError(
        f"{type(model).__name__} has no prunable layer: {has}; expected at least one Linear, "
        "Conv, ..."
    )
