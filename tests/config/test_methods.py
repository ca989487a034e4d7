"""Which settings are for which method, and how long a training of masks is."""

import dataclasses

import pytest

from wann.config import SearchConfig, check_given, mask_sizes
from wann.config.methods import OF_EVOLUTION, OF_GRADIENT, OF_MIXED, mask_blocks
from wann.errors import UserError


@pytest.mark.parametrize(
    ("given", "methods", "parents", "problem"),
    [
        (("steps",), ("evolution",), ("agnostic",), "steps is for the training of masks"),
        (("learning_rate",), ("evolution",), ("agnostic",), "learning_rate is for"),
        (("population",), ("gradient",), ("agnostic",), "population is for evolution"),
        (("confirm_episodes",), ("gradient",), ("mixed",), "confirm_episodes is for evolution"),
        (("strata",), ("gradient",), ("agnostic",), "strata makes no difference to an agnostic"),
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
    assert set(OF_EVOLUTION) | set(OF_GRADIENT) | set(OF_MIXED) <= known
    assert not set(OF_EVOLUTION) & set(OF_GRADIENT)


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


@pytest.mark.parametrize("settings", [{"asynchronous": True}, {"islands": 2}])
def test_one_parent_is_trained(settings: dict[str, object]) -> None:
    with pytest.raises(UserError, match="leave out asynchronous and islands"):
        SearchConfig(method="gradient", **settings)
