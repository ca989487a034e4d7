"""What is found under a condition, in JSON and in words: the keys and their order are public."""

import json

import pytest

from wann.weights.condition_measures import (
    ConditionMeasure,
    GivenWeights,
    Origin,
    TunedIndividualWeights,
    TunedSharedWeight,
    VoteOverWeights,
    in_words,
)
from wann.weights.measures import Measure

FOUND = ConditionMeasure(Measure(3.5, 0.25, "episodes", 12), (3.0, 4.0))
FIGURES = '"mean": 3.5, "sd": 0.25, "sd_over": "episodes", "n": 12, "ci95": [3.0, 4.0]'
WORDS = "3.5   95 % interval 3 to 4, sd 0.25 over 12 episodes"


@pytest.mark.parametrize(
    ("origin", "keys", "words"),
    [
        (None, "", ""),
        (GivenWeights(), ', "method": "given"', ", given"),
        (TunedSharedWeight(0.5, 7), ', "weight": 0.5, "evaluations": 7', ", weight +0.5000"),
        (
            TunedIndividualWeights("by hand", 7, 1.5),
            ', "method": "by hand", "evaluations": 7, "seconds": 1.5',
            ", by hand",
        ),
        (
            VoteOverWeights(0.5, (-1.0, 1.0)),
            ', "mean_probability": 0.5, "weights": [-1.0, 1.0]',
            "",
        ),
    ],
)
def test_in_json_and_in_words(origin: Origin | None, keys: str, words: str) -> None:
    found = FOUND._replace(origin=origin)
    assert json.dumps(found.to_json()) == f"{{{FIGURES}{keys}}}"
    assert in_words(found).strip() == WORDS + words


def test_a_single_unit_has_no_interval() -> None:
    found = FOUND._replace(ci95=None)
    assert found.to_json()["ci95"] is None
    assert "interval nan to nan" in in_words(found)
