import pytest

pytest.importorskip("torch")

from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st
from pruning_models_toys import Residual, random_conv_net, random_masks, random_mlp, scrambled
from shrinking_toys import HELD, SHRINKABLE, Branching, residual_net

from wann.errors import UserError
from wann.network.torch_module import nn, torch
from wann.pruning.masks import full
from wann.pruning.methods import prune_at
from wann.pruning.scores import Scoring
from wann.pruning.structure.graph import masked_copy
from wann.pruning.structure.shrink import shrink
from wann.pruning.training.models import build

ACTS = st.sampled_from(["relu", "tanh", "sigmoid", "none"])


def check(model: nn.Module, masks: dict[str, torch.Tensor], shape: tuple[int, ...]) -> nn.Module:
    model = model.double()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    small = shrink(model, masks, torch.randn(3, *shape, dtype=torch.float64))
    for name, value in model.state_dict().items():
        assert torch.equal(value, before[name]), "the model was changed"
    fresh = torch.randn(20, *shape, dtype=torch.float64)
    with torch.no_grad():
        torch.testing.assert_close(
            small(fresh), masked_copy(model, masks)(fresh), rtol=1e-9, atol=1e-9
        )
    assert set(dict(small.named_parameters())) >= set(before) & set(dict(model.named_parameters()))
    return small


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.integers(1, 9), min_size=2, max_size=5),
    ACTS,
    st.floats(0, 1),
    st.integers(0, 999),
    st.booleans(),
)
def test_perceptrons_keep_their_outputs(
    sizes: list[int], act: str, density: float, seed: int, norm: bool
) -> None:
    model = random_mlp(sizes, act, seed, norm=norm)
    check(model, random_masks(model, density, seed, biases=True), (sizes[0],))


@settings(deadline=None, max_examples=25)
@given(ACTS, st.sampled_from([0, 1]), st.floats(0, 0.6), st.integers(0, 999))
def test_convolutional_nets_keep_their_outputs(
    act: str, padding: int, density: float, seed: int
) -> None:
    model = random_conv_net(seed, act, padding)
    check(model, random_masks(model, density**2, seed), (2, 8, 8))


@settings(deadline=None, max_examples=15)
@given(st.floats(0, 0.5), st.integers(0, 999))
def test_residual_nets_keep_their_outputs(density: float, seed: int) -> None:
    torch.manual_seed(seed)
    model = scrambled(Residual())
    check(model, random_masks(model, density, seed), (2, 5, 5))


def test_resnet_20_gets_smaller() -> None:
    model = scrambled(build("resnet-20", (3, 8, 8), 10))
    masks = random_masks(model, 0.01, 0)
    small = check(model, masks, (3, 8, 8))
    assert sum(p.numel() for p in small.parameters()) < 0.9 * sum(
        p.numel() for p in model.parameters()
    )


def test_a_unit_without_inputs_becomes_part_of_the_next_bias() -> None:
    model = random_mlp([2, 2, 1], "sigmoid", 0)
    masks = {"1.weight": torch.tensor([[True, True], [False, False]])}
    small = check(model, masks, (2,))
    assert small[1].weight.shape == (1, 2)
    said = torch.sigmoid(model[1].bias[1])
    torch.testing.assert_close(small[3].bias, model[3].bias + model[3].weight[:, 1] * said)


def test_a_layer_without_bias_gets_one_for_a_constant() -> None:
    model = nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 1, bias=False))
    small = check(model, {"0.weight": torch.tensor([[True, True], [False, False]])}, (2,))
    assert small[2].bias is not None


@pytest.mark.parametrize(("padding", "channels"), [(0, 1), (1, 2)])
def test_a_constant_channel_stays_where_padding_shows_it(padding: int, channels: int) -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(1, 2, 1), nn.ReLU(), nn.Conv2d(2, 2, 3, padding=padding))
    nn.init.ones_(model[0].bias)
    masks = {"0.weight": torch.tensor([True, False]).reshape(2, 1, 1, 1)}
    assert check(model, masks, (1, 6, 6))[0].weight.shape[0] == channels


