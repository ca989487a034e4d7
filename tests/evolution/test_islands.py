from collections.abc import Sequence

import numpy as np
import pytest
from genome_toys import as_bytes

from wann.config import SearchConfig
from wann.evolution.generational import Search
from wann.evolution.islands import Islands
from wann.evolution.ranking import RANKINGS
from wann.evolution.search_state import SearchState
from wann.network.compile import compile_genome
from wann.network.genome import Genome, validate


def config(**settings: object) -> SearchConfig:
    return SearchConfig(
        **{
            "population": 40,
            "islands": 4,
            "migrate_every": 3,
            "generations": 9,
            "tournament": 4,
            **settings,
        }
    )


def by_size(genomes: Sequence[Genome]) -> list[list[float]]:
    return [[float(genome.hidden), genome.hidden + 1.0] for genome in genomes]


def genomes_of(search: Search | Islands) -> list[list[bytes | int]]:
    return [as_bytes(genome) for genome in search.population]


def test_one_island_is_a_plain_search() -> None:
    one, plain = (
        Islands(config(islands=1, migrate_every=100), 2, 1),
        Search(config(islands=1), 2, 1),
    )
    while not plain.finished:
        for search in (one, plain):
            search.tell(by_size(search.ask()))
        assert genomes_of(one) == genomes_of(plain)
    assert one.finished
    assert one.best is not None
    assert plain.best is not None
    assert one.best[0] == plain.best[0]


@pytest.mark.parametrize("ranking", RANKINGS)
def test_every_ranking_improves_and_keeps_genomes_valid(ranking: str) -> None:
    search = Islands(config(ranking=ranking, generations=15), 3, 2)
    bests = []
    while not search.finished:
        genomes = search.ask()
        assert len(genomes) == len(search.networks) == 40
        for genome in genomes:
            validate(genome)
        bests.append(search.tell(by_size(genomes)).mean.max())
    assert bests[-1] > bests[0]
    assert search.best is not None
    assert search.best[0] == max(bests)


def test_no_two_islands_are_alike() -> None:
    search = Islands(config(), 20, 2)  # so many inputs that no two genomes are alike
    search.tell(by_size(search.ask()))
    own = [{tuple(as_bytes(genome)) for genome in island.population} for island in search._islands]
    assert not any(own[i] & own[j] for i in range(4) for j in range(i))


def test_node_ids_of_islands_differ_until_they_migrate() -> None:
    search = Islands(config(migrate_every=100), 2, 1)
    while not search.finished:
        search.tell(by_size(search.ask()))
    own = [
        {int(n) for genome in island.population for n in genome.node_id[4:]}
        for island in search._islands
    ]
    assert all(own)
    assert not any(own[i] & own[j] for i in range(4) for j in range(i))


@pytest.mark.parametrize("migrate_every", [1, 3, 100])
def test_the_best_arrive_when_it_is_time(migrate_every: int) -> None:
    search = Islands(config(migrate_every=migrate_every, elite=0.5, ranking="mean"), 20, 2)
    for generation in range(4):
        genomes = [as_bytes(genome) for genome in search.ask()]
        # On each island the first is the best, and all are better than on the next
        search.tell(-np.arange(40.0))
        elites = [as_bytes(genome) for genome in search._islands[1].population[:5]]
        natives = genomes[10:15]
        assert elites == (
            [*genomes[:3], *natives[:2]] if (generation + 1) % migrate_every == 0 else natives
        )


def test_migrants_keep_what_they_earned_and_failures_leave_first() -> None:
    search = Islands(config(population=16, ranking="mean"), 20, 2)
    genomes = [as_bytes(genome) for genome in search.ask()]
    earned = list(np.arange(16.0).reshape(4, 4, 1).copy())
    earned[2][2] = np.nan
    search._migrate(earned)
    assert [own.ravel().tolist() for own in earned] == [
        [14.0, 15.0, 2.0, 3.0],
        [2.0, 3.0, 6.0, 7.0],
        [7.0, 9.0, 6.0, 11.0],  # 8 and the failed one left
        [9.0, 11.0, 14.0, 15.0],
    ]
    assert [as_bytes(genome) for genome in search.population[:4]] == [
        genomes[i] for i in (14, 15, 2, 3)
    ]
    for genome, network in zip(search.population, search.networks, strict=True):
        assert compile_genome(genome).source.tobytes() == network.source.tobytes()


def test_restored_islands_go_on_as_the_original() -> None:
    search, other = Islands(config(), 2, 1), Islands(config(), 2, 1)
    for _ in range(4):
        search.tell(by_size(search.ask()))
    other.restore(SearchState(search.generation, search.population, search.best, search.memory))
    while not search.finished:
        for each in (search, other):
            each.tell(by_size(each.ask()))
        assert genomes_of(search) == genomes_of(other)
    with pytest.raises(ValueError, match="genomes for a population of"):
        other.restore(SearchState(1, search.population[:-1], None))


def test_returns_of_another_shape_are_refused() -> None:
    search = Islands(config(), 2, 1)
    search.ask()
    with pytest.raises(ValueError, match=r"expects returns of shape \(40,\)"):
        search.tell(np.zeros(39))


def test_islands_that_fail_whole_are_bred_on() -> None:
    search = Islands(config(), 2, 1)
    while not search.finished:
        search.ask()
        assert search.tell(np.full(40, np.nan)).failed == 40
    assert search.best is None
