"""Weights that are given beside a recipe are trained, though the recipe draws others."""

from typing import Any

import pytest

from wann.api.recipe_weights import heeding_weights
from wann.api.searched import searched
from wann.experiments.growing.recipes import load_recipe, recipe_names

DRAWING = [
    name
    for name in recipe_names()
    if load_recipe(name).weight_series == "stratified" and load_recipe(name).method == "evolution"
]


def test_the_default_of_swingup_draws_its_weights() -> None:
    assert "swingup" in DRAWING


@pytest.mark.parametrize("recipe", DRAWING)
@pytest.mark.parametrize(
    ("given", "series"),
    [
        ({}, "stratified"),
        ({"weights": (1.0, 2.0)}, "augmented"),
        ({"weights": "0.5,1,2"}, "augmented"),
        ({"weights": (1.0, 2.0), "weight_series": "fixed"}, "fixed"),
        ({"weights": (-1.0, 1.0), "weight_series": "stratified"}, "stratified"),
        ({"weights": (-1.0, 1.0), "strata": (0.1, 1.0)}, "stratified"),
        ({"strata": (0.1, 1.0)}, "stratified"),
    ],
)
def test_weights_that_are_given_are_heeded(recipe: str, given: dict[str, Any], series: str) -> None:
    found = searched(recipe, None, None, given)
    assert found.config.weight_series == series
    assert len(found.notes) == (series == "augmented")


def test_masks_that_gradients_train_hold_for_all_magnitudes() -> None:
    for given, series in (({}, "stratified"), ({"generations": 5}, "augmented")):
        found = searched("digits", None, None, {"weights": (-1.0, 1.0), **given})
        assert found.config.weight_series == series


def test_who_wrote_a_recipe_or_a_grid_has_said_what_is_meant() -> None:
    base, given = load_recipe("swingup"), {"weights": (1.0, 2.0)}
    for recipe in ("mine.toml", base):
        assert heeding_weights(recipe, base, given, {}) == (base, ())
    assert heeding_weights("swingup", base, given, {"weight_series": ("fixed",)}) == (base, ())
    changed, (note,) = heeding_weights("swingup", base, {}, {"weights": ((1.0,), (2.0,))})
    assert changed.weight_series == "augmented"
    assert note.startswith("weight series augmented, because weights are given")
    other = load_recipe("swingup-six")
    assert heeding_weights("swingup-six", other, given, {}) == (other, ())
