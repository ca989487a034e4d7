import pytest
import torch
from pruning_toys import Mlp, batch, conv_net, doubles, generator, lenet, mean_loss
from torch.nn import functional

from wann.pruning import allocate, masks, select
from wann.pruning.masks import Masks
from wann.pruning.scores import Scoring, compute


def toys() -> list[Scoring]:
    shallow = doubles(Mlp(4, 5, 3, activation=torch.tanh), batch(7, 4), batch(2, 4, seed=3))
    deep = doubles(conv_net().eval(), batch(5, 1, 8, 8))
    squares = doubles(
        Mlp(3, 4, 2), (torch.randn(6, 3, generator=generator()), torch.ones(6, 2).double())
    )
    return [
        shallow,
        deep,
        Scoring(squares.model, squares.masks, squares.batches, functional.mse_loss),
    ]


def loss_with(scoring: Scoring, connections: Masks) -> float:
    """The loss with every weight times its connection."""
    weights = {
        name: scoring.model.get_parameter(name).detach() * c for name, c in connections.items()
    }
    inputs, targets = (torch.cat(part) for part in zip(*scoring.batches, strict=True))
    return float(
        scoring.loss(
            torch.func.functional_call(scoring.model, weights, (inputs,)), targets
        ).detach()
    )


@pytest.mark.parametrize("given", toys(), ids=["tanh", "conv", "mse"])
def test_snip_is_the_derivative_for_connections(given: Scoring) -> None:
    found, epsilon = compute("snip", given), 1e-6
    for name, mask in given.masks.items():
        for place in mask.nonzero().tolist()[::5]:
            ends = []
            for sign in (1.0, -1.0):
                connections = {
                    n: torch.ones(m.shape, dtype=torch.float64) for n, m in given.masks.items()
                }
                connections[name][tuple(place)] += sign * epsilon
                ends.append(loss_with(given, connections))
            assert abs(ends[0] - ends[1]) / (2 * epsilon) == pytest.approx(
                float(found[name][tuple(place)]), abs=1e-8
            )


@pytest.mark.parametrize("given", toys(), ids=["tanh", "conv", "mse"])
def test_grasp_is_the_hessian_times_the_gradient(given: Scoring) -> None:
    """Hg by finite differences, (grad(theta + e g) - grad(theta - e g)) / 2e, outputs over 200."""
    loss = given.loss
    cool = Scoring(
        given.model,
        given.masks,
        given.batches,
        lambda outputs, targets: loss(outputs / 200.0, targets),
    )
    weights = [given.model.get_parameter(name) for name in given.masks]
    slope, epsilon = torch.autograd.grad(mean_loss(cool), weights), 1e-2

    def slope_at(step: float) -> tuple[torch.Tensor, ...]:
        with torch.no_grad():
            for weight, along in zip(weights, slope, strict=True):
                weight += step * along
        found = torch.autograd.grad(mean_loss(cool), weights)
        with torch.no_grad():
            for weight, along in zip(weights, slope, strict=True):
                weight -= step * along
        return found

    product = [
        (a - b) / (2 * epsilon) for a, b in zip(slope_at(epsilon), slope_at(-epsilon), strict=True)
    ]
    found = compute("grasp", given)
    for name, weight, expected in zip(given.masks, weights, product, strict=True):
        torch.testing.assert_close(found[name], weight.detach() * expected, rtol=1e-4, atol=1e-11)
    absolute = compute("graspabs", given)
    assert all(torch.equal(absolute[name], found[name].abs()) for name in found)


def test_grasp_keeps_what_holds_the_gradient_flow_up() -> None:
    """Of masks that keep half, that of the highest scores has more gradient left."""
    given = doubles(lenet(), batch(40, 784, classes=10))
    found = compute("grasp", given)

    def flow_after(sign: float) -> float:
        scores = {name: sign * score for name, score in found.items()}
        counts = allocate.uniform(given.masks, 133_100)
        kept = select.select(scores, counts, given.masks)
        new = Scoring(given.model, kept, given.batches)
        return float(sum(score.square().sum() for score in compute("snip", new).values()))

    assert flow_after(1.0) > flow_after(-1.0)


def test_several_batches_are_one_mean() -> None:
    whole = batch(9, 4)
    parts = [(whole[0][:6], whole[1][:6]), (whole[0][6:], whole[1][6:])]
    model = Mlp(4, 5, 3)
    one, two = doubles(model, whole), doubles(model, *parts)
    torch.testing.assert_close(compute("snip", one), compute("snip", two))


def test_what_is_pruned_counts_as_zero_even_if_the_model_was_not_masked() -> None:
    model, half = Mlp(4, 5, 3), {"fc1.weight": torch.rand(5, 4, generator=generator()) < 0.5}
    loose = compute("snip", Scoring(model, half, [batch(9, 4)]))
    masks.apply(model, half)
    torch.testing.assert_close(loose, compute("snip", Scoring(model, half, [batch(9, 4)])))
    assert not loose["fc1.weight"][~half["fc1.weight"]].any()


def test_scores_are_of_the_weights_that_will_be_trained() -> None:
    """Ports of SNIP draw new weights before they score; ours depends on the weights given."""
    given = doubles(Mlp(4, 5, 3), batch(9, 4))
    before = compute("snip", given)
    with torch.no_grad():
        given.model.fc1.weight[0] *= 2.0
    assert not torch.allclose(before["fc1.weight"][0], compute("snip", given)["fc1.weight"][0])


def test_a_weight_without_a_part_in_the_loss_scores_zero() -> None:
    model = Mlp(4, 5, 3)
    model.spare = torch.nn.Linear(2, 2)
    given = Scoring(model, masks.full(model), [batch(9, 4)])
    for name in ("snip", "grasp", "obd", "fisher"):
        assert not compute(name, given)["spare.weight"].any()
