"""Every unit has as many weights as any other, and as many are kept as before."""

import pytest
import torch
from pruning_toys import Mlp, generator

from wann.pruning import Training, prune
from wann.pruning.masks import counts
from wann.pruning.methods import srigl


def layer(weights: torch.Tensor) -> torch.nn.Module:
    model = torch.nn.Sequential(torch.nn.Linear(weights.shape[1], len(weights), bias=False))
    model[0].weight.data = weights
    return model


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("fraction", [0.0, 0.3, 1.0])
def test_units_have_equal_shares_of_as_many_weights(seed: int, fraction: float) -> None:
    model, chance = Mlp(20, 15, 4, seed=seed), generator(seed)
    shapes = {"fc1.weight": (15, 20), "fc2.weight": (4, 15)}
    drawn = {name: torch.rand(shape, generator=chance) < 0.3 for name, shape in shapes.items()}
    old = srigl.even_masks(model, drawn, chance)
    assert counts(old) == counts(drawn)
    slopes = {name: torch.randn(mask.shape, generator=chance) for name, mask in old.items()}
    new = srigl.update(model, old, slopes, fraction, ["fc2.weight"])
    assert counts(new) == counts(old)
    for name, mask in new.items():
        rows = mask.sum(1)
        kept = rows[rows > 0]
        assert int(kept.max() - kept.min()) <= 1, name
    assert new["fc2.weight"].any(1).all()


@pytest.mark.parametrize(("inputs", "groups"), [(3, 1), (6, 2)])
def test_units_of_a_transposed_convolution_are_those_of_its_second_dimension_in_each_group(
    inputs: int, groups: int
) -> None:
    layer, chance = torch.nn.ConvTranspose2d(inputs, 5 * groups, 2, groups=groups), generator(0)
    model = torch.nn.Sequential(layer)
    drawn = {"0.weight": torch.rand(inputs, 5, 2, 2, generator=chance) < 0.5}
    old = srigl.even_masks(model, drawn, chance)
    slopes = {"0.weight": torch.randn(inputs, 5, 2, 2, generator=chance)}
    for mask in (old["0.weight"], srigl.update(model, old, slopes, 0.3)["0.weight"]):
        fan_in = torch.cat([part.sum(dim=(0, 2, 3)) for part in mask.chunk(groups)])
        assert int(fan_in.sum()) == int(drawn["0.weight"].sum())
        assert int(fan_in[fan_in > 0].max() - fan_in[fan_in > 0].min()) <= 1


def test_what_stays_is_the_largest_and_what_grows_the_steepest() -> None:
    model = layer(torch.tensor([[5.0, 0.1, 0.0, 0.0], [4.0, 3.0, 0.0, 0.0]]))
    mask = torch.tensor([[True, True, False, False], [True, True, False, False]])
    slope = torch.tensor([[0.0, 0.0, 1.0, 2.0], [9.0, 9.0, 0.5, 0.4]])
    new = srigl.update(model, {"0.weight": mask}, {"0.weight": slope}, 0.25)["0.weight"]
    # The smallest of the layer, 0.1, goes; its unit fills up with the steepest
    assert new.tolist() == [[True, False, False, True], [True, True, False, False]]


def test_a_unit_of_which_little_matters_is_left_without_weights() -> None:
    weights = torch.zeros(3, 10)
    weights[:, :4] = torch.tensor([[0.1] * 4, [5.0] * 4, [6.0] * 4])
    mask, slope = weights > 0, torch.zeros(3, 10)
    slope[1:, 4:] = 1.0
    model = layer(weights)
    new = srigl.update(model, {"0.weight": mask}, {"0.weight": slope}, 0.34)["0.weight"]
    assert new.sum(1).tolist() == [0, 6, 6]
    kept = srigl.update(model, {"0.weight": mask}, {"0.weight": slope}, 0.34, ["0.weight"])
    assert kept["0.weight"].sum(1).tolist() == [4, 4, 4]


def test_trained_masks_have_a_constant_fan_in() -> None:
    found = prune("lenet-300-100", "digits", "srigl", 0.1, training=Training(steps=80))
    assert found.kept == 5020
    for name, mask in found.masks.items():
        rows = mask.sum(1)
        kept = rows[rows > 0]
        assert int(kept.max() - kept.min()) <= 1, name
