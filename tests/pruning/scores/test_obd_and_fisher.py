import pytest
import torch
from pruning_toys import Mlp, batch, conv_net, doubles, generator, lenet, mean_loss, nudged_loss
from torch import nn
from torch.autograd.functional import hessian
from torch.func import functional_call
from torch.nn import functional

from wann.errors import UserError
from wann.pruning import allocate, select
from wann.pruning.masks import full
from wann.pruning.scores import Scoring, compute
from wann.pruning.scores import diagonal_hessian as curvature
from wann.pruning.scores.obd_and_fisher import gauss_newton


def diagonal(scoring: Scoring) -> dict[str, torch.Tensor]:
    """The diagonal of the true Hessian for each layer."""
    inputs, targets = (torch.cat(part) for part in zip(*scoring.batches, strict=True))
    found = {}
    for name in scoring.masks:
        weight = scoring.model.get_parameter(name).detach()

        def loss(
            flat: torch.Tensor, name: str = name, weight: torch.Tensor = weight
        ) -> torch.Tensor:
            return scoring.loss(
                functional_call(scoring.model, {name: flat.view(weight.shape)}, (inputs,)), targets
            )

        found[name] = hessian(loss, weight.flatten()).diagonal().view(weight.shape)
    return found


def curvature_of(name: str, scoring: Scoring) -> dict[str, torch.Tensor]:
    """h of the score h w^2 / 2."""
    return {
        n: 2 * s / scoring.model.get_parameter(n).detach() ** 2
        for n, s in compute(name, scoring).items()
    }


def squares(outputs: int, examples: int = 6) -> tuple[torch.Tensor, torch.Tensor]:
    return torch.randn(examples, 4, generator=generator()), torch.randn(
        examples, outputs, generator=generator(2)
    ).double()


def test_obd_is_the_hessian_where_the_network_is_one_layer() -> None:
    for given in (
        doubles(Mlp(4, 3), batch(7, 4), batch(3, 4, seed=5)),
        doubles(Mlp(4, 3), squares(3), loss=functional.mse_loss),
    ):
        torch.testing.assert_close(curvature_of("obd", given), diagonal(given))


def test_obd_of_the_last_layer_is_exact_behind_any_others() -> None:
    given = doubles(conv_net().eval(), batch(5, 1, 8, 8))
    torch.testing.assert_close(curvature_of("obd", given)["8.weight"], diagonal(given)["8.weight"])


def test_the_recursion_follows_the_paper() -> None:
    """Two layers of tanh and squares, formulas written out: h = f'^2 sum w^2 h, times x^2."""
    given = doubles(Mlp(4, 5, 2, activation=torch.tanh), squares(2), loss=functional.mse_loss)
    inputs, _ = given.batches[0]
    w1, w2 = (given.model.get_parameter(name).detach() for name in given.masks)
    hidden = torch.tanh(inputs @ w1.T)
    at_outputs = torch.full((6, 2), 2.0 / 12, dtype=torch.float64)
    at_hidden = (1 - hidden**2) ** 2 * (at_outputs @ w2**2)
    found = curvature_of("obd", given)
    torch.testing.assert_close(found["fc2.weight"], at_outputs.T @ hidden**2)
    torch.testing.assert_close(found["fc1.weight"], at_hidden.T @ inputs**2)


@pytest.mark.parametrize("activation", [nn.ReLU(), nn.ReLU(inplace=True), nn.LeakyReLU(0.1)])
def test_the_recursion_is_exact_where_units_do_not_meet(activation: nn.Module) -> None:
    """In a chain of single units no terms between units are neglected.

    And what is linear in pieces has no f''.
    """
    model = nn.Sequential(
        nn.Linear(4, 1), activation, nn.Dropout(0.5), nn.Linear(1, 1), activation, nn.Linear(1, 1)
    )
    for parameter in model.parameters():
        parameter.data = parameter.data.abs()
    given = doubles(
        model.eval(), (batch(6, 4)[0], torch.zeros(6, 1).double()), loss=functional.mse_loss
    )
    weights = {name: model.get_parameter(name) for name in given.masks}
    assert curvature.record(model, given.batches[0][0], weights) is not None
    torch.testing.assert_close(curvature_of("obd", given), diagonal(given))


def test_convolutions_pool_and_share_as_gauss_newton_does() -> None:
    """With one channel and position the recursion neglects nothing: Gauss-Newton's diagonal."""
    model = nn.Sequential(
        nn.Conv2d(1, 1, 3),
        nn.Tanh(),
        nn.MaxPool2d(2),
        nn.Conv2d(1, 1, 2),
        nn.AvgPool2d(1),
        nn.Flatten(),
        nn.Linear(1, 1),
    ).double()
    given = Scoring(
        model,
        full(model),
        [(batch(5, 1, 6, 6)[0].double(), torch.ones(5, 1).double())],
        functional.mse_loss,
    )
    found = curvature_of("obd", given)
    weights = {name: model.get_parameter(name) for name in given.masks}
    exact = gauss_newton(model, weights, *given.batches[0], given.loss)
    for name in ("3.weight", "6.weight"):
        torch.testing.assert_close(found[name], exact[name])
    assert (found["0.weight"] >= 0).all()


def test_averages_are_squared() -> None:
    """Four inputs, one mean, one weight: h at an input of the mean is h / 16."""
    model = nn.Sequential(nn.Conv2d(1, 1, 1, bias=False), nn.AvgPool2d(2), nn.Flatten()).double()
    given = Scoring(
        model,
        full(model),
        [(torch.ones(1, 1, 2, 2).double(), torch.zeros(1, 1).double())],
        functional.mse_loss,
    )
    assert curvature_of("obd", given)["0.weight"].item() == pytest.approx(4 * 2.0 / 16)


