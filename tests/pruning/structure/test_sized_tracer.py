"""Forwards may ask for sizes and branch on them; values of tensors are refused."""

import math
from collections.abc import Callable

import pytest
import torch
from torch import nn

from wann.errors import UserError
from wann.pruning.masks import full
from wann.pruning.structure.sized_tracer import SizedTracer
from wann.pruning.structure.trace import trace

X = torch.randn(2, 3, 6, 5, generator=torch.Generator().manual_seed(0))
Forward = Callable[["Sizes", torch.Tensor], torch.Tensor]


class Sizes(nn.Module):
    """A convolution, and whatever a forward does before it."""

    def __init__(self, forward: Forward) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.conv = nn.Conv2d(3, 4, 2)
        self.register_buffer("rows", torch.arange(12.0))
        self._forward = forward

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self._forward(self, x)


def by_shape(model: Sizes, x: torch.Tensor) -> torch.Tensor:
    return model.conv(x) if x.shape[-1] % 2 else model.conv(x[..., 1:])


def by_size(model: Sizes, x: torch.Tensor) -> torch.Tensor:
    h, w = x.size()[2:]
    return model.conv(nn.functional.pad(x, (0, max(h, w) - w, 0, max(h, w) - h)))


def by_length(model: Sizes, x: torch.Tensor) -> torch.Tensor:
    return model.conv(x) * (len(x) if len(x.shape) == x.ndim == x.dim() else 0)


def in_a_loop(model: Sizes, x: torch.Tensor) -> torch.Tensor:
    for place, size in enumerate(x.shape):
        x = x + size * place
    return model.conv(x)


def counting(model: Sizes, x: torch.Tensor) -> torch.Tensor:
    for _ in range(x.shape[1]):
        x = x + model.rows[: x.shape[-1]]
    return model.conv(x)


def rounding(model: Sizes, x: torch.Tensor) -> torch.Tensor:
    half = math.ceil(float(x.shape[2]) / 2)
    return model.conv(x[:, :, : int(half)]) / math.sqrt(x.shape[1])


def behind_layers(model: Sizes, x: torch.Tensor) -> torch.Tensor:
    found = model.conv(x).relu()
    return found if found.shape[2] == 5 and x.is_floating_point() else found * 0


def by_rank(model: Sizes, x: torch.Tensor) -> torch.Tensor:
    x = x if x.ndim == 4 else x[None]
    return model.conv(x.view(*x.shape[:2], -1).reshape(x.shape))


@pytest.mark.parametrize(
    "forward",
    [by_shape, by_size, by_length, in_a_loop, counting, rounding, behind_layers, by_rank],
)
def test_a_trace_does_what_the_forward_does(forward: Forward) -> None:
    model = Sizes(forward).eval()
    traced = torch.fx.GraphModule(model, SizedTracer([X], ()).trace(model))
    torch.testing.assert_close(traced(X), model(X))
    graph = trace(model, full(model), X)
    assert "conv" in {step.module for step in graph.steps}


def by_value(model: Sizes, x: torch.Tensor) -> torch.Tensor:
    return model.conv(x) if x.sum() > 0 else model.conv(-x)


def by_item(model: Sizes, x: torch.Tensor) -> torch.Tensor:
    return model.conv(x[: int(x.abs().max())])


def over_values(model: Sizes, x: torch.Tensor) -> torch.Tensor:
    return model.conv(sum(row[None] for row in x))


def mixed(model: Sizes, x: torch.Tensor) -> torch.Tensor:
    return model.conv(x) if x.shape[0] > x.mean() else x


@pytest.mark.parametrize("forward", [by_value, by_item, over_values, mixed])
def test_values_are_refused(forward: Forward) -> None:
    with pytest.raises(UserError, match=r"Sizes cannot be traced: .* branches on values") as caught:
        trace(Sizes(forward), full(Sizes(forward)), X)
    assert "\n" not in str(caught.value)
