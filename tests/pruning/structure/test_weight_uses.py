import pytest

pytest.importorskip("torch")

from pruning_models_toys import random_mlp

from wann.errors import UserError
from wann.network.torch_module import nn, torch
from wann.pruning.masks import full
from wann.pruning.structure.costs import count_costs
from wann.pruning.structure.shrink import shrink
from wann.pruning.structure.weight_uses import count_uses


class Applied(nn.Module):
    """A layer, called as often as given, on whatever comes; then one number for each example."""

    def __init__(self, layer: nn.Module, times: int = 1) -> None:
        super().__init__()
        self.layer, self.times = layer, times

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for _ in range(self.times):
            x = self.layer(x)
            x = x[0] if isinstance(x, tuple) else x
        return x.flatten(1).sum(1, keepdim=True)


class Attention(nn.Module):
    def __init__(self, keys: int) -> None:
        super().__init__()
        self.inner, self.keys = nn.MultiheadAttention(8, 2, batch_first=True), keys

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.inner(x, key=x[:, : self.keys], value=x[:, : self.keys])[0]


@pytest.mark.parametrize(
    ("layer", "times", "shape", "uses"),
    [
        (nn.Linear(5, 5), 1, (5,), {"layer.weight": 1}),
        (nn.Linear(5, 5), 3, (5,), {"layer.weight": 3}),
        (nn.Linear(5, 2), 1, (7, 5), {"layer.weight": 7}),
        (nn.Conv2d(4, 8, 3, groups=2), 1, (4, 6, 5), {"layer.weight": 4 * 3}),
        (nn.Conv1d(4, 4, 3, stride=2, padding=1), 1, (4, 8), {"layer.weight": 4}),
        (nn.ConvTranspose2d(4, 3, 2, stride=2), 1, (4, 3, 5), {"layer.weight": 3 * 5}),
        (
            nn.LSTM(3, 4, batch_first=True),
            1,
            (6, 3),
            {"layer.weight_ih_l0": 6, "layer.weight_hh_l0": 6},
        ),
        (nn.GRUCell(3, 4), 1, (3,), {"layer.weight_ih": 1, "layer.weight_hh": 1}),
    ],
)
def test_a_weight_counts_as_often_as_it_is_used(
    layer: nn.Module, times: int, shape: tuple[int, ...], uses: dict[str, int]
) -> None:
    assert count_uses(Applied(layer, times), torch.randn(3, *shape)) == uses


def test_attention_counts_tokens_and_is_not_counted_across() -> None:
    weights = {"inner.in_proj_weight": 6, "inner.out_proj.weight": 6}
    assert count_uses(Attention(6).eval(), torch.randn(2, 6, 8)) == weights
    assert count_uses(Attention(5).eval(), torch.randn(2, 6, 8)) == {}
    encoder = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True).eval()
    assert set(count_uses(encoder, torch.randn(2, 6, 8)).values()) == {6}


class Named(nn.Module):
    """Hands a layer what it takes by name, the input last."""

    def __init__(self, layer: nn.Module, **others: torch.Tensor | bool) -> None:
        super().__init__()
        self.layer, self.others = layer, others

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if isinstance(self.layer, nn.MultiheadAttention):
            return self.layer(**self.others, query=x, key=x, value=x)[0]
        made = self.layer(**self.others, input=x)
        return made[0] if isinstance(made, tuple) else made


@pytest.mark.parametrize(
    ("layer", "others", "shape", "uses"),
    [
        (nn.GRU(3, 4, batch_first=True), {"hx": torch.zeros(1, 1, 4)}, (6, 3), {6}),
        (nn.ConvTranspose2d(4, 3, 2), {"output_size": [4, 6]}, (4, 3, 5), {15}),
        (nn.MultiheadAttention(8, 2, batch_first=True), {"need_weights": False}, (6, 8), {6}),
    ],
    ids=["recurrent", "transposed", "attention"],
)
def test_inputs_are_known_by_their_names(
    layer: nn.Module, others: dict[str, torch.Tensor], shape: tuple[int, ...], uses: set[int]
) -> None:
    assert set(count_uses(Named(layer, **others), torch.randn(2, *shape)).values()) == uses


class ByItself(nn.Module):
    """Uses weights through functions."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.layer, self.kind = nn.Linear(5, 4, bias=False), kind
        self.conv, self.up = nn.Conv1d(5, 4, 2), nn.ConvTranspose1d(5, 4, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        weight, turned = self.layer.weight, x.transpose(1, 2)
        if self.kind == "convolution":
            return nn.functional.conv1d(turned, self.conv.weight)
        if self.kind == "transposed":
            return nn.functional.conv_transpose1d(input=turned, weight=self.up.weight)
        if self.kind == "from the left":
            return weight @ turned
        if self.kind == "both":
            return self.layer(x) + nn.functional.linear(x, weight)
        return nn.functional.linear(x, weight) if self.kind == "linear" else x @ weight.t()


@pytest.mark.parametrize(
    ("kind", "uses"),
    [
        ("linear", (7, 0, 0)),
        ("matrix", (7, 0, 0)),
        ("from the left", (7, 0, 0)),
        ("both", (14, 0, 0)),
        ("convolution", (0, 6, 0)),
        ("transposed", (0, 0, 7)),
    ],
)
def test_weights_that_functions_use_count_as_often(kind: str, uses: tuple[int, ...]) -> None:
    found = count_uses(ByItself(kind), torch.randn(2, 7, 5))
    names = ("layer.weight", "conv.weight", "up.weight")
    assert found == dict(zip(names, uses, strict=True))


def test_a_layer_that_is_left_out_counts_nothing_and_hooks_are_gone() -> None:
    model = random_mlp([4, 3, 2], "relu", 0)
    model.add_module("aside", nn.ModuleList([nn.Linear(2, 2)]))
    model.forward = lambda x: model[1](x)
    assert list(count_uses(model, torch.zeros(2, 4)).values()) == [1, 0, 0]
    assert not any(module._forward_hooks for module in model.modules())


def test_what_cannot_be_made_smaller_has_its_operations_counted() -> None:
    model = Applied(nn.LSTM(3, 4, batch_first=True))
    masks = full(model)
    masks["layer.weight_ih_l0"][1:] = False
    costs = count_costs(model, masks, torch.zeros(2, 5, 3))
    assert (costs.dense_flops, costs.masked_flops) == (2 * 5 * 16 * (3 + 4), 2 * 5 * (3 + 64))
    assert (costs.shrunk_flops, costs.shrunk_bytes) == (None, None)
    # On what type a value has
    with pytest.raises(UserError, match=r"Applied cannot be traced.*without branches"):
        shrink(model, masks, torch.zeros(2, 5, 3))


def test_masks_of_weights_outside_of_layers_are_refused() -> None:
    model = Applied(nn.Linear(3, 3))
    model.table = nn.Parameter(torch.zeros(3, 3))
    with pytest.raises(
        UserError, match="operations of 'table' cannot be counted: expected weights of Linear"
    ):
        count_costs(model, full(model, include="table"), torch.zeros(2, 3))
    assert count_costs(model, full(model), torch.zeros(2, 3)).dense_flops == 18
