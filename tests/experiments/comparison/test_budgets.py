"""Budgets: numbers that a user gives, places that contestants have, networks that stand there."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from paths import REFERENCE_RUN

from wann.config import Making
from wann.errors import UserError
from wann.experiments.comparison.budgets import budgets_of
from wann.experiments.comparison.contestants.places import check_places, dense_places, places_of
from wann.experiments.comparison.front_networks import front_of, networks_at
from wann.experiments.comparison.input_networks import Input, champions_of
from wann.formats import read_network
from wann.network.compile import compile_genome
from wann.tasks.registry import make_task

SWINGUP, DIGITS = make_task("swingup"), make_task("digits")


@pytest.mark.parametrize(
    ("given", "budgets"),
    [
        ("200,50,dense", (50, 200, 900)),
        (" 50 ", (50,)),
        (50, (50,)),
        ([np.int64(70), "dense"], (70, 900)),
    ],
)
def test_budgets_are_given_as_text_or_numbers(given: Any, budgets: tuple[int, ...]) -> None:
    assert budgets_of(given, 900) == budgets


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("50,,70", "got ''"),
        ("50,-70", "got '-70'"),
        ("1", "from 2 on"),
        (True, "got True"),
        ([2.5], r"got 2\.5"),
        ([], "expected 1 to 64 numbers"),
        ("50,50", "50 is given twice"),
        ("dense,900", "900 is given twice"),
    ],
)
def test_what_are_no_budgets_is_refused(given: Any, words: str) -> None:
    with pytest.raises(UserError, match=f"--budgets: .*{words}"):
        budgets_of(given, 900)


def test_a_parent_with_too_few_places_is_refused_and_names_who_asks_for_them() -> None:
    making = Making(hidden=(12,))
    whole = 65 * 12 + 12 * 10
    assert dense_places(DIGITS, making) == places_of("imp", DIGITS, making) == whole
    assert places_of("rewired", DIGITS, making) is None
    assert places_of("shared-mask", SWINGUP, making) is None
    skips = places_of("growth", DIGITS, making)
    masked = places_of("mixed-mask", DIGITS, making)
    assert skips is not None
    assert masked is not None
    assert skips > whole
    check_places(["imp", "rewired"], DIGITS, making, {"one": whole})
    words = f"imp: .* has 900 places, fewer than the 901 connections of budget {whole + 1}"
    with pytest.raises(UserError, match=words):
        check_places(["rewired", "imp"], DIGITS, making, {"a": 9, "budget 901": 901})
    with pytest.raises(UserError, match="mixed-mask: "):
        check_places(["mixed-mask"], DIGITS, making, {"a": masked + 1})


def test_the_network_of_a_front_that_is_nearest_below_stands_at_a_budget() -> None:
    (largest,) = champions_of([Input(REFERENCE_RUN)], SWINGUP)
    sizes = sorted(front_of(Path(REFERENCE_RUN)))
    small = read_network(REFERENCE_RUN / "front" / f"{sizes[-3]:04d}.json").genome
    champion = largest._replace(network=compile_genome(small))  # smaller than some of its front
    own = champion.network.connections
    smaller = [size for size in sizes if size < own]
    budgets = (smaller[-2], own, sizes[-1] + 1, sizes[-1] + 2)
    found = networks_at([champion], budgets, SWINGUP)
    label = champion.label
    assert found[smaller[-2]][label].label == f"{label}-at-{smaller[-2]}"
    assert found[smaller[-2]][label].network.connections == smaller[-2]
    assert found[own][label] is champion
    assert found[sizes[-1] + 1][label].network.connections == sizes[-1]  # larger than the champion
    assert found[sizes[-1] + 2] == {}  # none stands at two of them
    assert networks_at([champion], (), SWINGUP) == {}
