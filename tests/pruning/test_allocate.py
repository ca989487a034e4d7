from typing import Any

import pytest
import torch
from genome_toys import PROPERTY
from hypothesis import assume, given
from hypothesis import strategies as st
from pruning_toys import conv_net, generator, lenet

from wann.errors import UserError
from wann.pruning import allocate
from wann.pruning.allocate import ALLOCATIONS, budget
from wann.pruning.masks import Masks, counts, full, total
from wann.pruning.select import select, select_global

SIZES = {"fc1.weight": 235_200, "fc2.weight": 30_000, "fc3.weight": 1_000}


def ones(*shapes: tuple[int, ...]) -> Masks:
    return {
        f"layer{k}.weight": torch.ones(shape, dtype=torch.bool) for k, shape in enumerate(shapes)
    }


@pytest.mark.parametrize(
    ("of", "density", "kept"),
    [(10, 0.8, 8), (10, 1.0, 10), (266_200, 0.01, 2662), (1000, 0.0006, 1), (3, 0.34, 1)],
)
def test_a_budget_is_rounded(of: int, density: float, kept: int) -> None:
    assert budget(of, density) == kept


@pytest.mark.parametrize("density", [0.0, -0.1, 1.001, 2, float("nan")])
def test_densities_outside_are_refused(density: float) -> None:
    with pytest.raises(UserError, match=r"\(0, 1\]") as error:
        budget(100, density)
    assert str(density) in str(error.value)
    with pytest.raises(UserError, match="keeps none of 100 weights"):
        budget(100, 0.001)


# Densities of fc1, fc2 and fc3 at each sparsity.
ERK = {
    0.5: (0.4341, 1, 1),
    0.8: (0.16224, 0.46936, 1),
    0.9: (0.07957, 0.23019, 1),
    0.95: (0.03848, 0.11133, 0.91851),
    0.98: (0.01539, 0.04453, 0.3674),
    0.99: (0.0077, 0.02227, 0.1837),
    0.999: (0.00077, 0.00223, 0.01837),
}


@pytest.mark.parametrize(("sparsity", "expected"), ERK.items())
def test_erk_of_lenet_is_solved_again_after_capping(
    sparsity: float, expected: tuple[float, ...]
) -> None:
    keep = budget(266_200, 1 - sparsity)
    found = allocate.erk(full(lenet()), keep)
    assert sum(found.values()) == keep
    for name, density in zip(found, expected, strict=True):
        assert abs(found[name] - density * SIZES[name]) <= 1 + 5e-6 * SIZES[name]


def test_erk_counts_the_sides_of_kernels() -> None:
    masks = ones((8, 4, 3, 3), (10, 8))
    found = allocate.erk(masks, 100)
    assert found == {"layer0.weight": 50, "layer1.weight": 50}  # 8 + 4 + 3 + 3 = 10 + 8


@pytest.mark.parametrize("name", sorted({*ALLOCATIONS} - {"global"}))
@PROPERTY
@given(data=st.data())
def test_counts_sum_up_and_fit(name: str, data: st.DataObject) -> None:
    shapes = data.draw(
        st.lists(st.tuples(st.integers(1, 20), st.integers(1, 20)), min_size=1, max_size=5)
    )
    masks = {
        n: torch.rand(m.shape, generator=generator(k)) < data.draw(st.sampled_from([0.3, 0.9, 1.0]))
        for k, (n, m) in enumerate(ones(*shapes).items())
    }
    alive = counts(masks)
    if not sum(alive.values()):
        return
    keep = data.draw(st.integers(1, sum(alive.values())))
    try:
        found = ALLOCATIONS[name](masks, keep, allow_empty=True)
    except UserError:  # what it leaves whole is too much
        assume(name != "uniform+")
        raise
    assert list(found) == list(masks)
    assert sum(found.values()) == keep
    assert all(0 <= found[layer] <= alive[layer] for layer in masks)


def test_uniform_is_one_density() -> None:
    assert allocate.uniform(full(lenet()), 26_620) == {
        "fc1.weight": 23_520,
        "fc2.weight": 3_000,
        "fc3.weight": 100,
    }
    assert allocate.uniform(ones((5, 2), (5, 2), (5, 2)), 10) == dict(
        zip(ones(*[(5, 2)] * 3), (4, 3, 3), strict=True)
    )


def test_uniform_plus_keeps_the_ends() -> None:
    masks = full(conv_net())  # 36, 216 and 18 weights
    found = allocate.uniform_plus(masks, 50)
    assert found == {"0.weight": 36, "4.weight": 10, "8.weight": 4}
    assert allocate.uniform_plus(masks, 200)["8.weight"] == 13  # dense enough anyway
    assert allocate.uniform_plus(full(lenet()), 2662)["fc3.weight"] == 200
    with pytest.raises(UserError, match=r"cannot keep 30 weights: '0.weight' alone keeps 36"):
        allocate.uniform_plus(masks, 30)


def test_ideal_gas_quotas_follow_their_formula() -> None:
    keep = 26_620
    found = allocate.igq(full(lenet()), keep)
    # Density = 1 / (F N + 1)
    force = [(size / found[name] - 1) / size for name, size in SIZES.items()]
    assert force == pytest.approx([force[0]] * 3, rel=0.01)


def test_lottery_counts_are_those_of_rounds() -> None:
    found = allocate.lottery(full(lenet()), 136_511)
    assert found == {"fc1.weight": 120_422, "fc2.weight": 15_360, "fc3.weight": 729}


