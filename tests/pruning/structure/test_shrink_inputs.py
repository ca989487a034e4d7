"""Shrinking where a model has several inputs, parameters of several types, or closed layers."""

import pytest

pytest.importorskip("torch")

from pruning_models_toys import scrambled

from wann.network.torch_module import nn, torch
from wann.pruning.forward import Inputs, call
from wann.pruning.structure.graph import masked_copy
from wann.pruning.structure.shrink import shrink


class Several(nn.Module):
    """Two inputs, one of which may be left out, and a table of which the forward takes a part."""

    def __init__(self) -> None:
        super().__init__()
        self.ids, self.one, self.two = nn.Embedding(9, 5), nn.Linear(5, 6), nn.Linear(3, 6)
        self.register_buffer("places", torch.arange(9))
        self.table, self.last = nn.Embedding(9, 5), nn.Linear(6, 2)

    def forward(
        self, x: torch.Tensor, ids: torch.Tensor, mask: torch.Tensor | None = None
    ) -> torch.Tensor:
        words = self.ids(ids) + self.table(self.places[: ids.shape[1]])
        words = torch.relu(self.one(words))
        if mask is not None:
            words = words * mask[:, :, None]
        return self.last(words.mean(1) + torch.relu(self.two(x)))


@pytest.mark.parametrize("masked", [True, False])
@pytest.mark.parametrize("named", [True, False])
def test_models_of_several_inputs(masked: bool, named: bool) -> None:
    torch.manual_seed(0)
    model = scrambled(Several())
    masks = {n: torch.ones_like(p).bool() for n, p in model.named_parameters() if "e" not in n[:2]}
    masks = {n: m for n, m in masks.items() if n.startswith(("one", "two"))}
    for mask in masks.values():
        mask[:2] = False
    given = {"x": torch.randn(7, 3), "ids": torch.randint(9, (7, 4))}
    if masked:
        given["mask"] = torch.rand(7, 4)
    examples = Inputs(given if named else [*given.values()])
    small = shrink(model, masks, examples[:3])
    with torch.no_grad():
        expected = call(masked_copy(model, masks), examples)
        assert torch.allclose(call(small, examples), expected, atol=1e-5)
    # A product with numbers that all channels share is not followed
    assert [small.one.weight.shape[0], small.two.weight.shape[0]] == ([6, 6] if masked else [4, 4])


def test_each_parameter_keeps_its_type() -> None:
    torch.manual_seed(0)
    model = Cast()
    masks = {"one.weight": torch.ones(8, 6).bool(), "one.bias": torch.ones(8).bool()}
    for mask in masks.values():
        mask[:3] = False
    small = shrink(model, masks, torch.randn(4, 6))
    assert small.one.weight.dtype == torch.float32
    assert small.two.weight.dtype == torch.bfloat16
    assert small.two.weight.shape == (2, 5)


class Cast(nn.Module):
    """Its second layer has another type than the first."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.two = nn.Linear(6, 8), nn.Linear(8, 2).to(torch.bfloat16)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.two(torch.relu(self.one(x)).to(self.two.weight.dtype))


def test_units_that_go_inside_of_what_is_not_followed_are_said() -> None:
    torch.manual_seed(0)
    layer = nn.TransformerEncoderLayer(4, 2, 8, batch_first=True)
    model = nn.Sequential(layer, nn.Flatten(), nn.Linear(12, 2)).eval()
    masks = {"0.linear1.weight": torch.ones(8, 4).bool()}
    masks["0.linear1.weight"][:3] = False
    held = shrink(model, masks, torch.randn(2, 3, 4)).held
    assert [str(entry) for entry in held] == [
        "0.linear1 (3 channels): it is inside of 0, into which shrinking does not look"
    ]
