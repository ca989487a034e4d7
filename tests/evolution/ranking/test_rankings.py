import numpy as np
import pytest
from ranking_toys import scores

from wann.config import SearchConfig
from wann.evolution.ranking import RANKINGS


@pytest.mark.parametrize("ranking", RANKINGS)
def test_the_best_of_all_survives_first(ranking: str) -> None:
    config = SearchConfig(population=40, elite=0.2, tournament=4, max_share=0.0)
    given = scores([*range(39), 100.0], [*range(2, 41), 1])
    selected = RANKINGS[ranking](given, config, np.random.default_rng(0))
    assert selected.elites[0] == 39
    assert len(selected.elites) + len(selected.parents) == 40
    assert np.isin(selected.parents, np.arange(40)).all()
