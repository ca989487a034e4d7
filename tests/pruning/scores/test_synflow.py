import pytest
import torch
from pruning_toys import Mlp, batch, conv_net, lenet
from torch import nn

from wann.errors import UserError
from wann.pruning import masks
from wann.pruning.methods import prune_at
from wann.pruning.scores import Scoring, compute


def of(model: nn.Module, *shape: int) -> Scoring:
    return Scoring(model, masks.full(model), [batch(2, *shape)])


def test_scores_of_a_perceptron_are_its_closed_form() -> None:
    """|W| times the sums of what flows in and of what flows out."""
    model = lenet()
    w1, w2, w3 = (getattr(model, f"fc{k}").weight.detach().double().abs() for k in (1, 2, 3))
    found = compute("synflow", of(model, 784))
    into = [torch.ones(784).double(), w1.sum(1), w2 @ w1.sum(1)]
    out = [w3.sum(0) @ w2, w3.sum(0), torch.ones(10).double()]
    for name, weight, a, b in zip(found, (w1, w2, w3), into, out, strict=True):
        assert found[name].dtype == torch.float64
        torch.testing.assert_close(found[name], weight * b[:, None] * a[None], rtol=1e-12, atol=0.0)


@pytest.mark.parametrize("activation", [nn.ReLU, nn.Tanh, nn.Sigmoid, nn.GELU, nn.ELU])
def test_flow_is_conserved_in_every_layer_whatever_the_activation(
    activation: type[nn.Module],
) -> None:
    model = conv_net(activation=activation)
    model[1].running_mean.fill_(3.0)
    model[1].running_var.fill_(2.0)
    sums = [float(score.sum()) for score in compute("synflow", of(model, 1, 8, 8)).values()]
    assert sums[0] > 0.0
    assert sums == pytest.approx([sums[0]] * 3, rel=1e-12)


@pytest.mark.parametrize("activation", [torch.relu, torch.tanh, torch.sigmoid, nn.functional.silu])
def test_flow_is_conserved_at_every_unit(activation) -> None:
    found = compute("synflow", of(Mlp(6, 5, 4, 3, activation=activation), 6))
    torch.testing.assert_close(found["fc1.weight"].sum(1), found["fc2.weight"].sum(0))
    torch.testing.assert_close(found["fc2.weight"].sum(1), found["fc3.weight"].sum(0))


# With what each activation of PyTorch is made, where it needs something.
MADE_WITH = {"Threshold": (0.1, 0.0), "Softmax": (1,), "LogSoftmax": (1,), "Softmin": (1,)}
NO_FUNCTIONS = {"GLU", "MultiheadAttention", "Softmax2d"}  # halves, attends, is for images


@pytest.mark.parametrize("name", sorted(set(nn.modules.activation.__all__) - NO_FUNCTIONS))
def test_flow_passes_every_activation_of_pytorch(name: str) -> None:
    activation = getattr(nn, name)(*MADE_WITH.get(name, ()))
    model = nn.Sequential(nn.Linear(4, 6), activation, nn.Linear(6, 2))
    sums = [float(score.sum()) for score in compute("synflow", of(model, 4)).values()]
    assert sums[:1] + sums[-1:] == pytest.approx([sums[0]] * 2, rel=1e-12)


def test_gates_are_refused() -> None:
    model = nn.Sequential(nn.Linear(4, 6), nn.GLU(), nn.Linear(3, 2))
    needed = "synflow and phew need functions that can be made linear, got glu"
    with pytest.raises(UserError, match=needed):
        compute("synflow", of(model, 4))


