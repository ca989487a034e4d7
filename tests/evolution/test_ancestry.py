"""The births of a search are those of its slow twin, which has one for each genome ever bred."""

import gc
import weakref
from collections.abc import Sequence
from typing import Any

import naive
import pytest
from genome_toys import edges_by_id

from wann.config import SearchConfig
from wann.evolution import ancestry, generational
from wann.evolution.asynchronous import AsynchronousSearch
from wann.evolution.birth import Birth, from_rows, line_of, to_rows
from wann.evolution.generation import Generation
from wann.evolution.generational import Search
from wann.evolution.islands import Islands
from wann.evolution.search_state import SearchState

SEARCHES: dict[str, dict[str, Any]] = {
    "plain": {},
    "crossover": {"crossover": 0.7},
    "islands": {"islands": 4, "migrate_every": 2},
    "asynchronous": {"asynchronous": True},
}


# The order of an asynchronous search is that of its record: tests of runs compare it.
BY_GENERATIONS = [kind for kind in SEARCHES if kind != "asynchronous"]


def make(**settings: Any) -> Any:
    found = SearchConfig(**{"population": 32, "generations": 41, "seed": 3, **settings})
    kind = AsynchronousSearch if found.asynchronous else Islands if found.islands > 1 else Search
    return kind(found, 3, 1)


def step(search: Any) -> Generation:
    """The next generation of a search for many connections, which earn a little by chance, too."""
    if not isinstance(search, AsynchronousSearch):
        search.ask()
        return search.tell(earned(search.networks))
    while True:
        # What a copy asks for is all that is open.
        submission = search.copy().ask()[-1]
        generation = search.tell(submission.number, earned(submission.networks))
        if generation:
            return generation


def earned(networks: Sequence[Any]) -> list[float]:
    return [len(network.source) + 0.1 * float(network.source.sum() % 7) for network in networks]


def kept(search: Any) -> list[list[Any]]:
    """Run a search; return rows of its last births, and of the best and worst of each third one.

    In between all births are asked for, as for a checkpoint.
    """
    births = []
    while not search.finished:
        told = step(search)
        if told.number % 3 == 0:
            births += [told.births[told.best], told.births[int(told.mean.argmin())]]
        if told.number in (11, 12, 30):
            to_rows(search.births)
    return to_rows([*births, *search.births])


@pytest.mark.parametrize(
    ("kind", "held", "genes"),
    [
        *((kind, ancestry._BYTES, ancestry._GENES_HELD) for kind in BY_GENERATIONS),
        ("islands", 20_000, 0),
        ("islands", 0, 900),  # some births are settled at once, others later
    ],
)
def test_births_are_those_of_the_slow_twin(
    kind: str, held: int, genes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ancestry, "_BYTES", held)
    monkeypatch.setattr(ancestry, "_GENES_HELD", genes)
    monkeypatch.setattr(ancestry, "_POPULATIONS", 16)
    search = make(**SEARCHES[kind])
    monkeypatch.setattr(generational, "Ancestry", naive.Ancestry)
    twin = make(**SEARCHES[kind])
    assert kept(search) == kept(twin)


@pytest.mark.parametrize("kind", SEARCHES)
def test_the_changes_of_a_line_make_its_genome(kind: str) -> None:
    search = make(**SEARCHES[kind], generations=21)
    by_number = {}
    while not search.finished:
        last = step(search)
        for birth, genome in zip(last.births, last.genomes, strict=True):
            by_number[birth.number] = edges_by_id(genome, True)
    to_rows(last.births)  # settles them
    longest = 0
    for birth, genome in zip(last.births, last.genomes, strict=True):
        line = line_of(birth)
        made = by_number[line[0].number]
        assert line[0].generation == 0
        for ancestor in line[1:]:
            assert ancestor.changes is not None
            made = made - set(ancestor.changes.connections_removed)
            made |= set(ancestor.changes.connections_added)
            assert made == by_number[ancestor.number]
            assert ancestor.connections is not None
        assert made == edges_by_id(genome, True)
        longest = max(longest, len(line))
    assert longest > 5


@pytest.mark.parametrize("kind", BY_GENERATIONS)
def test_a_restored_search_has_the_births_of_one_go(kind: str) -> None:
    whole, stopped, resumed = (make(**SEARCHES[kind], generations=21) for _ in range(3))
    while not whole.finished:
        expected = step(whole)
    for _ in range(9):
        step(stopped)
    births = from_rows(to_rows(stopped.births))
    known = [births[birth.number] for birth in stopped.births]
    resumed.restore(SearchState(stopped.generation, stopped.population, stopped.best, {}, known))
    while not resumed.finished:
        found = step(resumed)
    assert to_rows(found.births) == to_rows(expected.births)


def test_births_before_an_old_checkpoint_are_not_known() -> None:
    search, other = make(), make()
    step(search)
    other.restore(SearchState(1, search.population, search.best))
    while not other.finished:
        told = step(other)
    founders = {line_of(birth)[0].number for birth in told.births}
    assert all(number < 0 for number in founders)
    assert {line_of(birth)[0].generation for birth in told.births} == {1}


def test_births_that_are_replaced_know_what_they_earned() -> None:
    search = make(islands=4, migrate_every=1)
    told = step(search)
    assert [birth.mean for birth in told.births] == told.mean.tolist()


def test_genes_and_births_are_let_go_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ancestry, "_POPULATIONS", 16)
    search = make(generations=80)
    before, genes, early = births_held(), [], search.births
    while not search.finished:
        genes.append(weakref.ref(search.population.genes.node_id))
        told = step(search)
        early = told.births if told.number == 9 else early
    assert sum(ref() is not None for ref in genes) <= ancestry._POPULATIONS + 1
    # Of 2,560 births: those of the last populations that are made, and their lines
    assert births_held() - before < 5 * 32
    with pytest.raises(LookupError, match="is forgotten"):
        list(early)


def test_an_asynchronous_search_lets_go_of_genes() -> None:
    search = make(asynchronous=True, generations=21)
    while not search.finished:
        step(search)
    lines = [line_of(birth) for birth in search.births]
    assert all(birth.genes is None for line in lines for birth in line if birth.generation < 16)


def births_held() -> int:
    """How many births there are in this process."""
    gc.collect()
    return sum(type(held) is Birth for held in gc.get_objects())
