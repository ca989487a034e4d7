"""Controls of one's own: what they get, and what is refused."""

from typing import Any

import pytest
import torch
from made_up_toys import SHORT, made_up, small
from torch import nn

from wann.errors import UserError
from wann.pruning import Subject, masks
from wann.pruning.api import prune
from wann.pruning.controls import CONTROLS, control
from wann.pruning.masks import Masks
from wann.pruning.masks.types import biases_of, without_norms
from wann.pruning.methods import METHODS, Method, When
from wann.pruning.methods.allocated import allocated


def flipped(model: nn.Module, kept: Masks, generator: torch.Generator) -> Masks:
    return {name: mask.flip(0) for name, mask in kept.items()}


def drawn(model: nn.Module, kept: Masks, generator: torch.Generator, *, whole: Masks) -> Masks:
    assert masks.kept(whole) > masks.kept(kept)
    order = torch.randperm(2, generator=generator)
    assert len(order) == 2
    kept[next(iter(kept))][:] = True  # what it was lent is its own
    return {name: mask.flip(0) for name, mask in kept.items()}


def subject() -> Subject:
    return Subject(small(), made_up(), SHORT)


def test_a_control_of_ones_own_trains_with_the_masks_that_it_returns() -> None:
    pruned = prune(small(), made_up(), "snip", 0.3, training=SHORT)
    found = control(subject(), flipped, pruned.masks, method="snip")
    for name, mask in pruned.masks.items():
        assert torch.equal(found.masks[name], mask.flip(0))
    assert found.kept == pruned.kept
    again = control(subject(), f"{__name__}:flipped", pruned.masks, method="snip")
    assert again.accuracy == found.accuracy
    assert list(CONTROLS) == ["reinit", "shuffle", "random"]


@pytest.mark.parametrize(
    ("function", "says"),
    [
        ("shufle", "unknown control 'shufle': did you mean 'shuffle'"),
        (drawn, "expected .*, as many as the method keeps"),
        (lambda model, kept, generator: None, "returned None: expected a mask for each of"),
        (lambda model, kept, generator: 1 / 0, "failed on masks of .* ZeroDivisionError"),
        (lambda model, kept: kept, r"takes \(model, kept\): expected a function of \(model, masks"),
        (
            lambda model, kept, generator: {name: mask.float() for name, mask in kept.items()},
            "returned torch.float32 of shape .*expected a tensor of torch.bool",
        ),
    ],
)
def test_a_control_that_gives_no_masks_is_refused_in_one_line(function: Any, says: str) -> None:
    pruned = prune(small(), made_up(), "snip", 0.3, training=SHORT, retrain=False)
    with pytest.raises(UserError, match=says) as error:
        control(subject(), function, pruned.masks)
    assert "\n" not in str(error.value)


def evenly(kept: Masks, keep: int) -> dict[str, int]:
    from wann.pruning.allocate import proportional

    return proportional(dict.fromkeys(kept, 1.0), kept, keep)


def test_an_allocation_may_be_given_beside_the_method() -> None:
    found = prune(small(), made_up(), "magnitude", 0.3, training=SHORT, allocation=evenly)
    kept = [int(mask.sum()) for mask in found.masks.values()]
    assert sum(kept) == found.kept
    assert abs(kept[0] - kept[1]) <= 1, "the last layer has no more"
    named = allocated(METHODS["magnitude"], "erk")
    assert named.allocate == "erk"
    assert allocated(METHODS["magnitude"], None) is METHODS["magnitude"]
    for name in ("unit", "supermask"):
        with pytest.raises(UserError, match="does not allocate weights to layers"):
            allocated(METHODS[name], "erk")
    with pytest.raises(UserError, match="unknown allocation 'ekr': did you mean 'erk'"):
        allocated(METHODS["snip"], "ekr")


def test_the_random_control_has_one_density_and_the_random_method_one_ranking() -> None:
    sizes = {name: mask.numel() for name, mask in subject().full.items()}
    assert CONTROLS.about("random").endswith("one density for all layers")
    drawn_by_control = control(
        subject(), "random", prune(small(), made_up(), "magnitude-init", 0.3, training=SHORT).masks
    )
    for name, mask in drawn_by_control.masks.items():
        assert abs(int(mask.sum()) - 0.3 * sizes[name]) <= 1
    assert "of the whole trained network" in METHODS["random"].about
    counts = {
        tuple(
            int(mask.sum())
            for mask in prune(
                small(), made_up(), "random", 0.3, seed=seed, training=SHORT
            ).masks.values()
        )
        for seed in range(4)
    }
    assert len(counts) > 1  # chance decides on how many there are in each layer, too


OF_A_PATTERN = {
    pattern: Method(f"magnitude by {pattern}", "magnitude", pattern, when=When.TRAINED)
    for pattern in ("2:4", "2x2", "fan-in")
}
# All but those that measure time, whose masks are made as those of `unit-cost` are.
OF_EACH_KIND = {name: METHODS[name] for name in METHODS if "latency" not in name} | OF_A_PATTERN


def from_nothing(
    model: nn.Module, kept: Masks, generator: torch.Generator, *, whole: Masks
) -> Masks:
    """Keep as many weights as is asked for of those that there are, and speak of no bias."""
    return {name: kept[name].flip(0) for name in whole}


@pytest.mark.parametrize("name", OF_EACH_KIND)
def test_each_control_fits_each_method(name: str) -> None:
    method = OF_EACH_KIND[name]
    pruned = prune(small(), made_up(), method, 0.5, training=SHORT)
    assert bool(biases_of(pruned.masks)) == name.startswith("unit")
    for kind in (*CONTROLS, from_nothing):
        found = control(subject(), kind, pruned.masks, method=method)
        kept = pruned.masks if kind == "reinit" else without_norms(pruned.masks)
        assert found.kept == pruned.kept
        assert set(found.masks) == set(kept)
        for bias, mask in biases_of(kept).items():
            assert torch.equal(found.masks[bias], mask), "as many biases learn as with the method"


def test_a_control_may_leave_a_layer_empty_where_the_method_does() -> None:
    kept = {name: torch.zeros_like(mask) for name, mask in subject().full.items()}
    kept["0.weight"][:2, 0] = True
    found = control(subject(), "random", kept, method="random")
    assert [int(mask.sum()) for mask in found.masks.values()] == [1, 1, 0]
