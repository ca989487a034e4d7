"""Pruning of whole units, by the L2 norm of what leads into them.

Units are the neurons of a linear layer and the channels of a convolution. A unit is pruned with its
incoming weights and its bias, so that its value is act(0); the masks hold the bias too. What leads
out of it stays in the masks, and has no effect where act(0) is 0. (A normalisation behind a
convolution still shifts a pruned channel, which is a constant then, and shrinking folds it away.)
"""

from collections.abc import Mapping, Sequence

import torch
from torch import nn

from wann.errors import UserError
from wann.pruning.masks.types import Masks, counts
from wann.pruning.schedule import check_density
from wann.pruning.top_k import best
from wann.pruning.uses.find import find_outputs
from wann.pruning.uses.layers import CONVOLUTIONS, LINEAR, TRANSPOSED

UnitScores = dict[str, torch.Tensor]

_WITH_UNITS = (*LINEAR, *CONVOLUTIONS, *TRANSPOSED)


def unit_layers(
    model: nn.Module, masks: Masks, logits: bool = False, outputs: Sequence[str] | None = None
) -> dict[str, int]:
    """Return the weights whose units can be pruned, and how many they have.

    `outputs`: the weights whose units are the outputs of the model, None to trace the model for
    them. They are among those returned only if `logits` is true. UserError if there are none, or if
    it cannot be found out which layers make the outputs.
    """
    last = () if logits else find_outputs(model) if outputs is None else outputs
    names = [name for name in counts(masks) if name not in last]
    if not names:
        raise UserError(
            f"{type(model).__name__} has no layer before its outputs: there are no units to prune"
        )
    _refuse_unknown(model, names)
    return {name: masks[name].shape[_axis(model, name)] for name in names}


def unit_scores(model: nn.Module, masks: Masks, logits: bool = False) -> UnitScores:
    """Return the L2 norms (units,) of what leads into each unit, for each of `unit_layers`."""
    scores = {}
    for name in unit_layers(model, masks, logits):
        weight = model.get_parameter(name).detach().masked_fill(~masks[name], 0.0)
        scores[name] = weight.transpose(0, _axis(model, name)).flatten(1).norm(dim=1)
    return scores


def unit_counts(
    model: nn.Module,
    masks: Masks,
    density: float,
    *,
    scope: str = "layer",
    outputs: Sequence[str] | None = None,
) -> dict[str, int]:
    """Return how many units each layer keeps so that a share of all units is kept.

    The layers of the outputs keep all their units, and are not among the layers.

    Args:
        model: the network.
        masks: what is alive of it.
        density: the share of the units that is kept, in (0, 1].
        scope: 'layer' for this share of each layer, 'global' for one ranking of all units. There,
            norms are divided by the root of the number of weights that lead into the unit, so that
            layers compare.
        outputs: as in `unit_layers`.

    Raises:
        UserError: a density or a scope that is none, or a layer that cannot keep a single unit.
    """
    check_density(density, of="units")
    units = unit_layers(model, masks, outputs=outputs)
    if scope == "layer":
        counts = {name: round(density * number) for name, number in units.items()}
    elif scope == "global":
        scores = unit_scores(model, masks, logits=True)
        fair = [
            scores[name] / (masks[name].numel() / number) ** 0.5 for name, number in units.items()
        ]
        alive = torch.cat([_alive(model, masks, name) for name in units])
        chosen = best(torch.cat(fair), alive, round(density * sum(units.values())), "the network")
        counts = {
            name: int(part.sum())
            for name, part in zip(units, torch.split(chosen, list(units.values())), strict=True)
        }
    else:
        raise UserError(f"expected scope 'layer' or 'global', got {scope!r}")
    for name, count in counts.items():
        if not count:
            raise UserError(
                f"{name!r} cannot keep one of its {units[name]} units at density {density}"
            )
    return counts


def select_units(
    model: nn.Module, masks: Masks, counts: Mapping[str, int], scores: UnitScores | None = None
) -> Masks:
    """Return `masks` with only the `counts` best units of each layer named there.

    Their biases get masks as well. `scores`: (units,) for each layer, by default `unit_scores`.
    Units without any weight are gone, and stay so.
    """
    scores = unit_scores(model, masks, logits=True) if scores is None else scores
    result = dict(masks)
    for name, count in counts.items():
        axis, mask = _axis(model, name), masks[name]
        if scores[name].shape != (mask.shape[axis],):
            raise UserError(
                f"the unit scores of {name!r} have shape {tuple(scores[name].shape)}: expected one "
                "per unit"
            )
        units = best(scores[name], _alive(model, masks, name), count, name)
        shape = [1] * mask.ndim
        shape[axis] = -1
        result[name] = mask & units.view(shape)
        bias = f"{name.rpartition('.')[0]}.bias".lstrip(".")
        if bias in dict(model.named_parameters()):
            result[bias] = units & masks[bias] if bias in masks else units
    return result


def _alive(model: nn.Module, masks: Masks, name: str) -> torch.Tensor:
    return masks[name].transpose(0, _axis(model, name)).flatten(1).any(dim=1)


def _axis(model: nn.Module, name: str) -> int:
    """Return the dimension of a weight that its units are along; UserError if it has none."""
    _refuse_unknown(model, [name])
    layer = model.get_submodule(name.rpartition(".")[0])
    return 1 if isinstance(layer, TRANSPOSED) else 0


def _refuse_unknown(model: nn.Module, names: Sequence[str]) -> None:
    """Raise UserError, with all that is to be protected, if some weights have no known units."""
    unknown: dict[str, str] = {}
    for name in names:
        layer = model.get_submodule(name.rpartition(".")[0])
        grouped = isinstance(layer, TRANSPOSED) and layer.groups > 1
        if grouped or not isinstance(layer, _WITH_UNITS):
            place = name.partition(".parametrizations.")[0]
            place = place if place != name else name.rpartition(".")[0]
            unknown[place or name] = type(model.get_submodule(place)).__name__
    if unknown:
        kinds = ", ".join(dict.fromkeys(unknown.values()))
        raise UserError(
            f"units of {kinds} are not known, so that none of them can be removed: protect "
            f"{', '.join(map(repr, unknown))}"
        )
