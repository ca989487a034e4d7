"""Channels that go together are pruned together, and their norms with them."""

import pytest
import torch
from shrinking_toys import residual_net
from torch import nn

from wann.pruning.masks import counts, full
from wann.pruning.masks.types import without_norms
from wann.pruning.methods import prune_at
from wann.pruning.scores import Scoring
from wann.pruning.structure.graph import masked_copy
from wann.pruning.structure.joined_units import find_joined
from wann.pruning.structure.shrink import shrink
from wann.pruning.structure.units import unit_scores

IMAGES = torch.randn(4, 3, 16, 16, generator=torch.Generator().manual_seed(0))
BATCHES = [(IMAGES, torch.zeros(4, dtype=torch.long))]


def separable() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(
        *(nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU()),
        *(nn.Conv2d(8, 8, 3, padding=1, groups=8), nn.BatchNorm2d(8), nn.ReLU()),
        *(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 3)),
    )


def shifted(model: nn.Module) -> nn.Module:
    for parameter in model.parameters():
        if parameter.ndim == 1:
            nn.init.normal_(parameter, 0.2, 0.5)
    return model.eval()


def kept_units(masks: dict[str, torch.Tensor], name: str) -> list[bool]:
    return masks[name].flatten(1).any(1).tolist()


def test_a_filter_of_each_channel_goes_with_the_layer_before() -> None:
    model = shifted(separable())
    found = prune_at("unit", Scoring(model, full(model), BATCHES), 0.5)
    assert kept_units(found, "0.weight") == kept_units(found, "3.weight")
    norms = model[0].weight.flatten(1).square().sum(1) + model[3].weight.flatten(1).square().sum(1)
    best = norms.topk(4).indices.sort().values
    assert found["0.bias"].nonzero().flatten().tolist() == best.tolist()
    for name in ("1.weight", "1.bias", "4.weight", "4.bias"):
        assert torch.equal(found[name], found["0.bias"]), name
    small = shrink(model, found, IMAGES)
    assert [small[k].weight.shape[0] for k in (0, 1, 3, 4)] == [4, 4, 4, 4]
    assert small.held == ()
    with torch.no_grad():
        assert torch.allclose(small(IMAGES), masked_copy(model, found)(IMAGES), atol=1e-5)


def test_channels_that_are_added_up_go_together() -> None:
    torch.manual_seed(0)
    model = shifted(residual_net(True))
    found = prune_at("unit", Scoring(model, full(model), BATCHES), 0.5)
    stream = kept_units(found, "0.weight")
    assert kept_units(found, "3.conv2.weight") == stream
    assert sum(stream) == 8
    assert kept_units(found, "4.conv2.weight") == kept_units(found, "4.downsample.0.weight")
    small = shrink(model, found, IMAGES)
    assert small.held == ()
    sizes = [sum(p.numel() for p in m.parameters()) for m in (small, model)]
    assert sizes[0] < 0.3 * sizes[1]


def test_what_is_not_pruned_keeps_its_channels_and_their_norm() -> None:
    model = shifted(separable())
    masks = full(model, ["3"])  # the filters of each channel are protected
    found = prune_at("unit", Scoring(model, masks, BATCHES), 0.5)
    assert sum(kept_units(found, "0.weight")) == 4
    assert not any(name.startswith(("1.", "4.")) for name in found)


def test_frozen_norms_are_left_whole() -> None:
    model = shifted(separable())
    model[1].requires_grad_(False)
    found = prune_at("unit", Scoring(model, full(model), BATCHES), 0.5)
    assert not any(name.startswith("1.") for name in found)
    assert "4.weight" in found


def test_weights_alone_are_counted_and_controls_have_no_masks_of_norms() -> None:
    model = shifted(separable())
    found = prune_at("unit", Scoring(model, full(model), BATCHES), 0.5)
    assert set(counts(found)) == {"0.weight", "3.weight", "8.weight"}
    assert set(without_norms(found)) == {*counts(found), "0.bias", "3.bias"}


class Looking(nn.Module):
    """Cannot be traced."""

    def __init__(self) -> None:
        super().__init__()
        self.body = separable()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.body(x) if x.sum() < 1e9 else x


@pytest.mark.parametrize("batches", [[], BATCHES])
def test_without_a_graph_each_layer_is_for_itself(batches: list) -> None:
    model = shifted(Looking() if batches else separable())
    masks = full(model)
    assert find_joined(model, masks, IMAGES if batches else None) is None
    outputs = ("body.8",) if batches else ()
    found = prune_at("unit", Scoring(model, masks, batches, outputs=outputs), 0.5)
    start = "body." if batches else ""
    alone = unit_scores(model, masks, logits=True)[f"{start}3.weight"].topk(4).indices.sort().values
    kept = found[f"{start}3.weight"].flatten(1).any(1).nonzero().flatten()
    assert kept.tolist() == alone.tolist()
