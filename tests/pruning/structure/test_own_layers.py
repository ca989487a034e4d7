"""Layers with a forward of their own are taken for what they do, as tried on their inputs."""

from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional

from wann.errors import UserError
from wann.pruning.masks import full
from wann.pruning.methods import prune_at
from wann.pruning.scores import Scoring, compute
from wann.pruning.structure.own_layers import own_layers
from wann.pruning.structure.shrink import shrink
from wann.pruning.structure.to_sparse import to_sparse

X = torch.randn(4, 6, 9, 9, generator=torch.Generator().manual_seed(0))


class Padded(nn.Conv2d):
    """Pads by more behind than before."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(functional.pad(x, (0, 2, 0, 2)))


class Inside(nn.Conv2d):
    """Does the same below its forward."""

    def _conv_forward(self, x: Any, weight: Any, bias: Any) -> torch.Tensor:
        return super()._conv_forward(functional.pad(x, (0, 2, 0, 2)), weight, bias)


class Named(nn.Conv2d):
    """Is called by the name of what it takes."""

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return super().forward(functional.pad(image, (0, 2, 0, 2)))

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        return super().__call__(image=x)


class Halved(nn.Conv2d):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return functional.conv2d(x, 0.5 * self.weight, self.bias, self.stride, 1, 1, self.groups)


class Standard(nn.Conv2d):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        weight = self.weight - self.weight.mean((1, 2, 3), keepdim=True)
        return self._conv_forward(x, weight / weight.std(), self.bias)


class Gated(nn.Conv2d):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x * x.mean((1, 2, 3), keepdim=True))


class Failing(nn.Conv2d):
    """Cannot be run on fewer channels."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x.view(4, 6, 9, 9))


class Plain(nn.Linear):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x @ self.weight.t() + self.bias


class Clipped(nn.Linear):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x.clamp(-0.1, 0.1))


@pytest.mark.parametrize("groups", [1, 6])
@pytest.mark.parametrize(
    ("layer", "is_one"),
    [
        *((kind, True) for kind in (Padded, Inside, Halved, Named)),
        *((kind, False) for kind in (Standard, Gated, Failing)),
    ],
)
def test_convolutions_are_tried(layer: type[nn.Conv2d], is_one: bool, groups: int) -> None:
    torch.manual_seed(1)
    model = nn.Sequential(nn.Identity(), layer(6, 6, 3, groups=groups)).double()
    assert own_layers(model, X.double()) == (frozenset({"1"}) if is_one else frozenset())


def test_full_layers_are_tried() -> None:
    model = nn.Sequential(Plain(9, 5), Clipped(5, 4), nn.Linear(4, 3))
    assert own_layers(model, X) == frozenset({"0"})
    assert own_layers(nn.Sequential(nn.Linear(9, 5)), X) == frozenset()


def net(first: nn.Module, norm: bool) -> nn.Module:
    torch.manual_seed(2)
    middle = [nn.BatchNorm2d(12)] if norm else []
    model = nn.Sequential(
        *(first, *middle, nn.ReLU(), Padded(12, 8, 3, 2), nn.Sigmoid()),
        *(Padded(8, 8, 3, groups=8), nn.Sigmoid(), nn.AdaptiveAvgPool2d(1), nn.Flatten()),
        nn.Linear(8, 3),
    )
    return model.eval()


@pytest.mark.parametrize("norm", [True, False])
@pytest.mark.parametrize("method", ["unit", "unit-cost"])
def test_they_shrink(method: str, norm: bool) -> None:
    model = net(Padded(6, 12, 3), norm)
    scoring = Scoring(model, full(model), [(X, torch.arange(4) % 3)])
    masks = prune_at(method, scoring, 0.5)
    small = shrink(model, masks, X)
    sizes = [sum(p.numel() for p in m.parameters()) for m in (small, model)]
    assert sizes[0] < 0.7 * sizes[1]
    assert isinstance(small[0], Padded)
    other = torch.randn(2, 6, 7, 12)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name in masks:
                parameter.masked_fill_(~masks[name], 0.0)
        torch.testing.assert_close(small(other), model(other))


def test_wanda_sees_what_they_multiply() -> None:
    own = nn.Sequential(Padded(6, 4, 3), nn.Flatten(), nn.Linear(324, 3))
    plain = nn.Sequential(
        nn.Sequential(nn.ZeroPad2d((0, 2, 0, 2)), nn.Conv2d(6, 4, 3)), *list(own)[1:]
    )
    plain[0][1].load_state_dict(own[0].state_dict())
    found, expected = (
        compute("wanda", Scoring(model, full(model), [(X, torch.arange(4) % 3)]))
        for model in (own, plain)
    )
    torch.testing.assert_close(found["0.weight"], expected["0.1.weight"])


def test_a_sparse_model_does_not_guess_how_they_pad() -> None:
    model = net(Padded(6, 12, 3), False)
    with pytest.raises(UserError, match="its forward is its own, and may pad otherwise"):
        to_sparse(model, full(model), X)
