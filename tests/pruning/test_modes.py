"""Modules stay in the modes that they are given in."""

import wann
from wann.network.torch_module import nn, torch
from wann.pruning.modes import Modes


def frozen() -> nn.Module:
    model = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Dropout(), nn.Linear(8, 3))
    model[1].requires_grad_(False).eval()
    return model


def test_a_frozen_batch_norm_is_not_trained() -> None:
    torch.manual_seed(0)
    data = [(torch.randn(60, 4) + 3, torch.arange(60) % 3)]
    found = wann.prune(frozen(), data, "magnitude", 0.5, trained=True, steps=20).model
    assert found[1].running_mean.tolist() == [0.0] * 8
    assert [module.training for module in found] == [True, False, True, True]


def test_a_model_that_is_given_for_use_is_trained_as_a_whole() -> None:
    model = frozen().eval()
    modes = Modes(model)
    modes.train()
    assert all(module.training for module in model.modules())
    modes.restore()
    assert not any(module.training for module in model.modules())
