"""Units removed until the smaller model takes a share of the time that the whole one takes.

Operations are not time: a small layer waits for memory or for the call itself, and norms and
activations count for nothing. So the operations of each layer are priced by the time that they
take in it, as measured, units go in the order of `costed_units` under these prices, and how many of
them go is found by timing the smaller models themselves, halving what is in doubt.

Times differ from machine to machine and from run to run, and so do the units that go.

Source: Yang et al. (2018), "NetAdapt", for measured times as what is adapted to; the order of
removal is that of Theis et al. (2018), see `costed_units`.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from wann.errors import UserError
from wann.network.torch_module import nn, torch
from wann.pruning.forward import FEW, Examples, call
from wann.pruning.masks.types import Masks
from wann.pruning.structure.channels import Channels, channels_of
from wann.pruning.structure.costed_units import LEAST, Costs, Matrix, removals, whole
from wann.pruning.structure.graph import masked_copy
from wann.pruning.structure.joined_units import JoinedUnits
from wann.pruning.structure.shrink import shrink
from wann.pruning.structure.weight_uses import Uses, count_uses
from wann.pruning.torch_random import in_use
from wann.pruning.uses.layers import weights_of_layers
from wann.timing import time_in_turn

_SURE = 0.01  # of the cost: how near to each other the last two sizes are that are timed
_SECONDS, _FEWEST, _MOST = 0.3, 7, 101  # how long a way is timed, and how often
_Run = Callable[[], object]


def units_in_time(
    model: nn.Module,
    masks: Masks,
    batch: Examples,
    density: float,
    worth: Callable[[Channels], torch.Tensor],
) -> Masks:
    """Return masks of a model which takes a share of the time once it is made smaller, or less.

    Args:
        model: what is timed, as it is in use.
        masks: of the weights that may be pruned; others keep their units.
        batch: the examples that are timed, together.
        density: the share of the time that may be taken, in (0, 1].
        worth: by how much the loss rises without each class of channels (classes,).

    Raises:
        UserError: the smallest model takes more, or the model cannot be made smaller.
    """
    channels = channels_of(model, masks, batch[:FEW])
    model, joined = masked_copy(model, masks), JoinedUnits(channels)
    prices = layer_prices(model, batch)
    total = whole(channels, prices)
    path = list(removals(channels, masks, worth(channels), prices)) if density < 1.0 else []
    left = np.array([total, *(cost for _, cost in path)])

    def masks_without(count: int) -> Masks:
        removed = torch.zeros(channels.size, dtype=torch.bool)
        removed[[gone for gone, _ in path[:count]]] = True
        return joined.with_norms(joined.without(masks, removed))

    def share(count: int) -> float:
        small = shrink(model, masks_without(count), batch[:FEW])
        with in_use(model):
            return _share(lambda: call(small, batch), lambda: call(model, batch))

    few, many = 0, len(path)
    if path and (least := share(many)) > density:
        raise UserError(
            f"units cannot be pruned to {density:.3g} of the time for {len(batch)} at once: "
            f"{least:.3g} is {LEAST}; choose a higher density, or more examples at once"
        )
    while many - few > 1 and left[few] - left[many] > _SURE * total:
        half = min(max(_first(left, (left[few] + left[many]) / 2), few + 1), many - 1)
        few, many = (few, half) if share(half) <= density else (half, many)
    # What fitted may have done so by chance: it is timed once more, and smaller ones if it has
    while many < len(path) and share(many) > density:
        many = min(max(_first(left, left[many] - _SURE * total), many + 1), len(path))
    return masks_without(many)


def _first(left: Matrix, limit: float) -> int:
    """Return the first place at which `left`, which falls, is no more than `limit`."""
    return int(np.searchsorted(-left, -limit))


def layer_prices(model: nn.Module, batch: Examples) -> Costs:
    """Return the seconds that each weight of a known layer takes, over how many numbers it has.

    Each layer is timed on all that the model gives it. A weight that is not used costs nothing.
    """
    given = _what_layers_get(model, count_uses(model, batch), batch)
    names = list(given)
    runs = {name: _each(model.get_submodule(_layer(name)), given[name]) for name in names}
    with in_use(model):
        times = time_in_turn(runs, _FEWEST) if runs else {}
    return {name: times[name][1] / model.get_parameter(name).numel() for name in names}


def _what_layers_get(model: nn.Module, uses: Uses, batch: Examples) -> dict[str, list[Any]]:
    """Return the arguments of each call of the layers whose weights are in `uses`."""
    given: dict[str, list[Any]] = {}
    layers = set(weights_of_layers(model))

    def note(name: str) -> Callable[..., None]:
        return lambda _, args, named: given.setdefault(name, []).append((args, named))

    handles = [
        model.get_submodule(_layer(name)).register_forward_pre_hook(note(name), with_kwargs=True)
        for name, times in uses.items()
        if times and name in layers
    ]
    try:
        with in_use(model):
            call(model, batch)
    finally:
        for handle in handles:
            handle.remove()
    return given


def _layer(name: str) -> str:
    return name.rpartition(".")[0]


def _each(layer: nn.Module, calls: list[Any]) -> _Run:
    return lambda: [layer(*args, **named) for args, named in calls]


def _share(run: _Run, other: _Run) -> float:
    """Return the median time of one run as a share of that of another."""
    ((_, once, _),) = time_in_turn({"other": other}, 1).values()
    repeats = min(max(round(_SECONDS / max(once, 1e-9)), _FEWEST), _MOST)
    times = time_in_turn({"run": run, "other": other}, repeats)
    return times["run"][1] / times["other"][1]
