import pytest
import torch
from pruning_toys import Mlp, conv_net, generator, lenet
from torch import nn

from wann.errors import UserError
from wann.pruning import masks
from wann.pruning.select import select_units
from wann.pruning.structure.units import (
    unit_counts,
    unit_layers,
    unit_scores,
)


def kept_units(model: nn.Module, found: masks.Masks) -> dict[str, int]:
    """Return how many units of each layer but the last have some weight left."""
    kept = {}
    for name in unit_layers(model, found):
        layer = model.get_submodule(name.rpartition(".")[0])
        axis = 1 if isinstance(layer, nn.ConvTranspose2d) else 0
        kept[name] = int(found[name].transpose(0, axis).flatten(1).any(dim=1).sum())
    return kept


def test_norms_are_of_what_leads_into_a_unit() -> None:
    model = Mlp(2, 3, 1)
    model.fc1.weight.data = torch.tensor([[3.0, 4.0], [0.0, 2.0], [1.0, 0.0]])
    assert unit_scores(model, masks.full(model))["fc1.weight"].tolist() == [5.0, 2.0, 1.0]
    half = masks.full(model)
    half["fc1.weight"][0, 1] = False
    assert unit_scores(model, half)["fc1.weight"].tolist() == [3.0, 2.0, 1.0]


def test_a_unit_goes_with_its_bias() -> None:
    model = Mlp(2, 3, 1)
    model.fc1.weight.data = torch.tensor([[3.0, 4.0], [0.0, 2.0], [1.0, 0.0]])
    model.fc1.bias.data = torch.ones(3)
    found = select_units(model, masks.full(model), {"fc1.weight": 2})
    assert found["fc1.weight"].tolist() == [[True, True], [True, True], [False, False]]
    assert found["fc1.bias"].tolist() == [True, True, False]
    assert masks.counts(found) == {"fc1.weight": 4, "fc2.weight": 3}
    masks.apply(model, found)
    assert model.fc1.bias.tolist() == [1.0, 1.0, 0.0]
    hidden = torch.relu(model.fc1(torch.randn(5, 2, generator=generator())))
    assert not hidden[:, 2].any()


def test_channels_of_convolutions_are_units() -> None:
    model = nn.Sequential(
        nn.Conv2d(1, 4, 3, bias=False), nn.ConvTranspose2d(4, 6, 2), nn.Flatten(), nn.Linear(294, 2)
    )
    full = masks.full(model)
    assert unit_layers(model, full) == {"0.weight": 4, "1.weight": 6}
    found = select_units(model, full, unit_counts(model, full, 0.5))
    assert kept_units(model, found) == {"0.weight": 2, "1.weight": 3}
    assert set(found) == {"0.weight", "1.weight", "1.bias", "3.weight"}
    norms = model[1].weight.detach().square().sum((0, 2, 3))
    assert found["1.bias"].tolist() == (norms >= norms.sort(descending=True).values[2]).tolist()
    assert found["1.weight"].any(0).flatten(1).all(1).tolist() == found["1.bias"].tolist()


def test_the_output_layer_is_kept_unless_it_is_meant() -> None:
    model = lenet()
    full = masks.full(model)
    assert list(unit_layers(model, full)) == ["fc1.weight", "fc2.weight"]
    assert list(unit_layers(model, full, logits=True)) == list(full)
    # With the output layer protected, the one before it is no output layer.
    assert list(unit_layers(model, masks.full(model, ["fc3"]))) == ["fc1.weight", "fc2.weight"]
    with pytest.raises(UserError, match="no layer before its outputs"):
        unit_layers(Mlp(3, 2), masks.full(Mlp(3, 2)))


@pytest.mark.parametrize("density", [0.1, 0.5, 0.87, 1.0])
def test_counts_of_units_are_exact(density: float) -> None:
    model = lenet()
    counts = unit_counts(model, masks.full(model), density)
    assert counts == {"fc1.weight": round(300 * density), "fc2.weight": round(100 * density)}
    found = select_units(model, masks.full(model), counts)
    assert kept_units(model, found) == counts
    assert masks.kept(found) == 784 * counts["fc1.weight"] + 300 * counts["fc2.weight"] + 1000


def test_global_counts_compare_layers_fairly() -> None:
    model = lenet()
    counts = unit_counts(model, masks.full(model), 0.5, scope="global")
    assert sum(counts.values()) == 200
    # Glorot: an incoming weight of fc2 has a variance of 2 / 400, one of fc1 of 2 / 1084.
    assert counts["fc2.weight"] == 100


def test_units_that_are_gone_stay_so() -> None:
    model = lenet()
    first = select_units(model, masks.full(model), {"fc1.weight": 100, "fc2.weight": 50})
    best_of_the_gone = {
        n: torch.where(first[n].any(1), 0.0, 1.0) for n in ("fc1.weight", "fc2.weight")
    }
    second = select_units(model, first, {"fc1.weight": 40, "fc2.weight": 20}, best_of_the_gone)
    assert all((second[name] <= first[name]).all() for name in first)
    assert kept_units(model, second) == {"fc1.weight": 40, "fc2.weight": 20}
    with pytest.raises(UserError, match=r"fc1.weight cannot keep 200 weights: expected 0 to 100"):
        select_units(model, first, {"fc1.weight": 200})


class Remembering(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.one, self.two = nn.LSTM(3, 4, 2, batch_first=True), nn.GRU(4, 4, batch_first=True)
        self.three, self.four = (
            nn.utils.parametrizations.spectral_norm(nn.Linear(4, 4)),
            nn.Linear(4, 2),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.four(self.three(self.two(self.one(x)[0])[0])[:, -1])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: unit_counts(lenet(), masks.full(lenet()), 0.0), "(0, 1]"),
        (
            lambda: unit_counts(lenet(), masks.full(lenet()), 0.001),
            "'fc1.weight' cannot keep one of its 300 units",
        ),
        (
            lambda: unit_counts(lenet(), masks.full(lenet()), 0.5, scope="all"),
            "'layer' or 'global'",
        ),
        (lambda: unit_scores(nn.LSTM(3, 4), masks.full(nn.LSTM(3, 4))), "LSTM"),
        (
            lambda: unit_layers(Remembering(), masks.full(Remembering())),
            "units of LSTM, GRU, ParametrizedLinear are not known, so that none of them can be "
            "removed: protect 'one', 'two', 'three'",
        ),
        (
            lambda: select_units(
                conv_net(), masks.full(conv_net()), {"0.weight": 1}, {"0.weight": torch.ones(3)}
            ),
            "one per unit",
        ),
    ],
)
def test_bad_units_are_refused(call, words: str) -> None:
    with pytest.raises(UserError) as error:
        call()
    assert words in str(error.value)
