"""A race spares steps, and changes what is known of those alone that do not go on."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from wann.config import SearchConfig
from wann.evaluators.evaluator import Evaluation
from wann.evaluators.processes import ProcessEvaluator
from wann.evaluators.threads import ThreadEvaluator
from wann.experiments.growing.growth import Growth, grow
from wann.experiments.growing.race import race
from wann.experiments.growing.weights_and_episodes import trials_in
from wann.tasks.registry import make_task

WEIGHTS, FIRST, OTHERS = 2, 2, 3
values = st.one_of(st.integers(-5, 5).map(float), st.sampled_from([np.nan, np.inf]))


@given(st.data(), st.integers(1, 8), st.floats(0, 1))
def test_who_is_stopped_is_never_ahead_of_who_goes_on(
    data: st.DataObject, genomes: int, share: float
) -> None:
    size = genomes * WEIGHTS * (FIRST + OTHERS)
    drawn = data.draw(st.lists(values, min_size=size, max_size=size))
    earned = np.array(drawn).reshape(genomes, WEIGHTS, FIRST + OTHERS)
    asked = []

    def go_on(chosen: np.ndarray) -> Evaluation:
        asked.extend(chosen.tolist())
        return Evaluation(earned[chosen][:, :, FIRST:], np.full(len(chosen), 10))

    first = Evaluation(earned[:, :, :FIRST], np.ones(genomes, dtype=np.int64))
    with np.errstate(all="ignore"):
        found = race(first, share, go_on)
        means = found.evaluation.returns.mean(axis=(1, 2))
    finished = found.finished
    assert asked == np.flatnonzero(finished).tolist()
    assert finished.sum() >= min(max(share * len(np.unique(asked)), 1), genomes)
    assert found.evaluation.steps.tolist() == np.where(finished, 11, 1).tolist()
    np.testing.assert_array_equal(found.evaluation.returns[finished], earned[finished])
    last = np.min(means[finished], where=np.isfinite(means[finished]), initial=np.inf)
    stopped = means[~finished]
    assert (stopped[np.isfinite(stopped)] <= last + 1e-9).all()


def test_equal_genomes_go_on_together_and_count_once() -> None:
    earned = np.array([3.0, 5.0, 5.0, 5.0, 4.0, 1.0])[:, None, None]
    first = Evaluation(earned, np.ones(6, dtype=np.int64))
    found = race(
        first, 1 / 3, lambda chosen: Evaluation(first.returns[chosen], first.steps[chosen])
    )
    assert found.finished.tolist() == [False, True, True, True, True, False]


def settings(**given: object) -> SearchConfig:
    return SearchConfig(
        task='gym:CartPole-v1 {"max_steps": 60}',
        population=48,
        generations=5,
        confirm_episodes=4,
        tournament=8,
        weights=(0.5, 2.0),
        weight_series="fixed",
        **given,
    )


def test_a_race_is_the_same_whoever_scores_and_takes_fewer_steps() -> None:
    raced = settings(episodes=8, race_episodes=2, race_share=0.2)
    makers = (lambda: ThreadEvaluator(1), lambda: ThreadEvaluator(3), lambda: ProcessEvaluator(2))
    told = []
    for make in makers:
        with make() as evaluator:
            told.append([repr(row) for row in grow(Growth(raced, evaluator))])
    assert told[0] == told[1] == told[2]
    with ThreadEvaluator(2) as evaluator:
        (first, *_) = grow(Growth(settings(episodes=8), evaluator))
        (race_first, *_) = grow(Growth(raced, evaluator))
    assert race_first["env_steps"] < first["env_steps"]


def test_a_generation_with_no_more_episodes_than_a_race_takes_is_scored_whole() -> None:
    growing = {"episodes": 2, "episodes_last": 8}
    config = settings(**growing, race_episodes=2)
    task = make_task(config.task)
    assert len(trials_in(config, task, 0)[1]) == 2
    with ThreadEvaluator(2) as evaluator:
        rows = [repr(row) for row in grow(Growth(config, evaluator))]
        plain = [
            repr(row) for row in grow(Growth(settings(episodes=2, episodes_last=8), evaluator))
        ]
    assert rows[0] == plain[0]
    assert rows[-1] != plain[-1]
