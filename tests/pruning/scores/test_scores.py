import copy
from collections.abc import Iterator

import pytest
import torch
from pruning_toys import Mlp, batch, conv_net, generator, largest
from torch import nn

from wann.errors import UserError
from wann.pruning.masks import full
from wann.pruning.scores import SCORES, Scoring, compute
from wann.pruning.scores.scoring import Batch


def scoring(model: nn.Module, *shape: int, seed: int = 0) -> Scoring:
    chance = generator(seed + 7)
    initial = {
        name: torch.randn(value.shape, generator=chance) for name, value in model.named_parameters()
    }
    masks = {name: torch.rand(m.shape, generator=chance) < 0.8 for name, m in full(model).items()}
    return Scoring(
        model,
        masks,
        [batch(6, *shape), batch(3, *shape, seed=2)],
        initial=initial,
        generator=generator(),
    )


def everything(model: nn.Module) -> dict[str, object]:
    state = {name: value.clone() for name, value in model.state_dict().items()}
    grads = {
        f"{n} grad": None if p.grad is None else p.grad.clone() for n, p in model.named_parameters()
    }
    flags = {f"{n} needs": p.requires_grad for n, p in model.named_parameters()}
    modes = {f"{n} mode": module.training for n, module in model.named_modules()}
    return state | grads | flags | modes | {"random": torch.get_rng_state()}


def same(a: object, b: object) -> bool:
    return (
        torch.equal(a, b) if isinstance(a, torch.Tensor) and isinstance(b, torch.Tensor) else a == b
    )


@pytest.mark.parametrize("name", SCORES)
@pytest.mark.parametrize("training", [True, False])
def test_no_score_changes_the_model(name: str, training: bool) -> None:
    model = nn.Sequential(*conv_net(), nn.Dropout(0.5)).train(training)
    model[0].eval()
    model[4].weight.requires_grad_(False)
    model[8].weight.grad = torch.ones_like(model[8].weight)
    before = everything(model)
    given = scoring(model, 1, 8, 8)
    found = compute(name, given)
    after = everything(model)
    assert before.keys() == after.keys()
    assert [key for key in before if not same(before[key], after[key])] == []
    assert {n: s.shape for n, s in found.items()} == {n: m.shape for n, m in given.masks.items()}
    assert not any(score.requires_grad for score in found.values())


@pytest.mark.parametrize("name", sorted(set(SCORES) - {"random"}))
def test_the_same_scores_come_out_every_time(name: str) -> None:
    model = nn.Sequential(*conv_net(), nn.Dropout(0.5))
    first = compute(name, scoring(model, 1, 8, 8))
    torch.rand(3)
    again = compute(name, scoring(copy.deepcopy(model), 1, 8, 8))
    assert all(torch.equal(first[layer], again[layer]) for layer in first)


def test_batches_may_come_from_a_generator() -> None:
    model = Mlp(4, 5, 3)
    batches = [batch(6, 4), batch(6, 4, seed=2)]
    once = compute("grasp", Scoring(model, full(model), iter(batches)))
    kept = compute("grasp", Scoring(model, full(model), batches))
    assert all(torch.equal(once[name], kept[name]) for name in kept)


def test_a_generator_may_fill_one_buffer_again_and_again() -> None:
    model = Mlp(4, 5, 3)
    batches = [batch(6, 4), batch(6, 4, seed=2)]

    def refilled() -> Iterator[Batch]:
        x, y = batch(6, 4)
        for inputs, targets in batches:
            yield x.copy_(inputs), y.copy_(targets)

    once = compute("grasp", Scoring(model, full(model), refilled()))
    kept = compute("grasp", Scoring(model, full(model), batches))
    assert all(torch.equal(once[name], kept[name]) for name in kept)


def test_a_score_of_ones_own_is_one_function() -> None:
    model = Mlp(2, 2)
    given = Scoring(model, full(model))
    assert torch.equal(compute(largest, given)["fc1.weight"], model.fc1.weight)
    assert torch.equal(compute("pruning_toys:largest", given)["fc1.weight"], model.fc1.weight)


