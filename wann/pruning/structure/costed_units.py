"""Units of the whole model in one ranking: first goes what saves most for least.

Removing a unit saves what leads into it and what leads out, and less of either the fewer units
there are on the other side, so that what each one saves is counted anew after each removal. The
unit whose worth is least for each operation that it saves is removed, until no more operations are
left than asked for. Units that go together, as in residual sums, are one.

Source: Theis et al. (2018), "Faster gaze prediction with dense networks and Fisher pruning",
section 2.2, greedily.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.errors import UserError
from wann.network.torch_module import torch
from wann.pruning.masks.types import Masks, weights_of
from wann.pruning.structure.channels import Channels
from wann.pruning.structure.graph import Kind
from wann.pruning.structure.unit_worth import MAKERS
from wann.pruning.structure.weight_uses import Uses

Matrix = NDArray[np.float64]
Costs = Mapping[str, float]  # of one number of a weight, for one example; by the parameter's name

LEAST = "left where every layer has one unit, and what is protected, or holds its units, has all"


class Removal(NamedTuple):
    """Which classes of channels go, and how many operations are left of how many."""

    removed: torch.Tensor  # (classes,) bool
    left: float
    total: float


class _Layers(NamedTuple):
    """Operations of layers: a number for each pair of a channel in and one out, or of one out."""

    made: Matrix  # (classes, layers): how many of its output channels a class is
    read: Matrix  # (classes, layers): likewise of its input channels; 0 for separate filters
    each: Matrix  # (layers,) operations of each such pair
    pairs: NDArray[np.bool_]  # (layers,) whether it is one of pairs

    def left(self, made: Matrix, read: Matrix) -> float:
        """Return the operations with so many channels out and in (layers,)."""
        return float((self.each * made * np.where(self.pairs, read, 1.0)).sum())

    def saved(self, made: Matrix, read: Matrix) -> Matrix:
        """Return (classes,) how many operations go with each class."""
        incoming = self.made * np.where(self.pairs, read, 1.0)
        outgoing = np.where(self.pairs, self.read * (made - self.made), 0.0)
        found: Matrix = (incoming + outgoing) @ self.each
        return found


def costed_removal(
    channels: Channels,
    masks: Masks,
    worth: torch.Tensor,
    uses: Uses,
    density: float,
    staying: torch.Tensor | None = None,
) -> Removal:
    """Return which channels go so that a share of all operations is left, and not more.

    Those of layers whose units are not known are among all, and are left.

    Args:
        channels: those of the model, in classes of such as go together.
        masks: of the weights that may be pruned; others keep their units.
        worth: (classes,) by how much the loss rises without each.
        uses: how often the model uses each weight for one example.
        density: the share of the operations that may be left, in (0, 1].
        staying: (classes,) of channels that would stay in a smaller model without their units.

    Raises:
        UserError: too many operations are in what has to stay.
    """
    apart = _apart(channels, uses)
    total = left = whole(channels, uses) + apart
    removed = torch.zeros(channels.size, dtype=torch.bool)
    steps = removals(channels, masks, worth, uses, staying)
    while left > density * total * (1 + 1e-12):
        gone, inside = next(steps, (-1, left - apart))
        left = inside + apart
        if gone < 0:
            raise UserError(
                f"units cannot be pruned to {density:.3g} of the operations: {left / total:.3g} "
                f"are {LEAST}; choose a higher density"
            )
        removed[gone] = True
    return Removal(removed, left, total)


def alike(channels: Channels, classes: torch.Tensor) -> torch.Tensor:
    """Return the classes (classes,) of channels in the same places as some that are given."""
    layers = _layers(channels, {})
    rows = np.concatenate([layers.made, layers.read], axis=1)
    kind = np.unique(rows, axis=0, return_inverse=True)[1].ravel()
    return torch.from_numpy(np.isin(kind, kind[classes.cpu().numpy()]))


def _apart(channels: Channels, uses: Uses) -> float:
    """Return the operations of what has weights and no units that are known, as opaque layers."""
    graph = channels.graph
    known = {f"{step.module}.weight".lstrip(".") for step in graph.steps if step.kind in MAKERS}
    sizes = {name: parameter.numel() for name, parameter in graph.model.named_parameters()}
    return 2.0 * sum(times * sizes[name] for name, times in uses.items() if name not in known)


def whole(channels: Channels, costs: Costs) -> float:
    """Return the operations of the whole model, or what they cost; `costs` as in `removals`.

    UserError if the trace of the model shows no layer that has units.
    """
    if not any(step.kind in MAKERS for step in channels.graph.steps):
        raise UserError(
            "there are no units to prune: expected fully connected layers or convolutions that the "
            "trace of the model shows"
        )
    layers = _layers(channels, costs)
    return layers.left(layers.made.sum(0), layers.read.sum(0))


def removals(
    channels: Channels,
    masks: Masks,
    worth: torch.Tensor,
    costs: Costs,
    staying: torch.Tensor | None = None,
) -> Iterator[tuple[int, float]]:
    """Yield the class of channels that goes next, and how many operations are left without it.

    It ends where all that may go is gone: the last channel of each layer stays.

    Args:
        channels: as in `costed_removal`.
        masks: as there.
        worth: as there.
        costs: how often the model uses each weight for one example, or, with what operations of its
            layer cost, how often times that.
        staying: as in `costed_removal`; None where all may go.
    """
    layers = _layers(channels, costs)
    made, read = layers.made.sum(0), layers.read.sum(0)
    free = _free(channels, masks)
    if staying is not None:
        free &= ~staying.cpu().numpy()
    kinds, waiting = _kinds(layers, free, worth.double().numpy())
    while True:
        saved = kinds.saved(made, read)
        # The last channel of a layer stays, and with it those that go together with it
        last = ((made - kinds.made < 1) & (kinds.made > 0)).any(1)
        last |= ((read - kinds.read < 1) & (kinds.read > 0)).any(1)
        rates = [
            queue[-1][0] / gain if queue and gain > 0 and not stays else np.inf
            for queue, gain, stays in zip(waiting, saved, last, strict=True)
        ]
        kind = int(np.argmin(rates)) if rates else 0
        if not rates or not np.isfinite(rates[kind]):
            return
        made, read = made - kinds.made[kind], read - kinds.read[kind]
        yield waiting[kind].pop()[1], layers.left(made, read)


def _kinds(
    layers: _Layers, free: NDArray[np.bool_], worth: Matrix
) -> tuple[_Layers, list[list[tuple[float, int]]]]:
    """Return the kinds of classes that may go, and the classes of each, the cheapest last.

    Classes of a kind are in the same layers, so that each saves as much: only the cheapest of them
    is looked at when one is chosen. `free` and `worth` are (classes,).
    """
    chosen = np.flatnonzero(free)
    rows = np.concatenate([layers.made[chosen], layers.read[chosen]], axis=1)
    unique, found = np.unique(rows, axis=0, return_inverse=True)
    kind = found.ravel()  # NumPy 2.0 gives it a dimension more
    waiting: list[list[tuple[float, int]]] = [[] for _ in unique]
    for number in np.lexsort((-chosen, -worth[chosen])):
        waiting[kind[number]].append((float(worth[chosen[number]]), int(chosen[number])))
    made, read = np.split(unique, 2, axis=1)
    return layers._replace(made=made, read=read), waiting


def _layers(channels: Channels, costs: Costs) -> _Layers:
    graph = channels.graph
    made, read, each, pairs, done = [], [], [], [], set[str]()
    for number, step in enumerate(graph.steps):
        if step.kind not in MAKERS or step.module in done:
            continue
        done.add(step.module)
        name = f"{step.module}.weight".lstrip(".")
        weight = graph.kept[f"{step.module}.weight"]
        source = step.sources[0]
        made.append(_counts(channels, number))
        paired = step.kind is Kind.LAYER
        read.append(_counts(channels, source) if paired else np.zeros(channels.size))
        joined = step.channels * (graph.steps[source].channels if paired else 1)
        each.append(2.0 * costs.get(name, 0) * weight.numel() / joined)
        pairs.append(paired)
    return _Layers(np.stack(made, 1), np.stack(read, 1), np.array(each), np.array(pairs))


def _counts(channels: Channels, number: int) -> Matrix:
    classes = channels.classes(number).cpu().numpy()
    return np.bincount(classes, minlength=channels.size).astype(np.float64)


def _free(channels: Channels, masks: Masks) -> NDArray[np.bool_]:
    """Return which classes may go: those that layers with masks make, and nothing holds."""
    weights, free = weights_of(masks), np.zeros(channels.size, dtype=bool)
    held = np.zeros(channels.size, dtype=bool)
    held[list(channels.fixed)] = True
    for number, step in enumerate(channels.graph.steps):
        if step.kind in MAKERS:
            classes = channels.classes(number).cpu().numpy()
            mine = f"{step.module}.weight".lstrip(".") in weights
            (free if mine else held)[classes] = True
    return free & ~held