def test_global_counts_are_those_of_one_ranking() -> None:
    masks = ones((2, 3), (2, 2))
    values = ([[9.0, 1, 8], [2, 7, 3]], [[6.0, 0], [5, 4]])
    scores = {name: torch.tensor(rows) for name, rows in zip(masks, values, strict=True)}
    assert allocate.global_(scores, masks, 5) == {"layer0.weight": 3, "layer1.weight": 2}
    assert allocate.global_(scores, masks, 3, allow_empty=True) == {
        "layer0.weight": 3,
        "layer1.weight": 0,
    }
    masks["layer0.weight"][0] = False
    assert allocate.global_(scores, masks, 3) == {"layer0.weight": 1, "layer1.weight": 2}


@PROPERTY
@given(st.integers(0, 2**32 - 1), st.integers(1, 40))
def test_global_counts_and_selection_are_one_ranking(seed: int, keep: int) -> None:
    masks, chance = ones((3, 5), (4, 4), (3, 3)), generator(seed)
    scores = {
        name: torch.randint(-2, 3, mask.shape, generator=chance).float()
        for name, mask in masks.items()
    }
    found = select(scores, allocate.global_(scores, masks, keep, allow_empty=True), masks)
    at_once = select_global(scores, keep, masks, allow_empty=True)
    assert all(torch.equal(at_once[name], found[name]) for name in masks)
    flat = torch.cat([score.flatten() for score in scores.values()]).tolist()
    order = sorted(range(40), key=lambda place: (-flat[place], place))
    assert torch.cat([mask.flatten() for mask in found.values()]).nonzero()[
        :, 0
    ].tolist() == sorted(order[:keep])


def test_densities_by_layer() -> None:
    found = allocate.per_layer(full(lenet()), {"fc3": 0.5, "fc2.weight": 0.1, "*": 0.01})
    assert found == {"fc1.weight": 2352, "fc2.weight": 3000, "fc3.weight": 500}
    with pytest.raises(UserError, match=r"no density is given for 'fc1.weight'"):
        allocate.per_layer(full(lenet()), {"fc3": 0.5, "fc2": 0.1})
    assert (
        allocate.per_layer(full(lenet()), {"fc1": 0.0, "*": 1.0}, allow_empty=True)["fc1.weight"]
        == 0
    )


@pytest.mark.parametrize("name", ["uniform", "erk"])
def test_a_layer_that_cannot_keep_one_weight_is_named(name: str) -> None:
    masks = ones((100, 100), (1, 1), (100, 100))
    with pytest.raises(
        UserError,
        match=r"'layer1.weight' cannot keep one of its 1 weights where all layers keep 60",
    ):
        ALLOCATIONS[name](masks, 60)
    assert ALLOCATIONS[name](masks, 60, allow_empty=True) == dict(
        zip(masks, (30, 0, 30), strict=True)
    )


def test_global_scores_may_empty_a_layer_only_if_told_so() -> None:
    masks = ones((2, 2), (2, 2))
    scores = {
        name: torch.full((2, 2), value) for name, value in zip(masks, (1.0, 2.0), strict=True)
    }
    with pytest.raises(
        UserError, match=r"'layer0.weight' cannot keep one of its 4 weights where all layers keep 3"
    ):
        allocate.global_(scores, masks, 3)
    assert list(allocate.global_(scores, masks, 3, allow_empty=True).values()) == [0, 3]


@pytest.mark.parametrize("keep", [0, -3, 266_201])
def test_impossible_numbers_are_refused(keep: int) -> None:
    with pytest.raises(UserError, match=rf"cannot keep {keep} weights: expected 1 to 266200"):
        allocate.uniform(full(lenet()), keep)


def test_allocations_go_by_name() -> None:
    masks = full(lenet())
    assert allocate.allocate("erk", None, masks, 2662) == allocate.erk(masks, 2662)
    scores = {name: mask.float() for name, mask in masks.items()}
    assert sum(allocate.allocate("global", scores, masks, total(masks) - 1).values()) == 266_199
    with pytest.raises(UserError, match="did you mean 'erk'"):
        allocate.allocate("erks", None, masks, 10)
    with pytest.raises(UserError, match="expected some"):
        allocate.allocate("global", None, masks, 10)


def halves(masks: Masks, keep: int) -> dict[str, int]:
    """Give every second layer twice as much."""
    shares = {name: 1.0 + i % 2 for i, name in enumerate(masks)}
    return allocate.proportional(shares, masks, keep)


def test_an_allocation_of_ones_own_is_used_by_methods_that_allocate() -> None:
    masks = ones((10, 10), (10, 10), (10, 10))
    found = allocate.allocate(f"{__name__}:halves", None, masks, 40)
    assert found == dict(zip(masks, (10, 20, 10), strict=True))


@pytest.mark.parametrize(
    ("function", "says"),
    [
        (lambda masks, keep: None, "returned None: expected a whole number for each of layer0"),
        (lambda masks, keep: {"layer0.weight": keep}, "expected a whole number for each of"),
        (lambda masks, keep: dict.fromkeys(masks, 0.5), "gives 0.5 weights to 'layer0.weight'"),
        (lambda masks, keep: dict.fromkeys(masks, 500), "a whole number from 0 to 100"),
        (lambda masks, keep: dict.fromkeys(masks, 1), "gives out 2 weights: expected 40 in all"),
        (lambda masks, keep: 1 / 0, "failed on 40 of 200 weights: ZeroDivisionError"),
        (lambda masks: {}, r"takes \(masks\): expected a function of \(masks, keep\)"),
    ],
)
def test_an_allocation_of_ones_own_that_does_not_fit_is_refused_in_one_line(
    function: Any, says: str
) -> None:
    name = ALLOCATIONS.name_of(function)
    with pytest.raises(UserError, match=says) as error:
        allocate.allocate(name, None, ones((10, 10), (10, 10)), 40)
    assert "\n" not in str(error.value)
