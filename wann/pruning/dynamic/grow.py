"""A network that grows while it is trained, until it has exactly so many connections.

It begins without any connection and without hidden units. Each time that it grows, hidden units
come first (`new_units`), and then connections: those places are joined, with weight zero, for which
the gradient of the loss has the largest magnitude (the growth of RigL, Evci et al. 2020, section
3). Nothing goes again.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.config import Training
from wann.network.network import Network
from wann.network.torch_module import nn, torch
from wann.pruning.dynamic.growing_model import GrowingModel
from wann.pruning.dynamic.new_units import incoming
from wann.pruning.dynamic.plan import Growing
from wann.pruning.masks import Masks
from wann.pruning.top_k import best
from wann.pruning.torch_random import generator_for
from wann.pruning.training.data import Data
from wann.pruning.training.training import Revise, train

Tensor = torch.Tensor

# Training examples that gradients for growing are of, drawn anew each time: at most so many, and at
# most this share of all, so that seeds differ
_EXAMPLES, _SHARE = 2000, 0.5
_INTO = 12  # connections into a new hidden unit

_Unit = tuple[int, int]  # its layer, and its number there


class Grown(NamedTuple):
    """What a model has grown into."""

    network: Network
    weights: NDArray[np.float64]  # (connections,), trained


def grow(
    model: GrowingModel, data: Data, training: Training, planned: Sequence[Growing], seed: int
) -> Grown:
    """Return what `model`, which is trained in place, grows into.

    Args:
        model: one without connections.
        data: labelled examples, a constant 1 before the inputs.
        training: how it is trained, from the first growing to the end.
        planned: when it grows, the first time before the first step; see `plan.plan`.
        seed: of all that is drawn.

    UserError if the loss is no number.
    """
    grower = Grower(model, data, seed)
    masks = grower.grown(model.no_connection(), planned[0])
    later = {growing.step: growing for growing in planned[1:]}

    def change(
        step: int, _: nn.Module, masks: Masks, __: torch.optim.Optimizer, ___: dict[str, Tensor]
    ) -> Masks:
        return grower.grown(masks, later[step])

    history = train(model, data, masks, training, seed, revise=Revise(tuple(later), change))
    return Grown(*model.network(history.masks))


class Grower:
    """Adds units and connections to a model in place."""

    def __init__(self, model: GrowingModel, data: Data, seed: int) -> None:
        self.model = model
        self.generator = generator_for(seed, "grown by gradients")
        assert isinstance(data.x, torch.Tensor)
        self.x, self.y = data.x, data.y
        self.units = [0] * len(model.order)  # of each hidden layer, how many there are

    def grown(self, masks: Masks, growing: Growing) -> Masks:
        """Return masks of as many connections as `growing` says; those into units have weights."""
        kept = [masks[name].clone() for name in self.model.names]
        some = self._some()
        new = growing.connections - _number(kept)
        added = self._add_units(kept, growing.units, new, some)
        seen = self.model.see(*some)
        worth = [seen.gradient(layer).abs() for layer in range(len(kept))]
        free = self._free(kept)
        for layer, unit in added:
            self._lead_on(worth, free, layer, unit)
        missing = growing.connections - _number(kept)
        flat = [torch.cat([part.flatten() for part in parts]) for parts in (worth, free)]
        chosen = best(flat[0], flat[1], missing, "the model")
        parts = torch.split(chosen, [mask.numel() for mask in kept])
        return {
            name: mask | more.view(mask.shape)
            for name, mask, more in zip(self.model.names, kept, parts, strict=True)
        }

    def _some(self) -> tuple[Tensor, Tensor]:
        """Return examples, and their classes, for the gradients of this time."""
        number = min(_EXAMPLES, max(1, round(_SHARE * len(self.y))))
        chosen = torch.randperm(len(self.y), generator=self.generator)[:number]
        return self.x[chosen], self.y[chosen]

    def _add_units(
        self, kept: list[Tensor], units: Sequence[int], new: int, some: tuple[Tensor, Tensor]
    ) -> list[_Unit]:
        """Let new units hear what their layers hear in `some` examples, and return them.

        Of `new` connections each takes one at least that leads on.
        """
        number = sum(units) - sum(self.units)
        if not number:
            return []
        into = min(_INTO, new // number - 1)
        seen, there, added = self.model.see(*some), self._there(), []
        for layer, (have, want) in enumerate(zip(self.units, units, strict=True)):
            if have == want:
                continue
            sources = torch.nonzero(torch.cat(there[: layer + 1]))[:, 0]
            behind = range(layer + 1, len(kept))
            direct = torch.cat([seen.gradient(later)[:, sources] for later in behind])
            heard = seen.heard[layer][:, sources]
            found = incoming(direct, heard, want - have, into, self.generator)
            for unit, row in zip(self.model.order[layer][have:want], found, strict=True):
                with torch.no_grad():
                    self.model.weights[layer][unit, sources] = row
                kept[layer][unit, sources] = row != 0
                added.append((layer, unit))
        self.units = list(units)
        return added

    def _there(self) -> list[Tensor]:
        """Return which nodes are there: of bias and inputs, of each hidden layer, and outputs."""
        hidden = []
        for order, number in zip(self.model.order, self.units, strict=True):
            part = torch.zeros(len(order), dtype=torch.bool)
            part[order[:number]] = True
            hidden.append(part)
        inputs, outputs = 1 + self.model.inputs, self.model.outputs
        return [torch.ones(inputs).bool(), *hidden, torch.ones(outputs).bool()]

    def _free(self, kept: Sequence[Tensor]) -> list[Tensor]:
        """Return which places are free, among the nodes that are there."""
        there = self._there()
        return [
            there[layer + 1][:, None] & torch.cat(there[: layer + 1])[None] & ~mask
            for layer, mask in enumerate(kept)
        ]

    def _lead_on(self, worth: list[Tensor], free: Sequence[Tensor], layer: int, unit: int) -> None:
        """Let the place that is worth most of those out of a unit be chosen in any case."""
        column = 1 + self.model.inputs + sum(map(len, self.model.order[:layer])) + unit
        places = [
            torch.where(free[i][:, column], worth[i][:, column], -1.0)
            for i in range(layer + 1, len(worth))
        ]
        behind = int(torch.stack([part.max() for part in places]).argmax())
        worth[layer + 1 + behind][int(places[behind].argmax()), column] = torch.inf


def _number(kept: Sequence[Tensor]) -> int:
    return sum(int(mask.sum()) for mask in kept)
