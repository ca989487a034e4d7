from pathlib import Path

import pytest

from wann.config import SearchConfig
from wann.errors import UserError
from wann.experiments.growing.recipes import load_recipe, recipe_names
from wann.tasks.registry import FAMILIES, TASKS
from wann.tasks.spec import parse_spec


@pytest.mark.parametrize("name", recipe_names())
def test_recipes_load_and_name_known_tasks(name: str) -> None:
    task, _ = parse_spec(load_recipe(name).task)
    assert task in TASKS or task.partition(":")[0] in FAMILIES
    assert recipe_names()[name]


def test_the_release_settings() -> None:
    paper, laptop = load_recipe("swingup-paper"), load_recipe("swingup-laptop")
    assert (paper.population, paper.generations, paper.tournament, paper.elite) == (
        192,
        1024,
        8,
        0.2,
    )
    assert (laptop.population, laptop.generations, laptop.tournament, laptop.elite) == (
        64,
        1024,
        4,
        0.05,
    )
    for config in (paper, laptop):
        assert config.rates == (0.2, 0.25, 0.05, 0.5, 0, 0, 0, 0, 0)
        assert (config.episodes, config.initial_connections, config.cull) == (3, 0.5, 0.2)


def test_the_words_of_a_recipe_are_those_of_its_settings() -> None:
    """A description that names a series of weights or a ranking names the one that is used."""
    for name, text in recipe_names().items():
        config = load_recipe(name)
        for series in ("stratified", "augmented"):
            assert series not in text or config.weight_series == series, name
        assert "lexicase" not in text or config.ranking == "lexicase", name
    assert "augmented weights" in recipe_names()["swingup-six"]
    assert load_recipe("swingup-six") == SearchConfig()


@pytest.mark.parametrize("name", ["threads", "out", "checkpoint_seconds"])
def test_a_recipe_does_not_say_how_it_is_run(name: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(f"{name} = 2\n")
    flag = f"--{name.replace('_', '-')}"
    with pytest.raises(UserError, match=f"{name} is no setting of a search.*give {flag} beside"):
        load_recipe(str(file))
