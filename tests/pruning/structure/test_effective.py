import pytest

pytest.importorskip("torch")

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from pruning_models_toys import (
    Residual,
    exact_masks,
    random_conv_net,
    random_masks,
    random_mlp,
    scrambled,
)

from wann.network.torch_module import nn, torch
from wann.pruning.structure.effective import effective
from wann.pruning.structure.shrink import shrink
from wann.pruning.training.models import build


def slow_effective(masks: list[np.ndarray]) -> list[int]:
    """Count edges by walking every path from the inputs to the outputs, one edge at a time."""
    on_path: set[tuple[int, int, int]] = set()

    def leads_on(layer: int, unit: int) -> bool:
        if layer == len(masks):
            return True
        found = False
        for target in np.flatnonzero(masks[layer][:, unit]):
            if leads_on(layer + 1, int(target)):
                on_path.add((layer, unit, int(target)))
                found = True
        return found

    for unit in range(masks[0].shape[1]):
        leads_on(0, unit)
    return [sum(edge[0] == layer for edge in on_path) for layer in range(len(masks))]


@settings(deadline=None, max_examples=50)
@given(st.lists(st.integers(1, 6), min_size=2, max_size=5), st.floats(0, 1), st.integers(0, 999))
def test_as_many_as_a_walk_finds(sizes: list[int], density: float, seed: int) -> None:
    model = random_mlp(sizes, "tanh", seed)
    masks = random_masks(model, density, seed)
    found = effective(model, masks, torch.zeros(2, sizes[0]))
    assert [layer.effective for layer in found.layers] == slow_effective(
        [m.numpy() for m in masks.values()]
    )
    assert [layer.kept for layer in found.layers] == [int(m.sum()) for m in masks.values()]
    assert found.inputs == sizes[0]


@pytest.mark.parametrize(
    ("density", "compression"),
    [(0.1, (10.3, 10.6)), (0.05, (23, 27)), (0.02, (150, 200)), (0.01, (900, 1400))],
)
def test_uniform_masks_of_lenet(density: float, compression: tuple[float, float]) -> None:
    """Computed elsewhere, as means of five draws: 10.4, 25, 165 and 1163."""
    model = build("lenet-300-100", (1, 28, 28), 10)
    found = [
        1
        / effective(
            model, exact_masks(model, density, seed), torch.zeros(2, 1, 28, 28)
        ).effective_density
        for seed in range(5)
    ]
    assert compression[0] < np.mean(found) < compression[1]


def test_active_units_of_lenet() -> None:
    model = build("lenet-300-100", (1, 28, 28), 10)
    found = effective(model, exact_masks(model, 0.05, 0), torch.zeros(2, 1, 28, 28))
    inputs, first, second, outputs = found.active_units
    assert (inputs, outputs) == (784, 10)
    assert 240 < first < 280
    assert 35 < second < 46
    assert found.density == pytest.approx(0.05, abs=1e-5)


def test_dense_and_dead() -> None:
    model = random_conv_net(0, "relu", 1)
    example = torch.zeros(2, 2, 8, 8)
    dense = effective(model, {}, example)
    assert dense.density == dense.effective_density == 1.0
    assert dense.active_units == [2, 5, 6, 7, 3]
    dead = effective(model, {"3.weight": torch.zeros(6, 5, 3, 3, dtype=torch.bool)}, example)
    assert dead.effective == 0
    assert dead.kept == dense.kept - 270


@pytest.mark.parametrize("seed", range(6))
def test_a_shrunk_model_without_biases_is_all_at_work(seed: int) -> None:
    torch.manual_seed(seed)
    model = random_mlp([6, 12, 9, 3], "relu", seed)
    masks = random_masks(model, 0.2, seed) | {
        f"{i}.bias": torch.zeros(n).bool() for i, n in ((1, 12), (3, 9))
    }
    small = shrink(model, masks, torch.randn(2, 6))
    active = effective(model, masks, torch.randn(2, 6)).active_units
    assert [small[1].out_features, small[3].out_features] == [max(1, n) for n in active[1:3]]


def test_a_residual_net() -> None:
    model = scrambled(Residual())
    masks = {"inner.weight": torch.zeros(4, 6, 1, 1).bool()}
    found = effective(model, masks, torch.zeros(2, 2, 5, 5))
    by_name = {layer.name: layer.effective for layer in found.layers}
    assert by_name == {"first.weight": 108, "inner.weight": 0, "outer.weight": 0, "last.weight": 18}


class Spare(nn.Module):
    """Has a layer that it calls or not, and one that is called as a function."""

    def __init__(self, layer: nn.Module, called: bool) -> None:
        super().__init__()
        self.first, self.last, self.called = nn.Conv1d(2, 6, 1), nn.Linear(6, 3), called
        self.layer = nn.ModuleDict({"inside": layer})

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = self.first(x)
        if self.called:
            h = self.layer["inside"](h)
        return nn.functional.linear(h.amax(2), self.last.weight)


@pytest.mark.parametrize("called", [True, False])
@pytest.mark.parametrize(
    ("layer", "units"),
    [(nn.Conv1d(6, 6, 1, groups=2), 6), (nn.ConvTranspose1d(6, 6, 1, groups=3), 6)],
)
def test_only_layers_that_run_are_at_work(layer: nn.Module, units: int, called: bool) -> None:
    model = Spare(layer, called)
    name = "layer.inside.weight"
    masks = {name: torch.ones_like(layer.weight).bool(), "last.weight": torch.ones(3, 6).bool()}
    masks[name][:, 0] = False
    found = {use.name: use for use in effective(model, masks, torch.randn(2, 2, 4)).layers}
    kept = int(masks[name].sum())
    assert found[name].kept == kept
    assert (found[name].effective, found[name].active_units) == (called * kept, called * units)
    assert found[name].units == units
    assert found["last.weight"].effective == 18
    held = {one.layer: one.reason for one in shrink(model, masks, torch.randn(2, 2, 4)).held}
    assert called != ("does not call it" in held.get("layer.inside", ""))
