"""A training of masks made of settings and arrays."""

import numpy as np
import pytest

from wann.activations import PAPER, Activation
from wann.activations.table import from_text
from wann.errors import UserError
from wann.pruning.shared.make import MaskSettings, hidden_units, make_trainer
from wann.pruning.shared.schedule import MaskSchedule

SETTINGS = MaskSettings(
    "agnostic", (), (1, 2), False, (0.2, 2.0), (40, 20), MaskSchedule(10), "top-k", 0, 0
)
X = np.random.default_rng(0).random((30, 4), dtype=np.float32)
Y = np.arange(30) % 3


def test_what_is_not_given_suits_the_data() -> None:
    trainer = make_trainer(SETTINGS, 3, X, Y)
    assert trainer.batch == 30
    assert trainer.parent.places >= 2 * 40
    assert hidden_units(256, 10, 1849) == 93
    assert hidden_units(4, 3, 1000) == 250


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"batch": 31}, "at most 30 examples in a step"),
        ({"hidden": (3,)}, "has 24 places for connections: expected no more than that, got 40"),
        ({"sizes": (3,)}, "has 4 connections at least: expected as many, got 3"),
        ({"sizes": (5,), "hidden": (9, 9)}, "has 6 connections at least"),
    ],
)
def test_what_cannot_be_is_one_line(changes: dict[str, object], problem: str) -> None:
    with pytest.raises(UserError, match=problem):
        make_trainer(SETTINGS._replace(**changes), 3, X, Y)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("relu", "linear"), {"relu", "linear"}),
        (("relu", "sin"), {"absolute", "linear"}),
        (PAPER, {"absolute", "linear"}),
    ],
)
@pytest.mark.parametrize("learned", [False, True])
def test_agnostic_units_take_what_is_homogeneous(
    names: tuple[str, ...], expected: set[str], learned: bool
) -> None:
    codes = [from_text(name).code for name in names]
    settings = SETTINGS._replace(activations=codes, hidden=(30,), learned=learned)
    (layer,) = make_trainer(settings, 3, X, Y).parent.units
    assert {Activation(code).label for code in layer.codes()} == expected
    assert len(layer.scores) == learned


def test_equal_settings_begin_equally() -> None:
    first, second = (make_trainer(SETTINGS, 3, X, Y) for _ in range(2))
    other = make_trainer(SETTINGS._replace(seed=1), 3, X, Y)
    for a, b, c in zip(*(t.parent.scores for t in (first, second, other)), strict=True):
        assert (a == b).all()
        assert not (a == c).all()
