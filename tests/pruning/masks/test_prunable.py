"""Which weights are pruned, what is left whole, and what is refused by name."""

import warnings
from dataclasses import replace
from typing import Any

import pytest
import torch
from pruning_toys import Mlp, generator
from torch import nn
from unusual_models_toys import (
    COMPUTED,
    Functional,
    HeadFirst,
    Queries,
    Tanh,
    Tied,
    Twice,
    Vision,
    Words,
    under,
)

from wann.config import Training
from wann.errors import UserError
from wann.pruning import Hold, from_tensors, masks, prune
from wann.pruning.methods import METHODS
from wann.pruning.training.data import Data

ROWS = torch.randn(4, 12, generator=generator())
IMAGES = torch.randn(4, 1, 8, 8, generator=generator())
WORDS = torch.randint(20, (4, 5), generator=generator())
SHORT = Training(steps=40, batch=20, check_every=20)
ADDED, SCALES = "is added to values or joined with them", "scales values"
UNUSED, FROZEN = "is not used in a forward pass", "is frozen (requires_grad is False)"


def data(x: torch.Tensor) -> Data:
    chance = generator()
    many = x[torch.randint(len(x), (90,), generator=chance)]
    if x.is_floating_point():
        many = many + torch.randn(many.shape, generator=chance)
    return from_tensors(many[:60], torch.arange(60) % 3, many[60:], torch.arange(30) % 3)


@pytest.mark.parametrize(
    ("model", "examples", "whole"),
    [
        (Vision(), IMAGES, {"token": ADDED, "positions": ADDED, "gamma": SCALES}),
        (Functional(), ROWS, {"shift": ADDED, "norm.weight": SCALES, "unused": UNUSED}),
        (Words(), WORDS, {"table.weight": "is looked up"}),
        (Tied(), WORDS, {"table": "is looked up"}),
        (Twice(), ROWS, {"body.weight": FROZEN}),
        (
            Queries(),
            torch.randn(4, 5, 4),
            {
                "queries": "is computed with before it is multiplied, so that its zeros would not "
                "stay zeros",
            },
        ),
    ],
)
def test_what_is_not_multiplied_is_left_whole_and_said(
    model: nn.Module, examples: torch.Tensor, whole: dict[str, str]
) -> None:
    found = masks.survey(model, examples=examples)
    assert found.left_whole == whole
    assert {*found.names, *whole} == {
        name for name, p in model.named_parameters() if p.ndim > 1 and "bias" not in name
    }


def test_masks_come_in_the_order_of_the_forward_pass() -> None:
    assert masks.prunable(HeadFirst()) == ["body.weight", "head.weight"]
    assert masks.prunable(Functional(), examples=ROWS) == ["a", "b", "c", "d"]
    assert masks.prunable(Functional(), examples=ROWS, outputs="b") == ["a", "c", "d", "b"]
    # Where nothing is known of the forward: as layers are defined, those of the outputs last
    blind = HeadFirst(looks=True)
    assert masks.prunable(blind) == ["head.weight", "body.weight"]
    assert masks.prunable(blind, outputs=["head"]) == ["body.weight", "head.weight"]


def test_without_examples_only_known_layers_and_what_is_called_weight() -> None:
    found = masks.survey(Vision())  # its forward asks for a length, which cannot be traced
    assert not {"token", "positions", "gamma"} & {*found.names}
    assert "no forward pass" in found.left_whole["positions"]
    assert masks.prunable(Words()) == masks.prunable(Words(), examples=WORDS)


@pytest.mark.parametrize(
    ("model", "examples", "include"),
    [
        (Twice(), ROWS, "body"),
        (Vision(), IMAGES, ["positions", "token"]),
        (Words(), WORDS, ["table.*"]),
        (Queries(), torch.randn(4, 5, 4), ["queries"]),
    ],
)
def test_what_is_left_whole_can_be_named(
    model: nn.Module, examples: torch.Tensor, include: Any
) -> None:
    whole = masks.survey(model, examples=examples).left_whole
    found = masks.survey(model, include=include, examples=examples)
    named = {*whole} - {*found.left_whole}
    assert named
    assert named <= {*found.names}
    assert {*masks.full(model, include=include, examples=examples)} == {*found.names}
    assert not named & {*masks.prunable(model, [*named], include=include, examples=examples)}


@pytest.mark.parametrize(
    ("model", "include", "words"),
    [
        (HeadFirst(), "haed", "no layer to include is named 'haed'"),
        (HeadFirst(), "body.bias", "'body.bias' cannot be pruned: expected floating parameters"),
        (
            nn.Linear(3, 2).requires_grad_(False),
            (),
            "'weight' is frozen (requires_grad is False); name what is to be pruned all the same",
        ),
    ],
)
def test_what_cannot_be_included_is_said(model: nn.Module, include: Any, words: str) -> None:
    with pytest.raises(UserError) as error:
        masks.survey(model, include=include)
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def made(name: str) -> nn.Sequential:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the older functions are deprecated
        return COMPUTED[name][0]()


