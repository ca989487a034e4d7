import dataclasses

import pytest

from wann.config import SearchConfig, TuneConfig, make_config
from wann.errors import UserError
from wann.experiments.growing.recipes import load_recipe, recipe_names
from wann.search.mutation import OPERATORS
from wann.search.ranking import RANKINGS
from wann.tasks.registry import FAMILIES, TASKS
from wann.tasks.spec import parse_spec

WRONG = [
    ({"populaton": 3}, "did you mean 'population'"),
    ({"population": 1}, "between 2 and"),
    ({"population": "many"}, "whole number, got 'many'"),
    ({"population": True}, "whole number, got True"),
    ({"population": 10.5}, "whole number"),
    ({"elite": float("nan")}, "between 0 and 0.99"),
    ({"elite": 1.0}, "between 0 and 0.99"),
    ({"ranking": "lexicas"}, "did you mean 'lexicase'"),
    ({"activations": ["tanh", "tan"]}, "did you mean 'tanh'"),
    ({"activations": []}, "one or more"),
    ({"activations": "tanh"}, "one or more"),
    ({"weights": [1, 1]}, "different"),
    ({"weights": ["a"]}, "a number"),
    ({"weights": [float("inf")]}, "between"),
    ({"weight_series": "stratified", "weights": [1.0]}, "even number"),
    ({"strata": [2.0, 1.0]}, "smallest and the largest"),
    ({"seed": -1}, "between 0"),
    ({"asynchronous": 1}, "true or false"),
    ({"asynchronous": "yes"}, "true or false"),
    ({"asynchronous": True, "islands": 4}, "one population"),
    ({"population": 10, "islands": 4}, "multiple of islands"),
    ({"population": 4, "islands": 4}, "2 genomes or more on each"),
    ({"migrate_every": 0}, "between 1"),
    (dict.fromkeys(OPERATORS, 0.0), "at least one mutation operator"),
]


@pytest.mark.parametrize(("settings", "message"), WRONG)
def test_wrong_settings(settings: dict[str, object], message: str) -> None:
    with pytest.raises(UserError) as raised:
        make_config(settings)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


def test_names_agree_with_the_registries() -> None:
    by_name = {entry.name: entry for entry in dataclasses.fields(SearchConfig)}
    assert set(by_name["ranking"].metadata["choices"]) == set(RANKINGS)
    assert set(OPERATORS) <= set(by_name)
    assert SearchConfig().rates == tuple(getattr(SearchConfig(), name) for name in OPERATORS)


def test_settings_survive_json() -> None:
    config = SearchConfig(weights=(-1.0, 1.0), seed=7)
    assert make_config(config.to_dict()) == config
    tuning = TuneConfig(weights="shared", sigma=0.5)
    assert make_config(tuning.to_dict(), TuneConfig()) == tuning


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
        assert config.rates == (0.2, 0.25, 0.05, 0.5, 0, 0, 0, 0)
        assert (config.episodes, config.initial_connections, config.cull) == (3, 0.5, 0.2)
