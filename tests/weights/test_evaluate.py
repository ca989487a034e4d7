"""What a network is worth: the same for the same seed, and JSON values in fixed order."""

import json

import numpy as np
import pytest
from genome_toys import grow

from wann.config import TRAINING_WEIGHTS
from wann.evaluators.threads import ThreadEvaluator
from wann.network.compile import compile_genome
from wann.tasks.registry import make_task
from wann.weights.evaluate import NetworkMeasures, measure_network
from wann.weights.measures import Measure
from wann.weights.measuring import Measuring

TASK = make_task("swingup-hard")
NETWORK = compile_genome(grow(1, 40, 5, 1))


def test_measures_are_reproducible_and_of_the_stated_size() -> None:
    with ThreadEvaluator(2) as evaluator:
        one, two, other = (
            measure_network(Measuring(TASK, NETWORK, evaluator, seed), None, 6)
            for seed in (3, 3, 4)
        )
    assert one == two != other
    assert one.training_weights.n == 36
    assert one.training_weights.mean == pytest.approx(
        np.mean([measure.mean for _, measure in one.by_weight])
    )
    assert [weight for weight, _ in one.by_weight] == list(TRAINING_WEIGHTS)
    assert [weight for weight, _ in one.profile] == pytest.approx(np.linspace(-2, 2, 41))
    assert one.own_weights is None


def test_own_weights_equal_to_one_value_score_as_that_shared_weight() -> None:
    ones = np.full(NETWORK.connections, 1.0)
    with ThreadEvaluator(1) as evaluator:
        result = measure_network(Measuring(TASK, NETWORK, evaluator), ones, 4)
    assert result.own_weights is not None
    assert result.own_weights.mean == pytest.approx(dict(result.by_weight)[1.0].mean, rel=1e-6)


@pytest.mark.parametrize("own", [True, False])
def test_keys_and_their_order(own: bool) -> None:
    measure = Measure(3.5, 0.25, "episodes", 12)
    found = NetworkMeasures(
        "swingup", 9, 2, 12, 0, measure, [(1.0, measure)], measure, measure, [(-2.0, measure)]
    )
    figures = '"mean": 3.5, "sd": 0.25, "sd_over": "episodes", "n": 12'
    expected = (
        '{"task": "swingup", "connections": 9, "hidden": 2, "episodes": 12, "seed": 0, '
        f'"training_weights": {{{figures}}}, "by_weight": [{{"weight": 1.0, {figures}}}], '
        f'"random_shared": {{{figures}}}, '
        + (f'"own_weights": {{{figures}}}, ' if own else "")
        + '"profile": [[-2.0, 3.5]], "profile_sd": [0.25], "profile_n": [12]}'
    )
    if not own:
        found = found._replace(own_weights=None)
    assert json.dumps(found.to_json()) == expected
