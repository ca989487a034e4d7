import numpy as np
import pytest

from wann.config import SearchConfig
from wann.search.ranking import (
    RANKINGS,
    Scores,
    crowding_distance,
    lexicase_parents,
    pareto_order,
    reference_crowding,
)


def scores(means: list[float], connections: list[int]) -> Scores:
    return Scores(np.array(means, dtype=float)[:, None] * np.ones((1, 2)), np.array(connections))


@pytest.mark.parametrize("ranking", RANKINGS)
def test_the_best_of_all_survives_first(ranking: str) -> None:
    config = SearchConfig(population=40, elite=0.2, tournament=4, max_share=0.0)
    given = scores([*range(39), 100.0], [*range(2, 41), 1])
    selected = RANKINGS[ranking](given, config, np.random.default_rng(0))
    assert selected.elites[0] == 39
    assert len(selected.elites) + len(selected.parents) == 40
    assert np.isin(selected.parents, np.arange(40)).all()


def test_reference_takes_elites_after_culling_and_two_tournaments() -> None:
    config = SearchConfig(population=192, elite=0.2, cull=0.2, tournament=8)
    given = scores(np.linspace(0, 1, 192).tolist(), [5] * 192)
    reference = RANKINGS["reference"](given, config, np.random.default_rng(0))
    paper = RANKINGS["paper"](given, config, np.random.default_rng(0))
    # Floor(.2 * 154), floor(.2 * 192)
    assert (len(reference.elites), len(paper.elites)) == (30, 38)
    # All differ in the mean alone, so the index is the rank: 16 competitors win at a better mean
    # rank than 8.
    assert reference.parents.mean() > paper.parents.mean()
    assert reference.parents.min() >= 192 - 154  # the culled have no children


def test_reference_crowding_has_the_bug_of_the_release() -> None:
    assert reference_crowding(np.array([[100.0], [200.0], [300.0]])).tolist()[1] == pytest.approx(
        20_000, rel=1e-3
    )
    assert crowding_distance(np.array([[100.0], [200.0], [300.0]])).tolist()[1] == 1.0


def test_max_share_chooses_the_second_objective() -> None:
    # Small and poor against large with one excellent weight: who is first depends on what ranks.
    by_weight = np.array([[10.0, 10.0], [0.0, 20.0], [9.0, 9.0]])
    given = Scores(by_weight, np.array([9, 9, 1]))
    for share, expected in ((1.0, {1}), (0.0, {0, 2})):
        config = SearchConfig(population=3, elite=0.4, cull=0.0, tournament=1, max_share=share)
        selected = RANKINGS["paper"](given, config, np.random.default_rng(3))
        assert set(selected.elites.tolist()) <= expected


def test_pareto_order_is_by_front_then_crowding_then_index() -> None:
    objectives = np.array([[0.0, 0.0], [1.0, 3.0], [2.0, 2.0], [2.1, 1.9], [3.0, 1.0]])
    assert pareto_order(objectives, crowding_distance).tolist() == [1, 4, 2, 3, 0]


def chosen_by_lexicase(
    cases, tolerance, share: float, pool: int, parents: int, seed: int
) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return lexicase_parents(
        cases, tolerance, share, rng.integers(0, len(cases), (parents, pool)), rng
    )


def test_lexicase_keeps_specialists() -> None:
    # Genome 0 is good on average; 1 and 2 excel at one case each and fail at the others.
    cases = np.array([[5.0, 5.0, 5.0], [9.0, 0.0, 0.0], [0.0, 9.0, 0.0]])
    chosen = chosen_by_lexicase(cases, np.zeros(3), 1.0, 3, 400, 0)
    counts = np.bincount(chosen, minlength=3)
    assert (counts > 60).all()


def test_lexicase_tolerance_keeps_near_equals() -> None:
    cases = np.array([[1.0], [0.95], [0.0]])
    chosen = chosen_by_lexicase(cases, np.array([0.1]), 1.0, 30, 300, 0)
    counts = np.bincount(chosen, minlength=3)
    assert counts[2] == 0
    assert counts[1] > 100


def test_lexicase_uses_the_last_case_for_its_share_of_parents() -> None:
    # The second is chosen only where the last case counts, and comes first
    cases = np.array([[1.0, 0.0], [0.0, 1.0]])
    for share, low, high in ((0.0, 0, 0), (1.0, 0.4, 0.6), (0.5, 0.2, 0.3)):
        chosen = chosen_by_lexicase(cases, np.zeros(2), share, 40, 2000, 1)
        assert low <= chosen.mean() <= high