@pytest.mark.parametrize(
    ("score", "words"),
    [
        ("magnitud", ["did you mean 'magnitude'", "such as magnitude"]),
        ("nowhere_at_all:score", ["nowhere_at_all", "'module:function'"]),
        ("math:nothing", ["math", "nothing"]),
        ("math:pi", ["math:pi", "3.14", "function"]),
        (lambda s: None, ["NoneType", "dict"]),
        (lambda s: {}, ["'fc1.weight'", "(3, 2)"]),
        (lambda s: {"fc1.weight": torch.ones(2, 3)}, ["'fc1.weight'", "(2, 3)", "(3, 2)"]),
        (lambda s: {"fc1.weight": 1.0}, ["'fc1.weight'", "float", "(3, 2)"]),
        (lambda s: {"fc1.weight": torch.ones(3, 2, dtype=torch.int64)}, ["'fc1.weight'", "int64"]),
        (
            lambda s: {"fc1.weight": torch.full((3, 2), torch.nan)},
            ["'fc1.weight'", "NaN for 6 of 6"],
        ),
        ("snip", ["needs data"]),
        ("synflow", ["needs data"]),
        ("random", ["generator"]),
        ("movement", ["`initial`"]),
    ],
)
def test_bad_scores_are_refused(score, words: list[str]) -> None:
    model = Mlp(2, 3)
    with pytest.raises(UserError) as error:
        compute(score, Scoring(model, full(model)))
    assert all(word in str(error.value) for word in words)
    assert "\n" not in str(error.value)


def test_initial_weights_that_do_not_fit_are_refused() -> None:
    model = Mlp(2, 3)
    with pytest.raises(UserError, match=r"'fc1.weight': expected shape \(3, 2\), got \(1, 2\)"):
        compute("movement", Scoring(model, full(model), initial={"fc1.weight": torch.ones(1, 2)}))


FINAL = torch.tensor([[0.5, -2.0, 0.1, 1.0, -0.3]])
INITIAL = torch.tensor([[0.4, -0.1, -0.2, -3.0, -0.6]])


@pytest.mark.parametrize(
    ("name", "order"),
    [  # places from the best to the worst
        ("large_final", [1, 3, 0, 4, 2]),
        ("small_final", [2, 4, 0, 3, 1]),
        ("large_init", [3, 4, 0, 2, 1]),
        ("small_init", [1, 2, 0, 4, 3]),
        ("large_init_large_final", [3, 0, 4, 1, 2]),
        ("magnitude_increase", [1, 0, 2, 4, 3]),
        ("movement", [3, 1, 2, 4, 0]),
        ("large_final_same_sign", [1, 0, 4, 3, 2]),
        ("magnitude_increase_same_sign", [1, 0, 4, 2, 3]),
        ("movement_same_sign", [1, 4, 0, 3, 2]),
    ],
)
def test_the_criteria_of_zhou_rank_as_they_say(name: str, order: list[int]) -> None:
    model = nn.Linear(5, 1)
    model.weight.data = FINAL.clone()
    found = compute(name, Scoring(model, full(model), initial={"weight": INITIAL}))["weight"]
    assert torch.argsort(found[0], descending=True, stable=True).tolist() == order


def test_lamp_divides_by_the_squares_that_are_no_smaller() -> None:
    model = nn.Linear(4, 1)
    model.weight.data = torch.tensor([[1.0, -3.0, 2.0, 9.0]])
    masks = {"weight": torch.tensor([[True, True, True, False]])}
    assert compute("lamp", Scoring(model, masks))["weight"].tolist() == [[1 / 14, 1.0, 4 / 13, 0.0]]


class Casting(nn.Module):
    """Needs float16 in its forward, whatever its inputs are."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.other = nn.Linear(12, 5), nn.Linear(5, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.other(self.one(x.half()).relu().half())


@pytest.mark.parametrize("name", ["snip", "grasp", "graspabs", "obd", "fisher"])
def test_scores_of_gradients_are_found_in_float16_as_in_float32(name: str) -> None:
    half = nn.Sequential(*conv_net(), nn.Dropout(0.5)).half()
    before, data = everything(half), [batch(6, 1, 8, 8), batch(3, 1, 8, 8, seed=2)]
    halves = [(x.half(), y) for x, y in data]
    given = Scoring(half, full(half), halves)
    found = compute(name, given)
    single = copy.deepcopy(half).float()
    rounded = [(x.float(), y) for x, y in halves]
    expected = compute(name, Scoring(single, full(single), rounded))
    assert all(torch.equal(found[layer], expected[layer]) for layer in expected)
    after = everything(half)
    assert [key for key in before if not same(before[key], after[key])] == []


@pytest.mark.parametrize("name", ["snip", "grasp", "fisher"])
def test_a_model_that_needs_float16_is_scored_in_it(name: str) -> None:
    model, (_, y) = Casting().half(), batch(6, 12)
    found = compute(name, Scoring(model, full(model), [(torch.randn(6, 12), y)]))
    assert {score.dtype for score in found.values()} == {torch.float16}
