"""Recipes name environments and data sets as flags do."""

from pathlib import Path
from typing import Any

import pytest

from wann.errors import UserError
from wann.experiments.growing.recipes import load_recipe
from wann.tasks.named_settings import OF_DATASET, OF_ENVIRONMENT, with_named, with_task
from wann.tasks.spec import parse_spec

RECIPES = {
    "an environment": ('env = "CartPole-v1"', "gym:CartPole-v1", {}),
    "and how it is run": (
        'env = "A-v1"\nmax_steps = 50\nnormalise = true\nwrap = ["a:B"]\n[env_kwargs]\ngravity = 5',
        "gym:A-v1",
        {"max_steps": 50, "normalise": True, "wrap": ["a:B"], "kwargs": {"gravity": 5}},
    ),
    "a task with others": (
        'task = \'gym:A-v1 {"max_steps": 9, "backend": "jit"}\'\nmax_steps = 50',
        "gym:A-v1",
        {"max_steps": 50, "backend": "jit"},
    ),
    "a table": (
        'dataset = "/t.csv"\nlabel = "y"\ndrop = ["a", "b"]',
        "data:/t.csv",
        {"label": "y", "drop": ["a", "b"]},
    ),
    "a function": ('dataset = "mine:blobs"', "data:mine:blobs", {}),
}


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_names_what_is_scored_on_as_flags_do(name: str, tmp_path: Path) -> None:
    text, task, settings = RECIPES[name]
    file = tmp_path / "mine.toml"
    file.write_text(f"population = 8\n{text}\n")
    found = load_recipe(str(file))
    assert (found.population, *parse_spec(found.task)) == (8, task, settings)


def test_paths_are_those_that_flags_would_have(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert with_task({"dataset": "t.csv"}) == {"task": f"data:{tmp_path}/t.csv"}


def test_what_has_a_task_alone_stays() -> None:
    given = {"population": 3, "task": "swingup", "unheard_of": 1}
    assert with_task(given) == given
    assert with_task({}) == {}


MISTAKES: dict[str, tuple[dict[str, Any], str]] = {
    "two": ({"env": "A", "task": "swingup"}, "env and task all say what networks are scored on"),
    "both": ({"env": "A", "dataset": "t.csv"}, "env and dataset all say what networks"),
    "none": ({"max_steps": 5}, "max_steps needs env, the id of an environment, or a task gym:"),
    "another": ({"task": "swingup", "normalise": True}, "normalise needs env, the id of an"),
    "no data": ({"env": "A", "label": "y"}, "label needs dataset, the path of a data set"),
    "number": ({"env": 3}, "env: expected a text, got 3"),
    "bounds": ({"env": "A", "max_steps": 0}, "max_steps must be between 1 and"),
    "kind": ({"env": "A", "normalise": 3}, "normalise must be true or false"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_are_one_line(name: str) -> None:
    given, message = MISTAKES[name]
    with pytest.raises(UserError) as found:
        with_task(given)
    assert message in str(found.value)
    assert "\n" not in str(found.value)


def test_names_are_those_of_flags() -> None:
    assert "env_kwargs" in OF_ENVIRONMENT
    assert "kwargs" not in OF_ENVIRONMENT
    assert {"label", "drop", "size"} <= set(OF_DATASET)
    assert with_named("gym:A", {"env_kwargs": {"a": 1}}) == 'gym:A {"kwargs": {"a": 1}}'