@pytest.mark.parametrize("name", COMPUTED)
def test_weights_that_are_computed_are_really_zero_or_refused_by_name(name: str) -> None:
    weight = COMPUTED[name][1]
    if weight is None:
        for examples in (ROWS, None):
            with pytest.raises(
                UserError, match=r"'0.weight' cannot be pruned.*protect '0"
            ) as error:
                masks.survey(made(name), examples=examples)
            assert "\n" not in str(error.value)
        assert masks.prunable(made(name), ["0", "0.*"], examples=ROWS) == ["2.weight"]
    else:
        assert masks.prunable(made(name), examples=ROWS) == [weight, "2.weight"]


@pytest.mark.parametrize("name", [name for name, (_, weight) in COMPUTED.items() if weight])
@pytest.mark.parametrize("method", ["magnitude", "snip", "rigl"])
def test_masked_places_of_the_weight_in_use_stay_zero(name: str, method: str) -> None:
    weight = COMPUTED[name][1]
    assert weight is not None
    pruned = prune(made(name), data(ROWS), method, 0.4, training=SHORT)
    pruned.model(ROWS)  # the older hooks compute a weight only then
    kept = pruned.masks[weight]
    if name != "rounded":  # which rounds small weights to zero
        assert torch.equal(pruned.model[0].weight != 0, kept)
    assert not pruned.model[0].weight[~kept].any()
    assert pruned.kept == round(0.4 * masks.total(pruned.masks))


@pytest.mark.parametrize("name", [name for name, (_, weight) in COMPUTED.items() if not weight])
def test_models_are_refused_before_training(name: str) -> None:
    told: list[int] = []
    with pytest.raises(UserError, match="cannot be pruned"):
        prune(made(name), data(ROWS), training=SHORT, tell=lambda *steps: told.extend(steps))
    assert not told


def test_a_parametrised_layer_that_is_protected_is_left_alone() -> None:
    found = prune(made("orthogonal"), data(ROWS), "snip", 0.5, training=SHORT, protect=["0"])
    assert {*found.masks} == {"2.weight"}


def test_the_result_says_what_was_left_whole() -> None:
    found = prune(Vision(), data(IMAGES), "snip", 0.3, training=SHORT)
    assert found.left_whole == {"token": ADDED, "positions": ADDED, "gamma": SCALES}
    assert {*found.masks} == {*masks.prunable(Vision())}
    assert found.kept == round(0.3 * masks.total(found.masks))
    assert found.model.positions.all()


def test_no_class_is_pruned_wherever_the_head_is_defined() -> None:
    found = prune(HeadFirst(), data(ROWS), "unit", 0.5, training=SHORT)
    assert found.masks["head.weight"].all()
    assert int(found.masks["body.weight"].any(1).sum()) == 3
    with pytest.raises(UserError, match="no layer before its outputs"):
        prune(HeadFirst(), data(ROWS), "unit", 0.5, training=SHORT, outputs=["body", "head"])
    tickets = replace(METHODS["random-imp"])  # the layer of the outputs goes at half the rate
    kept = masks.counts(prune(HeadFirst(), data(ROWS), tickets, 0.4, training=SHORT).masks)
    assert kept["head.weight"] / 18 > kept["body.weight"] / 72


def test_models_in_wrappers_are_pruned_under_the_names_they_have_there() -> None:
    inner = Mlp(12, 6, 3)
    compiled = torch.compile(inner, backend="eager")
    for wrapped, start in ((compiled, "_orig_mod."), (nn.DataParallel(inner), "module.")):
        assert masks.prunable(wrapped, examples=ROWS) == [
            f"{start}fc1.weight",
            f"{start}fc2.weight",
        ]
        assert masks.prunable(wrapped, ["fc1"]) == [f"{start}fc2.weight"]
        assert masks.prunable(wrapped, [f"{start}fc1"]) == [f"{start}fc2.weight"]
        found = prune(wrapped, data(ROWS), "snip", 0.5, training=SHORT)
        assert {*found.masks} == {"fc1.weight", "fc2.weight"}
        assert isinstance(found.model, Mlp)
        for call in (masks.apply, lambda m, kept: Hold(m, kept).weights()):
            nn.init.ones_(inner.fc1.weight)
            call(wrapped, found.masks)
            assert torch.equal(inner.fc1.weight != 0, found.masks["fc1.weight"])


def test_what_cannot_be_copied_has_masks_all_the_same() -> None:
    class Stubborn(Mlp):
        def __deepcopy__(self, memo: Any) -> Any:
            raise RuntimeError("no")

    for examples in (ROWS, None):
        assert masks.prunable(Stubborn(12, 6, 3), examples=examples) == ["fc1.weight", "fc2.weight"]


def test_scripted_modules_are_refused_in_a_line() -> None:
    with pytest.warns(DeprecationWarning, match="deprecated"):
        scripted = torch.jit.script(nn.Sequential(nn.Linear(12, 3)))
    model = nn.Sequential(scripted)
    for call in (masks.prunable, lambda m: Hold(m, {"0.weight": torch.ones(3, 12).bool()})):
        with pytest.raises(UserError, match="is a module of TorchScript: expected the plain"):
            call(model)


def test_a_parametrisation_that_one_registers_later_is_noticed() -> None:
    assert masks.prunable(under(Tanh())) == ["0.parametrizations.weight.original", "2.weight"]
