"""The layers of PyTorch that multiply what they are given by weights, and those weights."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from wann.network.torch_module import nn, torch

LINEAR = (nn.Linear, nn.Bilinear)
CONVOLUTIONS = (nn.Conv1d, nn.Conv2d, nn.Conv3d)
TRANSPOSED = (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)
RECURRENT = (nn.RNNBase, nn.RNNCellBase)
ATTENTION = (nn.MultiheadAttention,)
_ALL = (*LINEAR, *CONVOLUTIONS, *TRANSPOSED, *RECURRENT, *ATTENTION)
_PARAMETRISED = "parametrizations."


def weights_of_layer(layer: nn.Module) -> list[str]:
    """Return the names of the weights of `layer`, none if it is not known.

    What weights are computed from (by `torch.nn.utils.parametrize` or the older hooks) is among
    them. The modules inside of a layer are layers themselves.
    """
    if not isinstance(layer, _ALL):
        return []
    own = [*dict(layer.named_parameters(recurse=False))]
    inside: Any = getattr(layer, "parametrizations", None)
    if inside is not None:
        own += [_PARAMETRISED + name for name, _ in inside.named_parameters()]
    return [name for name in own if _is_weight(name.removeprefix(_PARAMETRISED).split(".")[0])]


def weights_of_layers(model: nn.Module) -> list[str]:
    """Return the names of the weights of all known layers of `model`, in the model's order."""
    found: dict[str, None] = {}
    for prefix, module in model.named_modules(remove_duplicate=False):
        for name in weights_of_layer(module):
            found[f"{prefix}.{name}" if prefix else name] = None
    return list(found)


class Layout(NamedTuple):
    """Which numbers of a weight lead into which unit of its layer."""

    groups: int = 1  # in which units hear inputs of their own
    # Whether it is (inputs of all groups, units of one group, ...), as in transposed convolutions
    turned: bool = False

    def units_first(self, weight: torch.Tensor) -> torch.Tensor:
        """Return a weight as (units, inputs of a group, ...); of such a one, as the layer's own."""
        if not self.turned:
            return weight
        apart = weight.reshape(self.groups, -1, *weight.shape[1:])
        return apart.transpose(1, 2).flatten(0, 1)

    def rows(self, weight: torch.Tensor) -> torch.Tensor:
        """Return a weight as (units, incoming)."""
        return self.units_first(weight).flatten(1)

    def back(self, rows: torch.Tensor, shape: torch.Size) -> torch.Tensor:
        """Return the weight of a `shape` that has these `rows`."""
        first = self.units_first(torch.empty(shape, device="meta")).shape
        return self.units_first(rows.view(first)).contiguous()


PLAIN = Layout()  # (units, inputs, ...), as in a fully connected layer


def layouts(model: nn.Module) -> dict[str, Layout]:
    """Return how the weights of convolutions are laid out, by name; all others are `PLAIN`."""
    return {
        f"{prefix}.{name}" if prefix else name: Layout(
            module.groups, isinstance(module, TRANSPOSED)
        )
        for prefix, module in model.named_modules(remove_duplicate=False)
        if isinstance(module, (*CONVOLUTIONS, *TRANSPOSED))
        for name in weights_of_layer(module)
    }


def given_to(args: Sequence[Any], named: Mapping[str, Any]) -> Any:
    """Return what a layer reads in a call: its first argument, or the one that is named `input`."""
    if args:
        return args[0]
    return named["input"] if "input" in named else next(iter(named.values()), None)


def with_weight(layer: Any, weight: Any) -> Any:
    """Return a copy of a layer with another weight and without its bias.

    Its `forward`, whoever wrote it, is meant to be called itself: hooks are shared with the layer.
    """
    other = copy.copy(layer)
    other._parameters = dict(layer._parameters) | {"weight": weight, "bias": None}
    return other


def has_own_forward(module: nn.Module) -> bool:
    """Whether the class of a layer computes it in a way of its own, as its methods show."""
    for base in (nn.Linear, *CONVOLUTIONS):
        if isinstance(module, base):
            return any(
                getattr(type(module), name, None) is not getattr(base, name, None)
                for name in ("forward", "_conv_forward")
            )
    return False


def _is_weight(name: str) -> bool:
    return name.startswith("weight") or name.endswith("proj_weight")
