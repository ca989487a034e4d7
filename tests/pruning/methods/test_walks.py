"""PHEW: walks are paths, in proportion to magnitudes, and as many weights are kept as asked for."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
import torch
from pruning_models_toys import Residual
from pruning_toys import Mlp, conv_net, generator
from torch import nn

from wann.errors import UserError
from wann.pruning import masks
from wann.pruning.methods import prune_at, walks
from wann.pruning.methods.walks import choose
from wann.pruning.scores import Scoring
from wann.pruning.scores.scoring import scratch
from wann.pruning.scores.synflow import make_linear


def scoring(model: nn.Module, shape: Sequence[int], seed: int | None = 0) -> Scoring:
    examples = torch.zeros(2, *shape), torch.zeros(2, dtype=torch.long)
    chance = None if seed is None else generator(seed)
    return Scoring(model, masks.full(model), [examples], generator=chance)


def test_places_are_drawn_in_proportion_to_their_values() -> None:
    values = torch.tensor([0.0, 1.0, 3.0, 0.0, 4.0]).expand(20_000, 5)
    drawn = choose(values, generator())
    assert (drawn.sum(1) == 1.0).all()
    np.testing.assert_allclose(drawn.mean(0), [0.0, 0.125, 0.375, 0.0, 0.5], atol=0.02)
    assert not choose(torch.zeros(3, 2, 2), generator()).any()


@pytest.mark.parametrize("forward", [True, False])
def test_a_walk_through_a_perceptron_is_a_path_in_proportion_to_magnitudes(forward: bool) -> None:
    given = scoring(Mlp(5, 4, 3, 2, seed=1), (5,))
    with scratch(given) as (model, weights):
        make_linear(model)
        names = {id(weight): name for name, weight in weights.items()}
        walker = walks.Walker(model, names, given, generator())
        steps = {name: torch.zeros_like(weight) for name, weight in weights.items()}
        for turn in range(600):
            strides = walker.walk()
            if (turn % 2 == 0) is not forward:
                continue
            ordered = strides if forward else strides[::-1]
            for one, following in pairwise(ordered):
                assert torch.equal(one.left, following.entered), "a layer begins where one ended"
            for walk in range(0, 64, 8):
                gone = [s.weights(weights[s.name], slice(walk, walk + 1)) for s in ordered]
                assert [int(mask.sum()) for mask in gone] == [1, 1, 1]
            for stride in ordered:
                joined = stride.left.flatten(0, 1).T @ stride.entered.flatten(0, 1)
                steps[stride.name] += joined
    for name, weight in weights.items():
        side = 0 if forward else 1  # from an input to one of the outputs, or the other way round
        share = weight.detach().abs() / weight.detach().abs().sum(side, keepdim=True)
        found = steps[name] / steps[name].sum(side, keepdim=True).clamp(min=1)
        seen = steps[name].sum(side) > 1000
        assert seen.any()
        dim = 1 - side
        wrong = (share - found).abs().amax(side)[seen]
        assert float(wrong.max()) < 0.06, (name, dim)


def models() -> list[tuple[str, nn.Module, tuple[int, ...]]]:
    upward = nn.Sequential(
        nn.Conv2d(2, 4, 3, padding=1),
        nn.ReLU(),
        nn.ConvTranspose2d(4, 3, 2, stride=2),
        nn.Flatten(),
        nn.Linear(3 * 12 * 12, 4),
    )
    grouped = nn.Sequential(
        nn.Conv1d(4, 8, 3, groups=2, stride=2), nn.BatchNorm1d(8), nn.ReLU(), nn.Flatten()
    )
    return [
        ("perceptron", Mlp(20, 30, 10, 4), (20,)),
        ("convolutions", conv_net(), (1, 8, 8)),
        ("transposed", upward, (2, 6, 6)),
        ("grouped", nn.Sequential(grouped, nn.Linear(8 * 5, 3)), (4, 12)),
        ("sequence", nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 3)), (7, 6)),
    ]


@pytest.mark.parametrize(
    ("model", "shape"), [m[1:] for m in models()], ids=[m[0] for m in models()]
)
def test_weights_that_are_kept_lie_on_paths(model: nn.Module, shape: tuple[int, ...]) -> None:
    """All but what the last walk had no room for: so a gradient of the flow reaches them."""
    given = scoring(model, shape)
    found = prune_at("phew", given, 0.2)
    assert masks.kept(found) == round(0.2 * masks.total(given.masks))
    assert all(mask.any() for mask in found.values())
    with scratch(Scoring(model, found, given.batches)) as (linear, weights):
        make_linear(linear)
        x = torch.ones(1, *shape, dtype=torch.float64)
        for module in linear.modules():
            if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
                module.running_var.fill_(1.0)
        flow = torch.autograd.grad(linear(x).sum(), list(weights.values()))
    lost = sum(int((m & (g == 0)).sum()) for m, g in zip(found.values(), flow, strict=True))
    assert lost <= len(found)


def test_sums_and_pooling_are_walked_through_as_well() -> None:
    model = Residual()
    given = scoring(model, shape_of(model))
    found = prune_at("phew", given, 0.1)
    assert masks.kept(found) == round(0.1 * masks.total(given.masks))


def shape_of(model: nn.Module) -> tuple[int, ...]:
    first = next(m for m in model.modules() if isinstance(m, nn.Conv2d | nn.Linear))
    return (first.in_features,) if isinstance(first, nn.Linear) else (first.in_channels, 8, 8)


def test_large_weights_are_kept_more_often_and_the_seed_decides() -> None:
    model = Mlp(20, 30, 10, 4)
    found, same, other = (
        prune_at("phew", scoring(model, (20,), seed), 0.2)["fc1.weight"] for seed in (0, 0, 1)
    )
    assert torch.equal(found, same)
    assert not torch.equal(found, other)
    sizes = model.fc1.weight.detach().abs()
    assert sizes[found].mean() > 1.2 * sizes[~found].mean()


def test_what_no_walk_reaches_is_filled_up_by_size() -> None:
    model = Mlp(6, 5, 4, 2)
    with torch.no_grad():
        model.fc1.weight[:, 0] = 0.0
    given = scoring(model, (6,))
    found = prune_at("phew", given, 1.0)
    assert all(mask.all() for mask in found.values())
    nearly = prune_at("phew", given, 0.99)
    assert masks.kept(nearly) == round(0.99 * masks.total(given.masks))
    assert not nearly["fc1.weight"][:, 0].all()


class Reading(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.memory, self.out = nn.LSTM(4, 5, batch_first=True), nn.Linear(5, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.out(self.memory(x)[0][:, -1])


def test_a_layer_that_walks_cannot_pass_is_named() -> None:
    with pytest.raises(UserError, match=r"'memory.weight_ih_l0' is the weight of another layer"):
        prune_at("phew", scoring(Reading(), (3, 4)), 0.5)
    gated = nn.Sequential(nn.Linear(4, 6), nn.GLU(), nn.Linear(3, 2))
    with pytest.raises(UserError, match=r"synflow and phew need .* got glu"):
        prune_at("phew", scoring(gated, (4,)), 0.5)
    with pytest.raises(UserError, match="generator"):
        prune_at("phew", scoring(Mlp(5, 4, 3, 2), (5,), None), 0.5)
