"""Wanda against the norms of inputs that are gathered weight by weight."""

import copy

import pytest
import torch
from torch import nn

from wann.errors import UserError
from wann.pruning.masks import full
from wann.pruning.scores import Scoring, compute

CHANCE = torch.Generator().manual_seed(0)


def scoring(model: nn.Module, x: torch.Tensor) -> Scoring:
    half, targets = len(x) // 2, torch.zeros(len(x), dtype=torch.long)
    return Scoring(model, full(model), [(x[:half], targets[:half]), (x[half:], targets[half:])])


def test_the_published_example() -> None:
    """Sun et al. 2024, figure 1: weights of one output, and the norms of its inputs."""
    model = nn.Linear(4, 4, bias=False)
    weights = [[4.0, 0, 1, -1], [3, -2, -1, -3], [-3, 1, 0, 2], [0, 0, 0, 0]]
    model.weight.data = torch.tensor(weights)
    norms = torch.tensor([1.0, 2.0, 8.0, 3.0])
    found = compute("wanda", scoring(model, torch.diag(norms)))["weight"]
    assert found[:3].tolist() == [[4, 0, 8, 3], [3, 4, 8, 9], [3, 2, 0, 6]]


@pytest.mark.parametrize(
    "layer",
    [
        nn.Conv2d(4, 6, 3, stride=2, padding=1, groups=2),
        nn.Conv2d(4, 2, 3, padding=1, padding_mode="circular"),
        nn.ConvTranspose2d(4, 4, 3, stride=2, padding=1, output_padding=1, groups=2),
    ],
    ids=["grouped", "circular", "transposed"],
)
def test_each_weight_has_the_norm_of_all_it_is_multiplied_with(layer: nn.Module) -> None:
    model = nn.Sequential(layer, nn.Flatten(), nn.LazyLinear(3))
    x = torch.randn(4, 4, 5, 5, generator=CHANCE)
    model(x)
    found = compute("wanda", scoring(model, x))["0.weight"]
    weight = layer.weight.detach()
    for place in [(0, 0, 0, 0), (1, 1, 2, 1), (len(weight) - 1, 0, 1, 2)]:
        # With this weight alone, 1, outputs are the very numbers that it is multiplied with
        alone = torch.zeros_like(weight)
        alone[place] = 1.0
        layer.weight.data, bias = alone, layer.bias.data.clone()
        layer.bias.data.zero_()
        with torch.no_grad():
            norm = layer(x).norm()
        layer.weight.data, layer.bias.data = weight, bias
        assert found[place].item() == pytest.approx(
            abs(weight[place].item()) * norm.item(), rel=1e-5
        )


def test_sequences_count_at_each_place() -> None:
    model = nn.Sequential(nn.Linear(3, 5), nn.Flatten(), nn.Linear(20, 2))
    x = torch.randn(6, 4, 3, generator=CHANCE)
    found = compute("wanda", scoring(model, x))["0.weight"]
    expected = model[0].weight.abs() * x.flatten(0, 1).norm(dim=0)
    torch.testing.assert_close(found, expected.detach())


class Named(nn.Module):
    """Hands one layer its input by name."""

    def __init__(self, layer: nn.Module, name: str) -> None:
        super().__init__()
        self.layer, self.name, self.out = layer, name, nn.LazyLinear(3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        made = self.layer(**{self.name: x}) if self.name else self.layer(x)
        return self.out(made.flatten(1))


class Own(nn.Conv2d):
    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return super().forward(image)


@pytest.mark.parametrize(
    ("layer", "name", "shape"),
    [
        (nn.Linear(4, 5), "input", (4,)),
        (nn.Conv2d(4, 6, 3), "input", (4, 5, 5)),
        (nn.ConvTranspose2d(4, 6, 2), "input", (4, 5, 5)),
        (Own(4, 6, 3), "image", (4, 5, 5)),
    ],
    ids=["linear", "convolution", "transposed", "of one's own"],
)
def test_inputs_that_are_given_by_name_count_as_others_do(
    layer: nn.Module, name: str, shape: tuple[int, ...]
) -> None:
    x, named = torch.randn(4, *shape, generator=CHANCE), Named(layer, name)
    named(x)
    plain = copy.deepcopy(named)
    plain.name = ""
    found, expected = (compute("wanda", scoring(model, x)) for model in (named, plain))
    assert all(torch.equal(found[key], expected[key]) for key in expected)


def test_a_layer_whose_input_cannot_be_seen_is_named() -> None:
    class Recurrent(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.rnn, self.out = nn.GRU(3, 4, batch_first=True), nn.Linear(4, 2)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.out(self.rnn(x)[0][:, -1])

    with pytest.raises(UserError, match=r"'rnn.weight_ih_l0' cannot be seen: expected fully"):
        compute("wanda", scoring(Recurrent(), torch.randn(4, 5, 3)))


def test_a_weight_that_is_used_without_its_layer_is_named() -> None:
    class Aside(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.one, self.two = nn.Linear(3, 4), nn.Linear(4, 2)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.two(nn.functional.linear(x, self.one.weight))

    with pytest.raises(UserError, match=r"zeros comes into the layer of 'one.weight'"):
        compute("wanda", scoring(Aside(), torch.randn(4, 3)))
