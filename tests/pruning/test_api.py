"""Pruning in one call: what is refused before training, and what methods of one's own do."""

from dataclasses import replace
from typing import Any

import pytest
import torch
from made_up_toys import SHORT, Trap, made_up, small
from torch import nn

from wann.config import Training
from wann.errors import UserError
from wann.pruning import masks
from wann.pruning.api import PrunedModel, prune
from wann.pruning.methods import METHODS, Method
from wann.pruning.methods.model_and_data import early_step


def pruned_by(method: str | Method, density: float = 0.3, **more: Any) -> PrunedModel:
    return prune(small(), made_up(), method, density, training=SHORT, **more)


def same(one: PrunedModel, other: PrunedModel) -> bool:
    return all(torch.equal(mask, other.masks[name]) for name, mask in one.masks.items())


class Whole(nn.Module):
    """Gives whole numbers, which have no gradient."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(12, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layer(x).long()


@pytest.mark.parametrize(
    ("model", "change", "density", "words"),
    [
        (Trap(), {}, 1.5, "density in (0, 1]"),
        (Trap(), {}, 0.001, "keeps none of 36 weights"),
        (
            small(2),
            {},
            0.5,
            "expected outputs of shape (2, 3) for 2 examples, a number for each class, got (2, 2)",
        ),
        (nn.Linear(11, 3), {}, 0.5, "Linear cannot take a batch of shape (2, 12)"),
        (nn.LazyLinear(3), {}, 0.5, "run the model on one batch first"),
        (Whole(), {}, 0.5, "Whole: expected floating numbers as outputs, got torch.int64"),
        (nn.ReLU(), {}, 0.5, "no prunable layer"),
        (torch.relu, {}, 0.5, "expected a torch.nn.Module or its name"),
        (small(), None, 0.5, "expected batches (inputs, targets) of tensors"),
        (small(), 3, 0.5, "expected `Data`, the name of a data set or batches, got int"),
        (small(), {"y": torch.zeros(60)}, 0.5, "y: expected 60 labels of type torch.int64"),
        (small(), {"y_test": torch.zeros(20, 1).long()}, 0.5, "y_test: expected 20 labels"),
        (
            small(),
            {"y_validation": torch.full((20,), 3)},
            0.5,
            "from 0 to 2, for 3 classes, got 3 to 3",
        ),
    ],
)
def test_mistakes_are_told_before_training(
    model: Any, change: Any, density: float, words: str
) -> None:
    data: Any = (torch.zeros(3, 12), torch.zeros(3)) if change is None else change
    if isinstance(change, dict):
        data = made_up()._replace(**change)
    with pytest.raises(UserError) as error:
        prune(model, data, "magnitude", density, training=SHORT)
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_modes_of_modules_stay_and_the_pruned_model_has_that_of_the_whole() -> None:
    model = small()
    model[1].eval()
    found = prune(model, made_up(), "magnitude", 0.5, training=SHORT)
    assert model.training
    assert not model[1].training
    assert found.model.training


class Partly(nn.Module):
    """A frozen body, a layer that nothing goes through, and what is trained."""

    def __init__(self) -> None:
        super().__init__()
        with torch.random.fork_rng():
            torch.manual_seed(0)
            self.head, self.spare = nn.Linear(10, 3), nn.Linear(10, 10)
            self.body, self.middle = nn.Linear(12, 20).requires_grad_(False), nn.Linear(20, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(torch.relu(self.middle(torch.relu(self.body(x)))))


EXCHANGING = ["rigl", "srigl", "set", "cht"]
TRAINS_MASKS = [*EXCHANGING, "gradual", "imp", "edge-popup", "supermask", "signed-mask"]


@pytest.mark.parametrize("name", TRAINS_MASKS)
def test_layers_that_are_not_trained_do_not_grow(name: str) -> None:
    model = Partly()
    found = prune(model, made_up(), name, 0.4, training=SHORT, include=["body"])
    assert found.kept == round(0.4 * (240 + 200 + 30 + 100))
    assert found.left_whole == {}
    if name in EXCHANGING:
        # What is kept of the frozen layer is what it was given with: nothing new, which were zero
        kept = found.masks["body.weight"]
        assert torch.equal(found.model.body.weight[kept], model.body.weight[kept])
        assert found.model.spare.weight[found.masks["spare.weight"]].all()
    found = prune(model, made_up(), name, 0.4, training=SHORT)
    assert found.left_whole == {"body.weight": "is frozen (requires_grad is False)"}
    if name in (
        "rigl",
        "srigl",
        "set",
        "cht",
        "gradual",
        "imp",
    ):  # the other two have frozen weights of their own
        assert torch.equal(found.model.body.weight, model.body.weight)


def test_late_rewinding_is_late() -> None:
    assert [early_step(SHORT), early_step(SHORT, 0), early_step(Training())] == [1, 0, 1000]
    late, initial = pruned_by("imp-late", rewind_step=30), pruned_by("imp")
    assert torch.equal(
        late.masks["0.weight"], pruned_by("imp-late", rewind_step=30).masks["0.weight"]
    )
    assert not torch.equal(late.model[0].weight, initial.model[0].weight)
    assert torch.equal(
        pruned_by("imp-late", rewind_step=0).model[0].weight, initial.model[0].weight
    )
    with pytest.raises(UserError, match="rewind to one of the 60 steps, got 60"):
        pruned_by("imp-late", rewind_step=60)


@pytest.mark.parametrize("name", [*EXCHANGING, "gradual", "edge-popup", "imp"])
def test_a_part_that_is_replaced_leaves_the_other_parts(name: str) -> None:
    """A method that trains masks may differ from the published one, and stays of its kind."""
    original = METHODS[name]
    assert same(pruned_by(replace(original, about="the same")), pruned_by(name))
    allocation = "uniform" if original.allocate == "erk" else "erk"
    found = pruned_by(replace(original, allocate=allocation))
    assert found.kept == round(0.3 * 470)
    at_once = masks.counts(pruned_by(f"random-{allocation}").masks)
    # What rounds of pruning round
    assert masks.counts(found.masks) == pytest.approx(at_once, abs=1)


def test_tickets_of_the_whole_network() -> None:
    found = pruned_by(replace(METHODS["imp"], allocate="global"), 0.2)
    assert found.kept == round(0.2 * 470)
    assert found.rounds == pruned_by("imp", 0.2).rounds
    assert masks.counts(found.masks) != masks.counts(pruned_by("imp", 0.2).masks)


def test_probabilities_are_of_the_whole_network() -> None:
    with pytest.raises(UserError, match="expected 'global', got 'erk'"):
        pruned_by(replace(METHODS["supermask"], allocate="erk"))
