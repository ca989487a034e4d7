"""Settings that are given beside a recipe hold in all of its stages."""

from typing import Any

import pytest

from wann.api.recipe_stages import heeding_stages
from wann.api.searched import searched
from wann.experiments.growing.recipes import load_recipe, recipe_names

STAGED = [name for name in recipe_names() if load_recipe(name).stage]


def test_the_walker_is_grown_in_stages() -> None:
    assert "biped" in STAGED


@pytest.mark.parametrize("recipe", STAGED)
@pytest.mark.parametrize(
    ("given", "gone"),
    [
        ({}, ()),
        ({"generations": 4}, ()),
        ({"search_steps": 100}, ("search_steps",)),
        ({"weights": (1.0,)}, ("weights", "weight_series", "strata")),
        ({"strata": (0.1, 1.0)}, ("weights", "weight_series", "strata")),
        ({"episodes_last": 3}, ("episodes",)),
        ({"episodes": 3, "stuck_steps": 9}, ("episodes",)),
        ({"weights": (1.0,), "stage": ["0.5 episodes=4"]}, ()),
    ],
)
def test_what_is_given_holds_throughout(
    recipe: str, given: dict[str, Any], gone: tuple[str, ...]
) -> None:
    found = searched(recipe, None, None, given)
    expected = given.get("stage", load_recipe(recipe).stage)
    said = " ".join(found.config.stage)
    for name in ("search_steps", "weights", "weight_series", "strata", "episodes", "race_share"):
        assert (f" {name}=" in said) == (f" {name}=" in " ".join(expected) and name not in gone)
    assert len(found.notes) == bool(gone)
    assert all(name in found.notes[0] for name in gone)


def test_a_grid_holds_throughout_too_and_the_note_says_whose_stages_give_way() -> None:
    base = load_recipe("biped")
    changed, (note,) = heeding_stages("biped", base, {}, {"episodes": (1, 2)})
    assert "episodes" not in " ".join(changed.stage)
    assert note == (
        "episodes holds throughout, as given; the stages of the recipe biped change it otherwise"
    )
    _, (note,) = heeding_stages(base, base, {"episodes": 1, "search_steps": 5}, {})
    assert note == (
        "episodes and search_steps hold throughout, as given; the stages change it otherwise"
    )


@pytest.mark.parametrize(
    ("given", "grid", "what"),
    [
        ({"method": "es"}, {}, "method es"),
        ({}, {"method": ("evolution", "es")}, "method es"),
        ({"asynchronous": True, "islands": 1}, {}, "an asynchronous search"),
        ({}, {"asynchronous": (False, True)}, "an asynchronous search"),
    ],
)
def test_what_has_no_stages_leaves_them_out(
    given: dict[str, Any], grid: dict[str, Any], what: str
) -> None:
    base = load_recipe("biped")
    changed, (note,) = heeding_stages("biped", base, given, grid)
    assert changed.stage == ()
    assert note == f"the stages of the recipe biped are left out: {what} has none"


def test_a_task_without_steps_to_cut_has_the_other_stages() -> None:
    found = searched("biped", None, None, {"task": "swingup"})
    assert "steps=" not in " ".join(found.config.stage)
    assert "episodes=6" in " ".join(found.config.stage)
    assert "search_steps" in searched("biped", "CartPole-v1", None, {}).config.stage[0]
