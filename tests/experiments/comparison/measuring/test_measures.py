"""Measures: the same names for all contestants, signs that are used, numbers that JSON can hold."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from wann.config import Making
from wann.config.conditions import CONDITIONS
from wann.errors import UserError
from wann.evaluators.threads import ThreadEvaluator
from wann.experiments.comparison.contestants.contestant import Champion, Contestant, ContestantSetup
from wann.experiments.comparison.contestants.make import make
from wann.experiments.comparison.measuring.latency import measure_latency
from wann.experiments.comparison.measuring.measures import (
    MeasuredContestant,
    check_fit,
    finite,
    measure,
)
from wann.experiments.comparison.measuring.trained_signs import SignedEvaluator, signs_of
from wann.network.from_masks import dense_masks, network_of_masks, smallest_dense, trim
from wann.network.network import Network
from wann.network.weightings import Weightings
from wann.tasks.registry import make_task
from wann.weights.measuring import Measuring

torch.set_num_threads(1)
DIGITS = make_task("digits")
SHORT = Making(generations=1, episodes=5, repeats=2)


def small(inputs: int = 64) -> Network:
    return network_of_masks(dense_masks(inputs, [3], 10))


def test_every_condition_is_measured_the_same_way_again() -> None:
    network = small()
    weights = np.random.default_rng(0).standard_normal(network.connections)
    contestant = Contestant(network, weights, "drawn", {"steps": 3})
    found = measure(Measuring(DIGITS, network, ThreadEvaluator(1), 4), contestant, SHORT)
    assert list(found.conditions) == list(CONDITIONS)
    means = [measured.mean for measured in found.conditions.values()]
    assert all(mean is not None and 0.0 <= mean <= 1.0 for mean in means)
    assert found.profiles is not None
    assert [point.weight for point in found.profiles.plain][20:] == [
        point.weight for point in found.profiles.signed
    ]
    assert found.conditions["tuned_signed"].details["weight"] >= 0.0
    assert found.profiles.signs == "own"
    assert {(latency.way, latency.batch) for latency in found.latencies} == {
        (way, batch) for way in ("sparse", "dense") for batch in (1, 1000)
    }
    again = measure(Measuring(DIGITS, network, ThreadEvaluator(2), 4), contestant, SHORT)
    assert without_times(found) == without_times(again)


def without_times(found: MeasuredContestant) -> str:
    """What was measured as JSON, but for what takes other times when it is measured again."""
    conditions = {name: measured.to_json() for name, measured in found.conditions.items()}
    del conditions["tuned_weights"]["seconds"]
    structure = found.structure.to_dict()
    return json.dumps([conditions, found.profiles, structure, found.cost], allow_nan=False)


def test_without_weights_the_tuned_ones_give_the_signs() -> None:
    contestant = Contestant(small(), None, "bare", {})
    measuring = Measuring(DIGITS, contestant.network, ThreadEvaluator(1))
    found = measure(measuring, contestant, SHORT)
    assert list(found.conditions) == list(CONDITIONS)
    assert found.conditions["trained_weights"] == found.conditions["tuned_weights"]
    assert found.profiles is not None
    assert found.profiles.signs == "tuned"


def test_signs_are_those_of_the_weights() -> None:
    network = small()
    weights = np.random.default_rng(1).standard_normal(network.connections)
    plain = ThreadEvaluator(1)
    signed = SignedEvaluator(plain, signs_of(weights))
    blocks = DIGITS.held_out.draw_episodes(1, np.random.default_rng(0))
    by_hand = plain.evaluate(
        DIGITS.held_out, [network], Weightings.individual(0.5 * np.sign(weights)), blocks
    ).returns
    found = signed.evaluate(
        DIGITS.held_out, [network], Weightings.shared([0.5, -0.5]), blocks
    ).returns
    assert found[:, :1].tobytes() == found[:, 1:].tobytes() == by_hand.tobytes()
    with pytest.raises(ValueError, match="shared weights of one network"):
        signed.evaluate(DIGITS.held_out, [network], Weightings.individual(weights), blocks)


@pytest.mark.parametrize(
    ("network", "words"),
    [
        (small(5), "toy has 5 inputs and 10 outputs, digits needs 64 and 10"),
        (
            Network(
                64,
                10,
                np.ones(10, dtype=np.int64),
                np.zeros(11, dtype=np.int64),
                np.zeros(0, dtype=np.int64),
            ),
            "no",
        ),
    ],
)
def test_unfit_networks_are_refused(network: Network, words: str) -> None:
    with pytest.raises(UserError, match=words):
        check_fit(Contestant(network, None, "", {}), DIGITS, "toy")


def test_what_is_not_finite_is_none() -> None:
    assert finite({"a": [1.0, np.float64("nan")], "b": np.int64(3), "c": (np.inf,)}) == {
        "a": [1.0, None],
        "b": 3,
        "c": [None],
    }
    json.dumps(finite(measure_latency(small(), 1)), allow_nan=False)


def test_weights_that_a_measure_would_tune_are_not_tuned_again() -> None:
    making = Making(hidden=(4,), generations=2, races=2, episodes=2, repeats=2)
    task, of = (
        make_task("swingup"),
        network_of_masks(trim(smallest_dense(5, 1, 20), 20, np.random.default_rng(0))),
    )
    with ThreadEvaluator(1) as evaluator:
        champion = Champion("toy", Path("toy.json"), of, None, {})
        found = make("random", champion, ContestantSetup(task, evaluator, 3, making))
        assert found.tuned is not None
        once, again = (
            measure(Measuring(task, contestant.network, evaluator, 3), contestant, making)
            for contestant in (found, found._replace(tuned=None))
        )
    values = ("mean", "sd", "n", "evaluations")
    first, second = (found.conditions["tuned_weights"].to_json() for found in (once, again))
    assert [first[name] for name in values] == [second[name] for name in values]
    assert first["mean"] == once.conditions["trained_weights"].mean
