"""Units that go together: what one is to another layer is said by the graph of the model.

Channels that are added up, or that a depthwise convolution filters, can only be removed together,
so they are ranked together: by the L2 norm of all that leads into them, in every layer that makes
them. Otherwise each layer would choose channels of its own, sums would keep nearly all, and behind
a depthwise convolution a quarter would be left where a half was asked for. And with a channel goes
what its normalisation adds to it: its scale and its shift get masks, as a bias does, so that the
channel is really silent.

Source: Fang et al. (2023), "DepGraph: Towards Any Structural Pruning", group norms.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from torch.nn.modules.batchnorm import _NormBase

from wann.errors import UserError
from wann.network.torch_module import nn, torch
from wann.pruning.forward import Examples
from wann.pruning.masks.types import Masks
from wann.pruning.structure.channels import Channels, channels_of
from wann.pruning.structure.graph import Flags, Kind

_MAKERS = (Kind.LAYER, Kind.SEPARATE)


class JoinedUnits:
    """Which units of a model go together, as far as its graph shows it."""

    def __init__(self, channels: Channels) -> None:
        self._channels = channels

    def scores(self, scores: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        """Return for each unit the norm over all units that go together with it.

        `scores`: (units,) for each layer, by the name of its weight: L2 norms of what leads in.
        """
        made = {name: number for name, number, _ in self._makers() if name in scores}
        total = torch.zeros(self._channels.size, dtype=torch.float64)
        for name, number in made.items():
            classes = self._channels.classes(number).cpu()
            total.index_add_(0, classes, scores[name].detach().cpu().double().square())
        joint = {
            name: total[self._channels.classes(number).cpu()].sqrt().to(scores[name].device)
            for name, number in made.items()
        }
        return dict(scores) | joint

    def without(self, masks: Masks, removed: Flags) -> Masks:
        """Return `masks` without the units of `removed` classes (classes,), their biases too."""
        found, model = dict(masks), self._channels.graph.model
        parameters = dict(model.named_parameters())
        for name, number, axis in self._makers():
            if name not in masks:
                continue
            kept = ~removed[self._channels.classes(number).cpu()].to(masks[name].device)
            shape = [1] * masks[name].ndim
            shape[axis] = -1
            found[name] = masks[name] & kept.view(shape)
            bias = f"{name.rpartition('.')[0]}.bias".lstrip(".")
            if bias in parameters:
                found[bias] = kept & masks[bias] if bias in masks else kept
        return found

    def with_norms(self, masks: Masks) -> Masks:
        """Return `masks`, and with them those of normalisations of channels that nothing makes.

        These are the channels of which each layer that makes them has lost the unit.
        """
        model, silent, found = self._channels.graph.model, self._silent(masks), dict(masks)
        for number, step in enumerate(self._channels.graph.steps):
            norm: Any = model.get_submodule(step.module)
            if step.kind is not Kind.NORM or not isinstance(norm, _NormBase):
                continue
            kept = ~silent[self._channels.classes(number)].repeat_interleave(step.width)
            for name, parameter in norm.named_parameters():
                if parameter.requires_grad and not bool(kept.all()):
                    whole = f"{step.module}.{name}"
                    found[whole] = kept & masks[whole] if whole in masks else kept.clone()
        return found

    def _silent(self, masks: Masks) -> Flags:
        """Return which classes of channels have makers, all of whose units are pruned."""
        graph = self._channels.graph
        device = self._channels.classes(0).device
        made = torch.zeros(self._channels.size, dtype=torch.bool, device=device)
        kept = made.clone()
        for name, number, axis in self._makers():
            classes = self._channels.classes(number)
            made[classes] = True
            if name not in masks:
                kept[classes] = True
            else:
                units = masks[name].transpose(0, axis).flatten(1).any(1).to(device)
                kept[classes[units]] = True
        for number, step in enumerate(graph.steps):
            if step.kind in (Kind.INPUT, Kind.OPAQUE):
                kept[self._channels.classes(number)] = True
        return made & ~kept

    def _makers(self) -> Iterator[tuple[str, int, int]]:
        """Yield the weights that make units, the step of each, and the dimension of its units."""
        graph, done = self._channels.graph, set[str]()
        for number, step in enumerate(graph.steps):
            if step.kind in _MAKERS and step.module not in done:
                done.add(step.module)
                transposed = graph.is_transposed(step)
                yield f"{step.module}.weight".lstrip("."), number, int(transposed)


def find_joined(model: nn.Module, masks: Masks, examples: Examples | None) -> JoinedUnits | None:
    """Return which units of `model` go together.

    None where there are no examples to see it on, or where the forward cannot be traced: then each
    layer is for itself, and shrinking says so.
    """
    if examples is None:
        return None
    try:
        return JoinedUnits(channels_of(model, masks, examples))
    except UserError:
        return None
