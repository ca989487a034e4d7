"""Which settings are for which method, and how long a training of masks is."""

import dataclasses

import pytest

from wann.config import SearchConfig, check_given, mask_sizes
from wann.config.methods import (
    OF_EVOLUTION,
    OF_GENERATIONS,
    OF_GRADIENT,
    OF_MIXED,
    OF_PARENTS,
    mask_blocks,
)
from wann.errors import UserError


@pytest.mark.parametrize(
    ("given", "methods", "parents", "problem"),
    [
        (("steps",), ("evolution",), ("agnostic",), "steps is for the training of masks"),
        (("learning_rate",), ("evolution",), ("agnostic",), "learning_rate is for"),
        (("population",), ("gradient",), ("agnostic",), "population is for evolution"),
        (("confirm_episodes",), ("gradient",), ("mixed",), "confirm_episodes is for evolution"),
        (("strata",), ("gradient",), ("agnostic",), "strata makes no difference to an agnostic"),
        (("parent",), ("evolution",), ("mixed",), "give method gradient or es"),
        (("steps",), ("es",), ("agnostic",), "steps is for the training of masks"),
        (("crossover",), ("es",), ("agnostic",), "evolution: leave it out, or leave out method es"),
        (("crossover",), ("es", "gradient"), ("agnostic",), "leave out method es or gradient"),
        (("crossover", "parent"), ("es", "evolution"), ("agnostic",), None),
        (("population", "parent", "activations", "strata"), ("es",), ("agnostic",), None),
        (("population", "steps"), ("evolution", "gradient"), ("agnostic",), None),
        (("strata", "activations"), ("gradient",), ("mixed", "agnostic"), None),
        (("strata", "max_connections", "task"), ("evolution",), ("agnostic",), None),
        (("weights", "steps", "champion_tolerance"), ("gradient",), ("agnostic",), None),
    ],
)
def test_what_has_no_effect_is_refused(
    given: tuple[str, ...],
    methods: tuple[str, ...],
    parents: tuple[str, ...],
    problem: str | None,
) -> None:
    if problem is None:
        check_given(given, methods, parents)
        return
    with pytest.raises(UserError, match=problem):
        check_given(given, methods, parents)


def test_the_tables_name_settings() -> None:
    known = {entry.name for entry in dataclasses.fields(SearchConfig)}
    tables = [*OF_EVOLUTION, *OF_GRADIENT, *OF_PARENTS, *OF_GENERATIONS]
    assert {*tables, *OF_MIXED} <= known
    assert len(tables) == len(set(tables))


@pytest.mark.parametrize(
    ("largest", "sizes"), [(1849, [1849, 924, 462, 231, 115, 57, 28]), (39, [39]), (5, [5])]
)
def test_sizes_are_halves_down_to_some_tens(largest: int, sizes: list[int]) -> None:
    assert mask_sizes(largest) == sizes


def test_rounds_are_blocks_of_steps_or_generations() -> None:
    assert mask_blocks(3000, 1849) == 12 + 6 * 3
    assert mask_blocks(1, 80) == 3
    trained = SearchConfig(method="gradient", steps=3000, max_connections=1849)
    assert (trained.rounds, trained.generations) == (30, 600)
    assert dataclasses.replace(trained, method="evolution").rounds == 600
    assert dataclasses.replace(trained, method="es").rounds == 600 + 6 * 150


@pytest.mark.parametrize("settings", [{"asynchronous": True}, {"islands": 2}])
@pytest.mark.parametrize("method", ["gradient", "es"])
def test_one_parent_is_trained(settings: dict[str, object], method: str) -> None:
    with pytest.raises(UserError, match=f"{method} trains one .* leave out asynchronous and"):
        SearchConfig(method=method, **settings)