def test_a_silent_channel_goes_in_spite_of_padding() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(1, 2, 1, bias=False), nn.ReLU(), nn.Conv2d(2, 2, 3, padding=1))
    masks = {"0.weight": torch.tensor([True, False]).reshape(2, 1, 1, 1)}
    assert check(model, masks, (1, 6, 6))[0].weight.shape[0] == 1


def test_a_dense_model_stays_as_it_is() -> None:
    model = random_mlp([3, 4, 2], "relu", 0).double()
    small = shrink(model, {}, torch.randn(2, 3, dtype=torch.float64))
    for name, value in model.state_dict().items():
        assert torch.equal(value, small.state_dict()[name])


def test_a_shrunk_model_has_the_dtype_of_the_model_and_can_be_saved(tmp_path: object) -> None:
    model = random_mlp([6, 5, 2], "relu", 0)
    small = shrink(model, random_masks(model, 0.3, 0), torch.randn(2, 6))
    assert {p.dtype for p in small.parameters()} == {torch.float32}
    again = shrink(model, random_masks(model, 0.3, 0), torch.randn(2, 6))
    again.load_state_dict(small.state_dict())


class Opaque(nn.Module):
    """Grouped convolutions and attention are opaque: what they give and take stays whole."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.grouped = nn.Conv2d(2, 4, 1), nn.Conv2d(4, 4, 3, groups=4)
        self.hidden, self.last = nn.Linear(16, 5), nn.Linear(5, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.softmax(self.grouped(torch.relu(self.first(x))), 1)
        return self.last(torch.relu(self.hidden(x.flatten(1))))


def test_what_is_not_understood_stays_whole() -> None:
    torch.manual_seed(0)
    model = scrambled(Opaque())
    masks = random_masks(model, 0.15, 2)
    small = check(model, masks, (2, 4, 4))
    assert small.first.weight.shape == model.first.weight.shape
    assert small.hidden.weight.shape[0] < 5


class Twice(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.shared, self.last = nn.Linear(4, 4), nn.Linear(4, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.last(torch.relu(self.shared(torch.relu(self.shared(x)))))


def test_a_layer_that_is_used_twice_stays_whole() -> None:
    model = scrambled(Twice())
    assert check(model, random_masks(model, 0.2, 0), (4,)).shared.weight.shape == (4, 4)


class Buffered(nn.Module):
    """Numbers by feature that belong to the model, and a cast, as users normalise inputs."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mean", torch.linspace(0.0, 1.0, 6))
        self.scale = nn.Parameter(torch.linspace(0.5, 2.0, 4))
        self.inner, self.hidden, self.last = nn.Linear(6, 5), nn.Linear(5, 4), nn.Linear(4, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = torch.relu(self.inner(x.float() - self.mean.float()))
        return self.last(torch.relu(self.hidden(x)) * self.scale)


class Words(nn.Module):
    """Takes whole numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.table, self.hidden, self.last = nn.Embedding(9, 5), nn.Linear(5, 6), nn.Linear(6, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.last(torch.relu(self.hidden(self.table(x).mean(1))))


def normed() -> nn.Sequential:
    """A layer whose weight is no parameter, but computed from two."""
    return nn.Sequential(
        nn.utils.parametrizations.weight_norm(nn.Linear(4, 5)), nn.ReLU(), nn.Linear(5, 3)
    )


@pytest.mark.parametrize(
    ("make", "layer", "example"),
    [
        (Buffered, "inner", torch.randn(5, 6)),
        (Words, "hidden", torch.randint(0, 9, (5, 3))),
        (normed, "2", torch.randn(5, 4)),
    ],
)
def test_buffers_casts_whole_numbers_and_computed_weights(
    make: object, layer: str, example: torch.Tensor
) -> None:
    torch.manual_seed(0)
    model = make()
    masks = {f"{layer}.weight": torch.ones_like(model.get_submodule(layer).weight).bool()}
    masks[f"{layer}.weight"][1] = False
    with torch.no_grad():
        model.get_submodule(layer).weight[1] = 0.0
        expected, small = model.eval()(example), shrink(model, masks, example)
        assert torch.allclose(small(example), expected, atol=1e-5)
    if layer != "2":  # that one makes the outputs
        assert len(small.get_submodule(layer).weight) == len(model.get_submodule(layer).weight) - 1


class WrittenOut(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv, self.last = nn.Conv2d(1, 4, 1, bias=False), nn.Linear(4, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.last(self.conv(x).view(-1, 4))


@pytest.mark.parametrize(
    ("model", "masks", "shape", "message"),
    [
        (Branching(), {}, (3,), "Branching cannot be traced.*without branches"),
        (
            Twice(),
            {},
            (7,),
            r"Twice cannot take a batch of shape \(2, 7\): .*expected inputs as in training",
        ),
        (
            WrittenOut(),
            {"conv.weight": torch.eye(4, 1).bool().view(4, 1, 1, 1)},
            (1, 1, 1),
            "takes sizes from its",
        ),
        (
            nn.Linear(2, 2),
            {"wight": torch.ones(2, 2).bool()},
            (2,),
            "no parameter 'wight', .* weight, bias",
        ),
        (
            nn.Linear(2, 2),
            {"weight": torch.ones(3, 2).bool()},
            (2,),
            r"has shape \(3, 2\), the parameter \(2, 2\)",
        ),
        (
            nn.Linear(2, 2),
            {"weight": torch.ones(2, 2)},
            (2,),
            r"has type torch.float32: expected bool",
        ),
    ],
)
def test_refusals(
    model: nn.Module, masks: dict[str, torch.Tensor], shape: tuple[int, ...], message: str
) -> None:
    with pytest.raises(UserError, match=message) as caught:
        shrink(model, masks, torch.randn(2, *shape))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("reuse", [True, False])
def test_an_activation_that_is_called_twice_shrinks_like_a_function(reuse: bool) -> None:
    torch.manual_seed(0)
    model = residual_net(reuse)
    found = prune_at("unit", Scoring(model, full(model)), 0.5)
    small = check(model, found, (3, 32, 32))
    assert parameters(model) == 19_994
    assert parameters(small) == 7_966


def parameters(model: nn.Module) -> int:
    return sum(parameter.numel() for parameter in model.parameters())


def without_channels(model: nn.Module) -> dict[str, torch.Tensor]:
    """Return masks without the first two channels of all layers but the last, biases too."""
    masks = {}
    for name, parameter in model.named_parameters():
        layer = model.get_submodule(name.rpartition(".")[0])
        if isinstance(layer, nn.Linear | nn.Conv2d) and not name.startswith("last"):
            masks[name] = torch.ones_like(parameter, dtype=torch.bool)
            masks[name][:2] = False
    return masks


def written(make: Callable[[], nn.Module]) -> nn.Module:
    torch.manual_seed(0)
    model = make().eval()
    model(torch.zeros(1, 2, 8, 8))  # which says how many inputs the lazy layer has
    return scrambled(model)


@pytest.mark.parametrize("name", SHRINKABLE)
def test_what_users_write_gets_smaller(name: str) -> None:
    model = written(SHRINKABLE[name])
    masks = without_channels(model)
    small = check(model, masks, (2, 8, 8))
    assert small.one.weight.shape[0] == 4
    assert small.hidden.weight.shape[0] == 5
    # Some call one convolution twice, or another one in its place
    assert all("does not call it" in one.reason for one in small.held)


@pytest.mark.parametrize("name", HELD)
def test_what_stays_large_is_said_with_the_layer_and_the_reason(name: str) -> None:
    make, layer, reason = HELD[name]
    model = written(make)
    masks = without_channels(model)
    if name == "padding":
        masks.pop("one.bias")  # else the channels are silent, and padding does not show
    small = check(model, masks, (2, 8, 8))
    held = {entry.layer: entry for entry in small.held}
    assert held[layer].channels >= 2
    assert held[layer].reason.startswith(reason), held[layer]
    assert str(held[layer]) == f"{layer} ({held[layer].channels} channels): {held[layer].reason}"
    assert small.hidden.weight.shape[0] == 5


def test_a_dense_model_is_held_by_nothing() -> None:
    for make in (SHRINKABLE["cat"], HELD["groups"][0]):
        model = written(make)
        assert shrink(model, {}, torch.randn(2, 2, 8, 8)).held == ()
