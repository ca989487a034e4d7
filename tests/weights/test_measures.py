"""Measures: what a mean and a standard deviation are over, and over how many trials."""

import numpy as np
import pytest
from genome_toys import grow

from wann.evaluators.threads import ThreadEvaluator
from wann.network.compile import compile_genome
from wann.tasks.registry import make_task
from wann.weights.measures import (
    Measure,
    profile,
    random_shared,
    summarise,
)
from wann.weights.measuring import Measuring
from wann.weights.tuned import affordable


def test_summary_says_what_it_is_over() -> None:
    assert summarise(np.array([[1.0, 3.0]]), "pairs") == Measure(
        2.0, pytest.approx(2**0.5), "pairs", 2
    )
    assert summarise(np.array([4.0])).sd == 0.0


def test_random_weights_and_the_profile_have_the_stated_trials() -> None:
    network = compile_genome(grow(1, 40, 5, 1))
    with ThreadEvaluator(2) as evaluator:
        measuring = Measuring(make_task("swingup-hard"), network, evaluator, seed=3)
        assert random_shared(measuring, 6).n == 60
        grid = profile(measuring, 6)
    assert [weight for weight, _ in grid] == pytest.approx(np.linspace(-2, 2, 41))
    assert all(measure.n == 6 and measure.sd_over == "episodes" for _, measure in grid)


@pytest.mark.parametrize(
    ("task", "given", "expected"),
    [
        ("swingup", 100, 100),
        ('gym:CartPole-v1 {"backend": "gymnasium"}', 1000, 100),
        ('gym:CartPole-v1 {"backend": "gymnasium"}', 100, 10),
        ('gym:CartPole-v1 {"backend": "gymnasium"}', 3, 3),
    ],
)
def test_what_is_simulated_plays_fewer_episodes(task: str, given: int, expected: int) -> None:
    assert affordable(make_task(task), given) == expected
