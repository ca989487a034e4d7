"""Masks with signs: what is kept, what it weighs, and what that does."""

import pytest
import torch
from pruning_toys import conv_net, generator
from torch import nn

from wann.config import TRAINING_WEIGHTS, Training
from wann.errors import UserError
from wann.pruning import masks
from wann.pruning.api import prune
from wann.pruning.methods.signed_mask import SignedConfig, set_weight, signed_mask, under_weights
from wann.pruning.methods.supermask import Supermask
from wann.pruning.training.data import Data

CONFIG = SignedConfig(epochs=12, batch=40, rate=0.03)


def examples(seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    """Four clusters in 16 dimensions."""
    chance = generator(seed)
    y = torch.arange(200) % 4
    ends = 1.5 * torch.randn(4, 16, generator=generator(99))
    return ends[y] + 0.5 * torch.randn(200, 16, generator=chance), y


def relu_net() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(16, 30), nn.ReLU(), nn.Linear(30, 4))


def found_in(model: nn.Module, seed: int = 0, density: float = 0.3) -> Supermask:
    x, y = examples()
    if isinstance(model[0], nn.Conv2d):
        x, y = x.view(-1, 1, 4, 4).repeat(1, 1, 2, 2), y % 3
    return signed_mask(model, masks.full(model), (x, y), density, generator(seed), config=CONFIG)


@torch.no_grad()
def accuracy(model: nn.Module) -> float:
    x, y = examples(7)
    return float((model.eval()(x).argmax(1) == y).float().mean())


def test_masks_of_a_model_in_float16_learn_too() -> None:
    (x, y), model = examples(), relu_net().half()
    found = signed_mask(model, masks.full(model), (x.half(), y), 0.3, generator(0), config=CONFIG)
    assert found.losses[-1] < 0.7 * found.losses[0]
    found.install(model)
    assert accuracy(model.float()) > 0.9


@pytest.mark.parametrize("make", [relu_net, conv_net])
def test_exactly_so_many_are_kept_and_all_weigh_alike(make) -> None:
    model = make()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    found = found_in(model)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    full = masks.full(model)
    assert masks.kept(found.masks) == round(0.3 * masks.total(full))
    found.install(model)
    for name in full:
        kept = model.get_parameter(name)[found.masks[name]]
        assert set(kept.tolist()) <= {-1.0, 1.0}
        assert not model.get_parameter(name)[~found.masks[name]].any()
        bias = getattr(model.get_submodule(name.rpartition(".")[0]), "bias", None)
        assert bias is None or not bias.any()


def test_one_shared_weight_is_as_good_as_another_of_its_sign() -> None:
    """Of rectifiers without biases: a positive weight is a positive factor of all outputs."""
    model = relu_net()
    x, y = examples()
    found = signed_mask(model, masks.full(model), (x, y), 0.3, generator(), config=CONFIG)
    found.install(model)
    x = examples()[0]
    outputs = model(x)

    def measure(weighted: nn.Module) -> float:
        """Return the accuracy; a positive weight w is a factor of w squared, by two layers."""
        weight, kept = (
            net[2].weight[found.masks["2.weight"]][0].item() for net in (weighted, model)
        )
        if kept * weight > 0:
            assert torch.allclose(weighted(x), weight**2 * outputs, rtol=1e-4, atol=1e-4)
        measured.append(kept * weight)
        return accuracy(weighted)

    measured: list[float] = []
    shares = under_weights(model, found.masks, measure)
    assert measured == list(TRAINING_WEIGHTS)
    assert tuple(shares) == TRAINING_WEIGHTS
    assert len({share for weight, share in shares.items() if weight > 0}) == 1
    assert len({share for weight, share in shares.items() if weight < 0}) == 1
    assert min(shares.values()) > 0.6
    assert accuracy(model) == shares[1.0]
    set_weight(model, found.masks, -0.5)
    assert accuracy(model) == shares[-0.5]
    assert set(model[0].weight.abs().unique().tolist()) == {0.0, 0.5}


def test_the_seed_decides() -> None:
    one, again, other = (found_in(relu_net(), seed) for seed in (0, 0, 1))
    assert all(torch.equal(mask, again.masks[name]) for name, mask in one.masks.items())
    assert one.losses == again.losses != other.losses


def test_a_pruned_model_says_its_accuracy_with_each_shared_weight() -> None:
    (x, y), (x_test, y_test) = examples(), examples(7)
    data = Data(x, y, x[:50], y[:50], x_test, y_test, (16,), 4)
    training = Training(steps=40, check_every=20)
    pruned = prune(relu_net(), data, "signed-mask", 0.4, training=training)
    assert pruned.under_weights is not None
    assert pruned.under_weights[1.0] == pruned.accuracy
    assert prune(relu_net(), data, "supermask", 0.4, training=training).under_weights is None
    with pytest.raises(UserError, match="expected no loss of one's own"):
        prune(relu_net(), data, "signed-mask", 0.4, training=training, loss=nn.functional.nll_loss)
    uniform = prune(relu_net(), data, "signed-mask", 0.4, training=training, allocation="uniform")
    assert masks.counts(uniform.masks) == {"0.weight": 192, "2.weight": 48}
