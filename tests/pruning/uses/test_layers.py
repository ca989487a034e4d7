"""Which numbers of a weight lead into which unit is what the layer itself does with them."""

import pytest
import torch
from torch import nn

from wann.pruning.uses.layers import PLAIN, layouts

LAYERS = [
    (nn.Linear(5, 4), (5,)),
    (nn.Conv2d(4, 6, 2), (4, 3, 3)),
    (nn.Conv2d(4, 6, 2, groups=2), (4, 3, 3)),
    (nn.ConvTranspose2d(6, 4, 2), (6, 3, 3)),
    (nn.ConvTranspose2d(6, 4, 2, groups=2), (6, 3, 3)),
    (nn.ConvTranspose1d(4, 4, 3, groups=4), (4, 5)),
    (nn.ConvTranspose3d(4, 6, 2, groups=2), (4, 2, 2, 2)),
]


@pytest.mark.parametrize(("layer", "shape"), LAYERS, ids=[str(layer) for layer, _ in LAYERS])
def test_rows_are_what_leads_into_each_unit(layer: nn.Module, shape: tuple[int, ...]) -> None:
    layout = layouts(nn.Sequential(layer)).get("0.weight", PLAIN)
    made = layer(torch.rand(1, *shape) + 0.5)
    numbers = torch.arange(layer.weight.numel()).view(layer.weight.shape)
    rows = layout.rows(numbers)
    assert len(rows) == made.shape[1]
    for unit, row in enumerate(rows):
        (slope,) = torch.autograd.grad(made[0, unit].sum(), layer.weight, retain_graph=True)
        assert sorted(row.tolist()) == numbers[slope != 0].tolist()
    assert torch.equal(layout.back(rows, numbers.shape), numbers)
