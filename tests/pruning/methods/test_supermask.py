from dataclasses import replace

import pytest
import torch
from pruning_toys import Mlp, conv_net, generator
from torch import nn

from wann.errors import UserError
from wann.pruning import masks
from wann.pruning.methods.supermask import (
    BernoulliConfig,
    PopupConfig,
    Supermask,
    bernoulli,
    constants,
    edge_popup,
)

QUICK = {
    "popup": PopupConfig(epochs=12, batch=20),
    "bernoulli": BernoulliConfig(epochs=12, batch=20),
}


def data(seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    """400 points of 4 clusters in 16 dimensions.

    The clusters lie at opposite ends, so that no linear map will do.
    """
    chance = generator(seed)
    ends, targets = (
        torch.randn(4, 16, generator=generator(99)) * 1.5,
        torch.randint(0, 4, (400,), generator=chance),
    )
    sides = torch.randint(0, 2, (400, 1), generator=chance) * 2 - 1
    return ends[targets] * sides + torch.randn(400, 16, generator=chance) * 0.5, targets


def find(
    kind: str, model: nn.Module, density: float | None = 0.4, seed: int = 0, **more
) -> Supermask:
    inputs, targets = data()
    if len(list(model.parameters())) > 6:
        inputs = inputs.view(-1, 1, 4, 4).repeat(1, 1, 2, 2)
    if kind == "popup":
        return edge_popup(
            model,
            masks.full(model),
            (inputs, targets),
            density,
            generator(seed),
            **{"config": QUICK["popup"]} | more,
        )
    return bernoulli(
        model,
        masks.full(model),
        (inputs, targets),
        density,
        generator(seed),
        **{"config": QUICK["bernoulli"]} | more,
    )


@torch.no_grad()
def accuracy(model: nn.Module) -> float:
    inputs, targets = data(7)
    return float((model.eval()(inputs).argmax(1) == targets).float().mean())


@pytest.mark.parametrize("kind", ["popup", "bernoulli"])
def test_weights_that_were_never_trained_do_the_task(kind: str) -> None:
    model = Mlp(16, 64, 32, 4)
    before = accuracy(model)
    found = find(kind, model)
    assert found.losses[-1] < 0.5 * found.losses[0]
    found.install(model)
    assert before < 0.5 < 0.85 < accuracy(model)
    assert masks.kept(found.masks) == round(0.4 * masks.total(found.masks))


@pytest.mark.parametrize("kind", ["popup", "bernoulli"])
def test_signed_constants_are_one_shared_weight_per_layer(kind: str) -> None:
    model = Mlp(16, 20, 4)
    found = find(kind, model)
    installed = Mlp(16, 20, 4, seed=5)
    found.install(installed)
    for name in found.masks:
        weight = installed.get_parameter(name)[found.masks[name]]
        assert len(weight.abs().unique()) == 1
        assert torch.equal(weight.sign(), model.get_parameter(name)[found.masks[name]].sign())
        assert not installed.get_parameter(name)[~found.masks[name]].any()


@pytest.mark.parametrize("kind", ["popup", "bernoulli"])
def test_the_model_given_is_left_alone_and_seeds_decide(kind: str) -> None:
    model = conv_net().eval()
    model[8] = nn.Linear(6, 4)
    state = {name: value.clone() for name, value in model.state_dict().items()}
    random = torch.get_rng_state()
    config = replace(QUICK[kind], epochs=2)
    first, again, other = (find(kind, model, seed=seed, config=config) for seed in (1, 1, 2))
    assert all(torch.equal(value, state[name]) for name, value in model.state_dict().items())
    assert torch.equal(torch.get_rng_state(), random)
    assert not model.training
    assert all(parameter.requires_grad for parameter in model.parameters())
    assert all(torch.equal(first.masks[name], again.masks[name]) for name in first.masks)
    assert not torch.equal(first.masks["4.weight"], other.masks["4.weight"])
    assert list(first.state) == list(state)
    first.install(model)


def test_layers_keep_the_same_share_and_what_is_pruned_stays_so() -> None:
    model = Mlp(16, 20, 4)
    alive = {
        name: torch.rand(mask.shape, generator=generator(3)) < 0.8
        for name, mask in masks.full(model).items()
    }
    short = replace(QUICK["popup"], epochs=1)
    found = edge_popup(model, alive, data(), 0.5, generator(), config=short)
    assert masks.counts(found.masks) == {"fc1.weight": 160, "fc2.weight": 40}
    assert all((found.masks[name] <= alive[name]).all() for name in alive)
    free = bernoulli(
        model, alive, data(), None, generator(), config=replace(QUICK["bernoulli"], epochs=1)
    )
    assert all((free.masks[name] <= alive[name]).all() for name in alive)
    assert 0 < masks.kept(free.masks) < masks.kept(alive)


def test_frozen_weights_come_in_three_kinds() -> None:
    model = Mlp(50, 40, 4)
    full = masks.full(model)
    signed = constants(model, full, "signed", generator())["fc1.weight"]
    assert torch.equal(signed, torch.sign(model.fc1.weight) * 0.2)  # sqrt(2 / 50)
    drawn = constants(model, full, "kaiming", generator())["fc1.weight"]
    assert float(drawn.std()) == pytest.approx(0.2, rel=0.1)
    assert torch.equal(constants(model, full, "own", generator())["fc1.weight"], model.fc1.weight)
    with pytest.raises(UserError, match="'signed', 'kaiming' or 'own'"):
        constants(model, full, "sign", generator())


def test_a_loss_that_is_no_number_is_said() -> None:
    def broken(outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        return outputs.sum() * torch.nan

    with pytest.raises(
        UserError, match=r"the loss is nan in epoch 1: choose a lower rate than 0.1"
    ):
        find("popup", Mlp(16, 8, 4), loss=broken)
