"""Which settings are for which method, and how long a training of masks is."""

import dataclasses

import pytest

from wann.activations import PAPER
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
    ("given", "methods", "parents", "activations", "problem"),
    [
        (("steps",), ("evolution",), ("agnostic",), PAPER, "steps is for the training of masks"),
        (("learning_rate",), ("evolution",), ("agnostic",), PAPER, "learning_rate is for"),
        (("population",), ("gradient",), ("agnostic",), PAPER, "population is for evolution"),
        (("confirm_episodes",), ("gradient",), ("mixed",), PAPER, "confirm_episodes is for"),
        (("strata",), ("gradient",), ("agnostic",), PAPER, "strata makes no difference"),
        (("parent",), ("evolution",), ("mixed",), PAPER, "give method gradient or es"),
        (("steps",), ("es",), ("agnostic",), PAPER, "steps is for the training of masks"),
        (
            ("crossover",),
            ("es",),
            ("agnostic",),
            PAPER,
            "leave it out, or give method evolution in",
        ),
        (
            ("crossover",),
            ("es", "gradient"),
            ("agnostic",),
            PAPER,
            "give method evolution in place of es or gradient",
        ),
        (("crossover", "parent"), ("es", "evolution"), ("agnostic",), PAPER, None),
        (("population", "parent", "strata"), ("es",), ("agnostic",), PAPER, None),
        (("population", "parent", "activations", "strata"), ("es",), ("mixed",), PAPER, None),
        (("activations",), ("es",), ("agnostic",), ("relu", "sin"), "activation sin"),
        (("activations",), ("es",), ("agnostic",), ("relu", "step"), None),
        (("activations",), ("gradient",), ("agnostic",), ("relu", "step"), "activation step"),
        (("population", "steps"), ("evolution", "gradient"), ("agnostic",), PAPER, None),
        (("strata", "activations"), ("gradient",), ("mixed", "agnostic"), PAPER, None),
        (("strata", "max_connections", "task"), ("evolution",), ("agnostic",), PAPER, None),
        (("weights", "steps", "champion_tolerance"), ("gradient",), ("agnostic",), PAPER, None),
        (("activations",), ("gradient",), ("agnostic",), ("relu", "sin"), "activation sin"),
        (("activations",), ("gradient",), ("agnostic",), ("relu", "linear"), None),
        (("activations",), ("gradient",), ("mixed",), PAPER, None),
        (("learn_activations",), ("es",), ("mixed",), PAPER, "learn_activations is for"),
    ],
)
def test_what_has_no_effect_is_refused(
    given: tuple[str, ...],
    methods: tuple[str, ...],
    parents: tuple[str, ...],
    activations: tuple[str, ...],
    problem: str | None,
) -> None:
    if problem is None:
        check_given(given, methods, parents, activations)
        return
    with pytest.raises(UserError, match=problem):
        check_given(given, methods, parents, activations)


def test_recurrent_connections_take_recurrent_networks() -> None:
    given = ("add_recurrent", "population")
    check_given(given, {"evolution"}, {"agnostic"}, PAPER, recurrent=True)
    with pytest.raises(UserError, match=r"add_recurrent is for recurrent .* give recurrent as"):
        check_given(given, {"evolution"}, {"agnostic"}, PAPER, recurrent=False)


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
