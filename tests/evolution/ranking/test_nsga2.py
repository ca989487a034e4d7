import numpy as np
from ranking_toys import scores

from wann.config import SearchConfig
from wann.evolution.ranking import RANKINGS
from wann.evolution.ranking.crowding import crowding_distance
from wann.evolution.ranking.nsga2 import pareto_order
from wann.evolution.ranking.selection import Scores


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
