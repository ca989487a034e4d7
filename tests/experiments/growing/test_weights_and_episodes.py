import numpy as np
import pytest

from wann.config import SearchConfig
from wann.experiments.growing.weights_and_episodes import episodes_in, training_weights, trials_in
from wann.tasks.registry import make_task


def small(**settings: object) -> SearchConfig:
    return SearchConfig(**{"population": 32, "generations": 8, **settings})


def test_trials_are_those_of_their_generation() -> None:
    task = make_task("swingup")
    trials = (trials_in(small(), task, generation) for generation in (3, 3, 4))
    one, again, other = ((weights.values, episodes) for weights, episodes in trials)
    assert [array.tobytes() for array in one] == [array.tobytes() for array in again]
    assert [array.shape for array in one] == [(8, 1), (3, 4)]
    assert one[0].tobytes() != other[0].tobytes()
    assert one[1].tobytes() != other[1].tobytes()


def test_fixed_weights_are_those_configured() -> None:
    config = small(weight_series="fixed", weights=(-1.0, 3.0))
    assert training_weights(config, 7).tolist() == [-1.0, 3.0]


def test_stratified_weights_fill_their_parts_on_either_side() -> None:
    config = small(weight_series="stratified", strata=(0.5, 2.0))
    for generation in range(20):
        weights = training_weights(config, generation)
        assert (np.abs(weights) >= 0.5).all()
        for sign in (-1, 1):
            parts = np.sort(np.floor((sign * weights[sign * weights > 0] - 0.5) / 0.5))
            assert parts.tolist() == [0, 1, 2]
    assert not np.array_equal(training_weights(config, 0), training_weights(config, 1))


def test_augmented_weights_add_one_pair() -> None:
    weights = training_weights(small(weight_series="augmented"), 3)
    assert weights[:6].tolist() == [-2.0, -1.0, -0.5, 0.5, 1.0, 2.0]
    assert weights[6] < 0 < weights[7]


@pytest.mark.parametrize(
    ("last", "expected"), [(0, [8, 8, 8]), (8, [8, 8, 8]), (128, [8, 32, 128]), (2, [8, 4, 2])]
)
def test_episodes_grow_by_equal_factors(last: int, expected: list[int]) -> None:
    config = SearchConfig(generations=101, episodes=8, episodes_last=last)
    assert [episodes_in(config, generation) for generation in (0, 50, 100)] == expected
