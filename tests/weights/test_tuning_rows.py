"""Rows of a tuning in JSON: their keys and order, which are those of files and of progress."""

import json

from wann.weights.tuning_rows import Epoch, EpochRow, RaceRow


def test_a_generation_of_races() -> None:
    row = RaceRow(3, 100, 2.5, 2.0, 2, 7.25, [1.5, 2.5, 2.0, 2.0], [2.5, 2.0])
    assert json.dumps(row.to_json()) == (
        '{"generation": 3, "env_steps": 100, "best": 2.5, "median": 2.0, "races": 2, '
        '"candidates": 7.25, "fitness": [1.5, 2.5, 2.0, 2.0], "upper": [2.5, 2.0]}'
    )


def test_an_epoch_has_the_keys_of_all_tunings_before_its_own() -> None:
    assert json.dumps(EpochRow(2, Epoch(2, 0.5, 0.75, 0.625)).to_json()) == (
        '{"generation": 2, "best": 0.625, "median": 0.75, '
        '"epoch": 2, "loss": 0.5, "accuracy": 0.75, "validation": 0.625}'
    )


def test_before_the_first_epoch_only_the_validation_is_known() -> None:
    row = EpochRow(0, Epoch(0, None, None, 0.25)).to_json()
    assert (row["best"], row["median"], row["loss"], row["accuracy"]) == (0.25, 0.25, None, None)