def test_normalisations_scale_and_do_not_normalise() -> None:
    model = nn.Sequential(nn.Linear(4, 6), nn.LayerNorm(6), nn.ReLU(), nn.Linear(6, 2))
    model[1].weight.data = -torch.arange(6.0)
    found = compute("synflow", of(model, 4))
    expected = (
        model[0].weight.abs().double() * (torch.arange(6.0) * model[3].weight.abs().sum(0))[:, None]
    )
    torch.testing.assert_close(found["0.weight"], expected.detach(), rtol=1e-6, atol=0.0)
    grouped = nn.Sequential(
        nn.Conv2d(1, 4, 3), nn.GroupNorm(2, 4), nn.Tanh(), nn.Flatten(), nn.Linear(4, 2)
    )
    sums = [float(score.sum()) for score in compute("synflow", of(grouped, 1, 3, 3)).values()]
    assert sums == pytest.approx([sums[0]] * 2, rel=1e-12)


class Casting(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.inner, self.last = nn.Linear(4, 6), nn.Linear(6, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.last(torch.tanh(self.inner(x.float())))


def test_a_cast_does_not_leave_float64() -> None:
    found = compute("synflow", of(Casting(), 4))
    assert {score.dtype for score in found.values()} == {torch.float64}
    assert float(found["inner.weight"].sum()) == pytest.approx(
        float(found["last.weight"].sum()), rel=1e-12
    )


# Kept per layer after 100 rounds, from the mean of several seeds; seeds differ by a few per cent.
@pytest.mark.parametrize(
    ("density", "expected"),
    [(0.1, (16_500, 9_100, 970)), (0.01, (1275, 784, 603)), (0.001, (122, 48, 96))],
)
@pytest.mark.parametrize("seed", [0, 1])
def test_a_hundred_rounds_never_cut_the_network(
    density: float, expected: tuple[int, ...], seed: int
) -> None:
    found = prune_at("synflow", of(lenet(seed), 784), density)
    assert masks.kept(found) == round(density * 266_200)
    assert tuple(masks.counts(found).values()) == pytest.approx(expected, rel=0.12, abs=15)


def test_one_shot_cuts_the_network() -> None:
    with pytest.raises(
        UserError, match=r"'fc1.weight' cannot keep one of its 235200 weights .* keep 2662"
    ):
        prune_at("synflow-one-shot", of(lenet(), 784), 0.01)
    found = prune_at("synflow-one-shot", of(lenet(), 784), 0.01, allow_empty=True)
    assert tuple(masks.counts(found).values()) == pytest.approx((0, 1707, 955), rel=0.02)


def test_down_to_twenty_weights_inputs_still_reach_outputs() -> None:
    found = prune_at("synflow", of(lenet(), 784), 20 / 266_200)
    assert masks.kept(found) == 20
    signal = torch.ones(784)
    for mask in found.values():
        signal = mask.float() @ signal
    assert signal.any()


def test_a_network_cut_before_is_refused() -> None:
    given = of(lenet(), 784)
    given.masks["fc2.weight"].zero_()
    with pytest.raises(
        UserError, match=r"all scores are zero, in fc1.weight, fc2.weight, fc3.weight"
    ):
        prune_at("synflow", given, 0.01)


def test_weights_beyond_float64_are_refused() -> None:
    model = nn.Sequential(*[nn.Linear(2, 2) for _ in range(9)]).double()
    for parameter in model.parameters():
        parameter.data.fill_(1e40)
    with pytest.raises(UserError, match=r"'0.weight' exceeds what float64 holds"):
        compute("synflow", of(model, 2))


class ByName(nn.Module):
    """A perceptron that names the inputs of its functions."""

    def __init__(self, by_name: bool) -> None:
        super().__init__()
        self.first, self.last, self.by_name = nn.Linear(4, 6), nn.Linear(6, 2), by_name

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.first(x)
        if not self.by_name:
            return self.last(nn.functional.layer_norm(torch.relu(x), (6,)))
        return self.last(nn.functional.layer_norm(input=torch.relu(input=x), normalized_shape=(6,)))


def test_functions_may_be_given_their_input_by_name() -> None:
    named, plain = ByName(True), ByName(False)
    plain.load_state_dict(named.state_dict())
    found, expected = (compute("synflow", of(model, 4)) for model in (named, plain))
    assert all(torch.equal(found[name], expected[name]) for name in expected)
