import pytest
import torch
from pruning_toys import Mlp, generator
from torch import nn

from wann.errors import UserError
from wann.pruning import masks
from wann.pruning.methods import rigl

GROWN = {
    "rigl": lambda slopes, chance: rigl.by_gradient(slopes),
    "set": lambda slopes, chance: rigl.by_chance(chance),
    "cht": lambda slopes, chance: rigl.by_paths(chance),
}


def test_the_share_to_drop_falls_by_a_cosine() -> None:
    assert rigl.cosine(0, 100) == 0.3
    assert rigl.cosine(50, 100) == pytest.approx(0.15)
    assert rigl.cosine(25, 100, alpha=1.0) == pytest.approx(0.5 + 0.5**1.5)
    assert rigl.cosine(100, 100) == rigl.cosine(170, 100) == 0.0
    with pytest.raises(UserError, match="1 or more training steps"):
        rigl.cosine(3, 0)


def test_the_smallest_go_and_the_steepest_come() -> None:
    model = nn.Linear(6, 1, bias=False)
    model.weight.data = torch.tensor([[0.1, -0.2, 3.0, -4.0, 0.0, 0.0]])
    old = {"weight": torch.tensor([[True, True, True, True, False, False]])}
    slope = {"weight": torch.tensor([[9.0, 0.0, 9.0, 9.0, -2.0, 1.0]])}
    new = rigl.update(model, old, rigl.by_gradient({"weight": slope["weight"].clamp(max=0.5)}), 0.5)
    # The first was dropped and grew again
    assert new["weight"].tolist() == [[True, False, True, True, True, False]]
    slope["weight"][0, 0] = 0.0
    new = rigl.update(model, old, rigl.by_gradient(slope), 0.5)
    assert new["weight"].tolist() == [[False, False, True, True, True, True]]
    assert old["weight"].tolist() == [[True] * 4 + [False] * 2]
    assert model.weight.tolist()[0][:2] == pytest.approx([0.1, -0.2])


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("fraction", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("grown", ["rigl", "set", "cht"])
def test_counts_per_layer_never_change(grown: str, fraction: float, seed: int) -> None:
    model, chance = Mlp(20, 15, 4, seed=seed), generator(seed)
    old = {
        name: torch.rand(mask.shape, generator=chance) < 0.4
        for name, mask in masks.full(model).items()
    }
    masks.apply(model, old)
    slopes = {name: torch.randn(mask.shape, generator=chance) for name, mask in old.items()}
    new = rigl.update(model, old, GROWN[grown](slopes, chance), fraction)
    assert masks.counts(new) == masks.counts(old)
    assert (fraction == 0.0) == all(torch.equal(new[name], old[name]) for name in old)


def test_new_weights_start_at_zero_without_a_memory() -> None:
    model = Mlp(20, 15, 4)
    old = {
        name: torch.rand(mask.shape, generator=generator(1)) < 0.4
        for name, mask in masks.full(model).items()
    }
    optimizer = torch.optim.Adam(model.parameters())
    for _ in range(3):
        model(torch.randn(8, 20, generator=generator(2))).square().sum().backward()
        optimizer.step()
    masks.apply(model, old)
    slopes = {name: model.get_parameter(name).grad for name in old}
    new = rigl.update(model, old, rigl.by_gradient(slopes), 0.5)
    stays = new["fc1.weight"] & old["fc1.weight"]
    before, steps = (
        model.fc1.weight.detach().clone(),
        optimizer.state[model.fc1.weight]["step"].clone(),
    )
    rigl.settle(model, old, new, optimizer)
    state = optimizer.state[model.fc1.weight]
    for value in (model.fc1.weight, state["exp_avg"], state["exp_avg_sq"]):
        assert not value[~stays].any()
        assert value[stays].all()
    assert torch.equal(model.fc1.weight[stays], before[stays])
    assert state["step"] == steps
    rigl.settle(model, new, new)
    assert torch.equal(model.fc1.weight[stays], before[stays])


@pytest.mark.parametrize("grown", ["rigl", "set", "cht"])
def test_nothing_grows_in_frozen_layers(grown: str) -> None:
    model, chance = Mlp(20, 15, 4), generator(1)
    model.fc1.requires_grad_(False)
    old = {
        name: torch.rand(mask.shape, generator=chance) < 0.4
        for name, mask in masks.full(model, include="fc1").items()
    }
    assert "fc1.weight" in old
    slopes = {"fc2.weight": torch.randn(4, 15, generator=chance)}
    new = rigl.update(model, old, GROWN[grown](slopes, chance), 0.5)
    assert torch.equal(new["fc1.weight"], old["fc1.weight"])
    assert not torch.equal(new["fc2.weight"], old["fc2.weight"])
    assert masks.counts(new) == masks.counts(old)


@pytest.mark.parametrize(
    ("grads", "fraction", "words"),
    [
        ({}, 0.3, r"'fc1.weight': expected shape \(2, 3\), got nothing"),
        ({"fc1.weight": torch.ones(3, 2)}, 0.3, r"got \(3, 2\)"),
        ({}, 1.3, r"\[0, 1\], got 1.3"),
    ],
)
def test_bad_requests_are_refused(
    grads: dict[str, torch.Tensor], fraction: float, words: str
) -> None:
    model = Mlp(3, 2)
    with pytest.raises(UserError, match=words):
        rigl.update(model, masks.full(model), rigl.by_gradient(grads), fraction)
