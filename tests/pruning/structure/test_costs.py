import pytest

pytest.importorskip("torch")

from pruning_models_toys import exact_masks, random_conv_net

from wann.network.torch_module import torch
from wann.pruning.structure.costs import count_costs
from wann.pruning.training.models import build


def test_counts_of_lenet() -> None:
    model = build("lenet-300-100", (1, 28, 28), 10)
    costs = count_costs(model, exact_masks(model, 0.1, 0), torch.zeros(2, 1, 28, 28))
    assert (costs.dense_flops, costs.masked_flops) == (532_400, 53_240)
    assert costs.dense_bytes == 4 * 266_610
    assert costs.sparse_bytes == 8 * 26_620 + 4 * 410 + 4 * (301 + 101 + 11)
    assert costs.masked_flops < costs.shrunk_flops < costs.dense_flops
    assert costs.shrunk_bytes < costs.dense_bytes


def test_convolutions_count_at_each_output_pixel() -> None:
    model = random_conv_net(0, "relu", 1)
    example = torch.zeros(2, 2, 8, 8)
    costs = count_costs(model, {}, example)
    first, second = 2 * 64 * 5 * 2 * 9, 2 * 64 * 6 * 5 * 9
    assert (
        costs.dense_flops
        == costs.masked_flops
        == costs.shrunk_flops
        == first + second + 2 * (7 * 96 + 3 * 7)
    )
    only = torch.zeros(5, 2, 3, 3).bool()
    only[0, 0, 0, 0] = True
    assert (
        count_costs(model, {"0.weight": only}, example).masked_flops
        == costs.dense_flops - first + 2 * 64
    )