class Residual(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.a, self.b, self.c = nn.Linear(4, 4), nn.Linear(4, 4), nn.Linear(4, 3)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        values = torch.relu(self.a(inputs))
        return self.c(values + torch.relu(self.b(values)))


def test_a_model_that_is_no_chain_gets_gauss_newton() -> None:
    given = doubles(Residual(), batch(7, 4), batch(2, 4, seed=8))
    weights = {name: given.model.get_parameter(name) for name in given.masks}
    assert curvature.record(given.model, given.batches[0][0], weights) is None
    found, exact = curvature_of("obd", given), diagonal(given)
    for name in found:  # ReLU is linear in pieces, so that Gauss-Newton is the Hessian
        torch.testing.assert_close(found[name], exact[name])


@pytest.mark.parametrize(
    "model",
    [
        nn.Sequential(nn.Conv2d(1, 2, 3), nn.AvgPool2d(3, stride=2), nn.Flatten(), nn.Linear(8, 3)),
        nn.Sequential(
            nn.Conv2d(1, 2, 3), nn.AvgPool2d(2, padding=1), nn.Flatten(), nn.Linear(32, 3)
        ),
        nn.Sequential(nn.Flatten(), nn.Linear(64, 4), nn.LayerNorm(4), nn.Linear(4, 3)),
        nn.Sequential(nn.Flatten(), nn.Linear(64, 3), nn.LogSoftmax(1)),
    ],
    ids=["overlapping", "padded", "norm", "log-softmax"],
)
def test_what_the_recursion_does_not_hold_for_is_no_tape(model: nn.Module) -> None:
    assert (
        curvature.record(model.eval(), batch(2, 1, 8, 8)[0], dict(model.named_parameters())) is None
    )


def test_fisher_is_the_mean_of_the_squares_of_single_gradients() -> None:
    given = doubles(conv_net().eval(), batch(5, 1, 8, 8), batch(3, 1, 8, 8, seed=4))
    expected = {
        name: torch.zeros(mask.shape, dtype=torch.float64) for name, mask in given.masks.items()
    }
    inputs, targets = (torch.cat(part) for part in zip(*given.batches, strict=True))
    for k in range(8):
        loss = given.loss(given.model(inputs[k : k + 1]), targets[k : k + 1])
        for name, g in zip(
            expected,
            torch.autograd.grad(loss, [given.model.get_parameter(n) for n in expected]),
            strict=True,
        ):
            expected[name] += g**2 / 8
    torch.testing.assert_close(curvature_of("fisher", given), expected)


class Branching(Mlp):
    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        return super().forward(inputs if inputs.sum() > 0 else -inputs)


@pytest.mark.parametrize("name", ["obd", "fisher"])
def test_a_forward_that_branches_on_values_is_refused(name: str) -> None:
    model = Branching(4, 5, 3)
    with pytest.raises(
        UserError, match=r"needs gradients of single examples, .* without branches on values"
    ) as error:
        compute(name, Scoring(model, full(model), [batch(6, 4)]))
    assert "\n" not in str(error.value)


def test_obd_removes_cheaper_weights_than_magnitude_and_chance() -> None:
    """On trained networks and without retraining; and what OBD predicts goes with what it costs."""
    costs: dict[str, list[float]] = {"obd": [], "magnitude": [], "random": []}
    for seed in range(3):
        given = trained(seed)
        for name, rows in costs.items():
            scores = compute(name, given)
            kept = select.select(scores, allocate.global_(scores, given.masks, 100), given.masks)
            rows.append(
                float(mean_loss(Scoring(masked(given, kept), kept, given.batches)).detach())
            )
    means = {name: sum(rows) / len(rows) for name, rows in costs.items()}
    assert means["obd"] < means["magnitude"] < means["random"]


def test_predicted_costs_go_with_true_costs() -> None:
    given = trained(0)
    predicted, true, before = [], [], float(mean_loss(given).detach())
    for name, scores in compute("obd", given).items():
        for place in torch.ones(scores.shape).nonzero().tolist()[::3]:
            weight = float(given.model.get_parameter(name)[tuple(place)].detach())
            predicted.append(float(scores[tuple(place)]))
            true.append(nudged_loss(given, name, tuple(place), -weight) - before)
    ranks = [torch.tensor(values).argsort().argsort().double() for values in (predicted, true)]
    assert torch.corrcoef(torch.stack(ranks))[0, 1] > 0.7


def trained(seed: int) -> Scoring:
    """A network of 10-12-4, 168 weights, at its minimum for clusters of different size."""
    chance = generator(seed)
    centres, targets = (
        torch.randn(4, 10, generator=chance),
        torch.randint(0, 4, (200,), generator=chance),
    )
    inputs = (centres[targets] + torch.randn(200, 10, generator=chance)) * torch.logspace(
        -1, 0.5, 10
    )
    model = Mlp(10, 12, 4, seed=seed)
    given = doubles(model, (inputs, targets), generator=generator(seed))
    optimizer = torch.optim.Adam(model.parameters(), 0.02)
    for _ in range(300):
        optimizer.zero_grad()
        mean_loss(given).backward()
        optimizer.step()
    return given


def masked(given: Scoring, kept: dict[str, torch.Tensor]) -> nn.Module:
    model = Mlp(10, 12, 4).double()
    model.load_state_dict(given.model.state_dict())
    for name, mask in kept.items():
        model.get_parameter(name).data.mul_(mask)
    return model


def test_the_whole_of_lenet_is_scored() -> None:
    given = Scoring(lenet(), full(lenet()), [batch(20, 784, classes=10)])
    assert all((score >= 0).all() and score.any() for score in compute("obd", given).values())
