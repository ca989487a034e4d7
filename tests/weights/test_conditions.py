"""Weight conditions: what is measured, over what, and that it is never what was tuned on."""

from typing import Any, Literal

import numpy as np
import pytest
from genome_toys import grow

from wann.config import CONDITION_NAMES
from wann.errors import UserError
from wann.evaluators.threads import ThreadEvaluator
from wann.network.compile import compile_genome
from wann.network.network import Network
from wann.network.weightings import Weightings
from wann.tasks.optional_abilities import Classifying
from wann.tasks.swingup import CartPoleSwingUp
from wann.weights.condition_measures import in_words
from wann.weights.conditions import (
    interval,
    measure_conditions,
    measure_of,
    parse_conditions,
)
from wann.weights.measuring import Measuring
from wann.weights.tuned import Tuned

TASK = CartPoleSwingUp(steps=60)
KEYS = {"mean", "sd", "sd_over", "n", "ci95"}


def network() -> Network:
    return compile_genome(grow(1, 40, 5, 1))


def measured(task: Any = TASK, threads: int = 1, **options: Any) -> dict[str, dict[str, Any]]:
    some = network()
    by_hand = Weightings.individual(np.linspace(-1, 1, some.connections))
    options.setdefault("tune", lambda start: Tuned(by_hand, "by hand", 7, 1))
    with ThreadEvaluator(threads) as evaluator:
        measuring = Measuring(task, some, evaluator, options.pop("seed", 0))
        found = measure_conditions(measuring, **{"episodes": 12, **options})
    return {name: measure.to_json() for name, measure in found.items()}


def test_all_conditions_have_their_keys() -> None:
    result = measured()
    assert tuple(result) == CONDITION_NAMES
    assert all(set(entry) >= KEYS for entry in result.values())
    assert [entry["n"] for entry in result.values()] == [120, 120, 12, 12]
    assert abs(result["tuned_shared"]["weight"]) <= 2.0
    how = result["tuned_weights"]
    assert (how["method"], how["evaluations"]) == ("by hand", 7)
    assert how["seconds"] >= 0.0
    for entry in result.values():
        assert entry["ci95"][0] <= entry["mean"] <= entry["ci95"][1]


def test_same_seed_same_figures_on_any_number_of_threads() -> None:
    one, two = measured(threads=1), measured(threads=2)
    for entry in (*one.values(), *two.values()):
        entry.pop("seconds", None)
    assert one == two
    assert measured(seed=1)["random_shared"]["mean"] != one["random_shared"]["mean"]


def test_given_weights_are_used_but_a_shared_one_is_not_individual() -> None:
    count = network().connections
    given = measured(names=("tuned_weights",), weights=np.linspace(-1, 1, count))
    by_hand = measured(names=("tuned_weights",), weights=np.full(count, 0.8))
    assert given["tuned_weights"]["method"] == "given"
    assert "seconds" not in given["tuned_weights"]
    assert by_hand["tuned_weights"]["method"] == "by hand"
    # Equal weights, equal fresh episodes
    assert given["tuned_weights"]["mean"] == by_hand["tuned_weights"]["mean"]


class Watched(CartPoleSwingUp):
    """Keeps what was drawn of it, and holds out a task of its own."""

    def __init__(self) -> None:
        super().__init__(steps=20)
        object.__setattr__(self, "drawn", [])
        object.__setattr__(self, "held", None)

    @property
    def held_out(self) -> Any:
        if self.held is None:
            object.__setattr__(self, "held", Watched())
        return self.held

    def draw_episodes(self, episodes: int, rng: np.random.Generator) -> Any:
        self.drawn.append(super().draw_episodes(episodes, rng))
        return self.drawn[-1]


def test_tuning_and_report_never_meet_the_same_episodes() -> None:
    task = Watched()
    measured(task)
    tuned_on = np.concatenate(task.drawn)
    reported_on = np.concatenate(task.held_out.drawn)
    assert len(task.held_out.drawn) == 4
    both = np.concatenate([tuned_on, reported_on])
    assert len(np.unique(both, axis=0)) == len(both)


def test_the_shared_weight_is_tuned_once_for_both_conditions() -> None:
    task = Watched()
    starts: list[Tuned] = []

    def tune(start: Tuned) -> Tuned:
        starts.append(start)
        weights = np.linspace(-1, 1, network().connections)
        return Tuned(Weightings.individual(weights), "by hand", 7, 1)

    result = measured(task, names=("tuned_shared", "tuned_weights"), tune=tune)
    assert len(task.drawn) == 1
    assert [start.weights.values[0, 0] for start in starts] == [result["tuned_shared"]["weight"]]


class Blocks(CartPoleSwingUp, Classifying):
    """Stands for classification: always the same five blocks, returns in [0, 1]."""

    labels = np.array([0, 1, 1])
    confirming = np.array([0])

    measure: Literal["return", "accuracy"] = "accuracy"

    def draw_episodes(self, episodes: int, rng: np.random.Generator) -> Any:
        return super().draw_episodes(5, np.random.default_rng(0))

    def score(self, packed, span, weights, episodes, returns, steps) -> None:
        super().score(packed, span, weights, episodes, returns, steps)
        returns[span[0] : span[1]] /= self.steps

    def logits(self, network: Network, weights: Weightings, indices: Any) -> Any:
        """Take every example for one of class 1."""
        return np.broadcast_to([0.0, 1.0], (len(weights), len(indices), 2))


def test_with_accuracies_a_trial_is_one_weighting_on_all_images() -> None:
    result = measured(Blocks(steps=60))
    assert tuple(result) == (*CONDITION_NAMES, "ensemble")
    assert result["ensemble"]["mean"] == pytest.approx(2 / 3)
    assert [result[name]["n"] for name in CONDITION_NAMES] == [12, 12, 5, 5]
    assert result["random_weights"]["sd_over"] == "weightings, each on all test examples"
    assert result["tuned_shared"]["sd_over"] == "blocks of test examples"
    assert "ensemble" not in measured(Blocks(steps=60), names=("random_shared",))


def test_the_interval_holds_the_mean_as_often_as_it_says() -> None:
    rng = np.random.default_rng(0)
    inside = 0
    for _ in range(200):
        low, high = interval(rng.normal(3.0, 2.0, (60, 1))) or (0.0, 0.0)
        inside += low <= 3.0 <= high
    assert 180 <= inside <= 199


def test_trials_that_share_an_episode_are_resampled_together() -> None:
    units = np.random.default_rng(0).normal(0.0, 1.0, (50, 1))
    low, high = interval(units) or (0.0, 0.0)
    assert interval(np.repeat(units, 10, axis=1)) == pytest.approx([low, high])
    assert interval(units[:1]) is None
    assert "nan" in in_words(measure_of(units[:1], "episodes"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("all", CONDITION_NAMES),
        ("tuned_shared", ("tuned_shared",)),
        ("random_shared, random_weights", ("random_weights", "random_shared")),
    ],
)
def test_parse_conditions(text: str, expected: tuple[str, ...]) -> None:
    assert parse_conditions(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "unknown condition ''"),
        ("random_weight", "did you mean 'random_weights'"),
        ("tuned_shared,tuned_shared", "name each once"),
    ],
)
def test_wrong_conditions_are_refused(text: str, message: str) -> None:
    with pytest.raises(UserError, match=message):
        parse_conditions(text)
