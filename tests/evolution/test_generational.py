import numpy as np
import pytest

from wann.config import SearchConfig
from wann.evolution.generational import Search
from wann.evolution.mutation import differs
from wann.evolution.ranking import RANKINGS
from wann.evolution.search_state import SearchState
from wann.network.genome import Genome, validate


def config(**settings: object) -> SearchConfig:
    return SearchConfig(**{"population": 20, "generations": 5, "tournament": 4, **settings})


def by_size(genome: Genome) -> float:
    return float(genome.hidden)


def test_ten_lines_with_an_evaluation_of_ones_own() -> None:
    search = Search(config(generations=15), inputs=2, outputs=1)
    while not search.finished:
        search.tell([by_size(genome) for genome in search.ask()])
    assert search.best is not None
    assert search.best[0] >= 3


@pytest.mark.parametrize("ranking", RANKINGS)
def test_every_ranking_improves_and_keeps_genomes_valid(ranking: str) -> None:
    search = Search(config(ranking=ranking, generations=12), inputs=3, outputs=2)
    bests = []
    while not search.finished:
        genomes = search.ask()
        for genome in genomes:
            validate(genome)
        bests.append(search.tell([[g.hidden, g.hidden + 1.0] for g in genomes]).mean.max())
    assert len(search.population) == 20
    assert bests[-1] > bests[0]


def test_ask_and_tell_alternate() -> None:
    search = Search(config(), 2, 1)
    with pytest.raises(RuntimeError, match="before ask"):
        search.tell([0.0] * 20)
    with pytest.raises(RuntimeError, match="call ask"):
        _ = search.networks
    search.ask()
    with pytest.raises(RuntimeError, match="twice"):
        search.ask()


@pytest.mark.parametrize("shape", [(19,), (21, 2), (20, 2, 2, 2), (20, 0), ()])
def test_tell_refuses_returns_of_another_shape(shape: tuple[int, ...]) -> None:
    search = Search(config(), 2, 1)
    search.ask()
    with pytest.raises(ValueError, match="expects returns of shape"):
        search.tell(np.zeros(shape))


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("ranking", RANKINGS)
def test_failed_genomes_rank_last_and_are_counted(bad: float, ranking: str) -> None:
    # So many inputs that no two genomes are alike
    search = Search(config(ranking=ranking, elite=0.5), 20, 2)
    genomes = search.ask()
    returns = np.arange(20.0)[:, None, None] * np.ones((20, 3, 2))
    returns[[3, 19], 1, 1] = bad
    told = search.tell(returns)
    assert told.failed == 2
    assert told.best == 18
    assert search.best is not None
    assert search.best[0] == 18.0
    survivors = [
        i
        for i, genome in enumerate(genomes)
        if any(not differs(genome, other) for other in search.population)
    ]
    assert len(survivors) >= 7
    assert 3 not in survivors
    assert 19 not in survivors


def test_a_generation_that_fails_whole_is_bred_on() -> None:
    search = Search(config(), 2, 1)
    search.ask()
    assert search.tell(np.full(20, np.nan)).failed == 20
    assert search.best is None
    assert len(search.ask()) == 20


def test_same_seed_same_genomes_other_seed_others() -> None:
    def run(seed: int) -> list[Genome]:
        search = Search(config(seed=seed), 2, 1)
        while not search.finished:
            search.tell([by_size(genome) for genome in search.ask()])
        return search.population

    again = run(1)
    assert not any(differs(a, b) for a, b in zip(run(1), again, strict=True))
    assert any(differs(a, b) for a, b in zip(run(2), again, strict=True))


def test_restored_search_goes_on_as_the_original() -> None:
    search, other = Search(config(), 2, 1), Search(config(), 2, 1)
    for _ in range(2):
        search.tell([by_size(genome) for genome in search.ask()])
    other.restore(SearchState(search.generation, search.population, search.best))
    while not search.finished:
        for each in (search, other):
            each.tell([by_size(genome) for genome in each.ask()])
    assert not any(differs(a, b) for a, b in zip(search.population, other.population, strict=True))


def test_no_child_exceeds_the_limit_of_connections() -> None:
    search = Search(config(max_connections=6, generations=20), 3, 1)
    while not search.finished:
        genomes = search.ask()
        assert max(genome.connections for genome in genomes) <= 6
        search.tell([float(genome.connections) for genome in genomes])


def test_node_ids_are_new_in_every_generation() -> None:
    search = Search(config(), 2, 1)
    first_id: dict[int, int] = {}
    while not search.finished:
        genomes = search.ask()
        for genome in genomes:
            for node in genome.node_id[4:]:
                first_id.setdefault(int(node), search.generation)
        search.tell([by_size(genome) for genome in genomes])
    assert len(first_id) > 10
