import pytest
import torch
from genome_toys import PROPERTY
from hypothesis import given
from hypothesis import strategies as st
from pruning_toys import generator

from wann.errors import UserError
from wann.pruning.masks import counts
from wann.pruning.select import select, select_random


def masks_of(*rows: list[int]) -> dict[str, torch.Tensor]:
    return {f"layer{k}": torch.tensor([row], dtype=torch.bool) for k, row in enumerate(rows)}


def test_two_of_ten_are_removed() -> None:
    scores = {"layer0": torch.arange(10.0)[None]}
    found = select(scores, {"layer0": 8}, masks_of([1] * 10))
    assert found["layer0"].tolist() == [[False] * 2 + [True] * 8]


def test_of_equal_scores_the_first_are_kept() -> None:
    scores = {"layer0": torch.tensor([[1.0, 5, 1, 1, 7, 1]])}
    found = select(scores, {"layer0": 4}, masks_of([1] * 6))
    assert found["layer0"].tolist() == [[True, True, True, False, True, False]]


@PROPERTY
@given(st.integers(0, 2**32 - 1), st.integers(1, 60), st.integers(1, 4), st.data())
def test_counts_are_exact_and_the_best_are_kept(
    seed: int, size: int, levels: int, data: st.DataObject
) -> None:
    chance = generator(seed)
    scores = torch.randint(-levels, levels + 1, (size,), generator=chance).double() / 2
    mask = torch.rand(size, generator=chance) < 0.7
    keep = data.draw(st.integers(0, int(mask.sum())))
    if not scores[mask].any():
        return
    found = select({"layer0": scores[None]}, {"layer0": keep}, {"layer0": mask[None]})["layer0"][0]
    # The slow obvious twin: sort by score, then by place.
    order = sorted(mask.nonzero()[:, 0].tolist(), key=lambda place: (-float(scores[place]), place))
    assert found.nonzero()[:, 0].tolist() == sorted(order[:keep])


def test_what_is_pruned_never_comes_back() -> None:
    """Even if it outranks, as zero does where scores are negative."""
    mask = masks_of([0, 1, 0, 1, 1])
    scores = {"layer0": torch.tensor([[0.0, -3, torch.inf, -1, -2]])}
    assert select(scores, {"layer0": 2}, mask)["layer0"].tolist() == [
        [False, False, False, True, True]
    ]
    assert select(scores, {"layer0": 3}, mask)["layer0"].tolist() == mask["layer0"].tolist()


def test_infinite_scores_are_scores() -> None:
    scores = {"layer0": torch.tensor([[-torch.inf, 1.0, torch.inf, 0.0]])}
    assert select(scores, {"layer0": 2}, masks_of([1, 1, 1, 1]))["layer0"].tolist() == [
        [False, True, True, False]
    ]


def test_scores_that_are_all_zero_are_refused() -> None:
    zero = {"layer0": torch.zeros(1, 3), "layer1": torch.zeros(1, 2)}
    masks = masks_of([1, 1, 1], [1, 1])
    with pytest.raises(UserError, match="all scores are zero, in layer0, layer1"):
        select(zero, {"layer0": 2, "layer1": 1}, masks)
    assert counts(select(zero, {"layer0": 3, "layer1": 2}, masks)) == {"layer0": 3, "layer1": 2}
    some = zero | {"layer1": torch.ones(1, 2)}
    assert counts(select(some, {"layer0": 2, "layer1": 1}, masks)) == {"layer0": 2, "layer1": 1}


def test_masks_given_stay_as_they_are_and_those_of_biases_ride_along() -> None:
    masks = masks_of([1, 1, 1, 1])
    masks["bias"] = torch.tensor([True, False])
    found = select({"layer0": torch.arange(4.0)[None]}, {"layer0": 1}, masks)
    assert masks["layer0"].all()
    assert found["bias"] is masks["bias"]


@pytest.mark.parametrize("seed", range(4))
def test_random_selections_are_exact_and_within_what_is_alive(seed: int) -> None:
    masks = masks_of([0, 1, 1, 1, 0, 1, 1, 1], [1, 0, 1, 1])
    found = select_random({"layer0": 3, "layer1": 2}, masks, generator(seed))
    assert counts(found) == {"layer0": 3, "layer1": 2}
    assert all((found[name] <= masks[name]).all() for name in masks)
    again = select_random({"layer0": 3, "layer1": 2}, masks, generator(seed))
    assert all(torch.equal(found[name], again[name]) for name in masks)


def test_every_weight_is_as_likely() -> None:
    chance, times = generator(), torch.zeros(1, 6)
    for _ in range(600):
        times += select_random({"layer0": 2}, masks_of([1] * 6), chance)["layer0"]
    assert ((times - 200).abs() < 50).all()


def test_more_than_is_left_is_refused() -> None:
    for choose in (
        lambda masks: select({"layer0": torch.ones(1, 4)}, {"layer0": 3}, masks),
        lambda masks: select_random({"layer0": 3}, masks, generator()),
    ):
        with pytest.raises(UserError, match="layer0 cannot keep 3 weights: expected 0 to 2"):
            choose(masks_of([1, 0, 0, 1]))
