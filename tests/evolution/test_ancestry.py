"""Births know what they changed: the changes of a line, one after the other, make its genome."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from genome_toys import PROPERTY, edges, genomes
from hypothesis import given

from wann.config import SearchConfig
from wann.evolution.ancestry import Birth, changes, from_rows, line_of, to_rows
from wann.evolution.asynchronous import AsynchronousSearch
from wann.evolution.generation import Generation
from wann.evolution.generational import Search
from wann.evolution.islands import Islands
from wann.network.genome import Genome

Parts = tuple[dict[int, int], set[tuple[int, int]]]

SEARCHES: dict[str, dict[str, Any]] = {
    "plain": {},
    "crossover": {"crossover": 0.7},
    "islands": {"islands": 4, "migrate_every": 2},
    "asynchronous": {"asynchronous": True},
}


def config(**settings: Any) -> SearchConfig:
    return SearchConfig(population=32, generations=21, seed=3, **settings)


def parts(genome: Genome) -> Parts:
    """The nodes and the enabled connections of a genome, by marks."""
    marks = genome.node_id.tolist()
    joined = {(marks[source], marks[target]) for source, target in edges(genome, True)}
    return dict(zip(marks, genome.activation.tolist(), strict=True)), joined


def changed(genome: Parts, birth: Birth) -> Parts:
    """What the changes of a birth make of its parent."""
    nodes, joined = dict(genome[0]), set(genome[1])
    assert birth.changes is not None
    for mark in birth.changes.nodes_removed:
        del nodes[mark]
    nodes.update(birth.changes.nodes_added)
    for mark, before, after in birth.changes.activations:
        assert nodes[mark] == before
        nodes[mark] = after
    joined -= set(birth.changes.connections_removed)
    return nodes, joined | set(birth.changes.connections_added)


def run(search: Any) -> list[Generation]:
    """All generations of a search for many connections, which earn a little by chance, too."""
    told, rng = [], np.random.default_rng(0)
    waiting: list[Any] = []
    while not search.finished:
        if isinstance(search, AsynchronousSearch):
            waiting += search.ask()
            submission = waiting.pop(int(rng.integers(len(waiting))))
            generation = search.tell(submission.number, earned(submission.networks))
            told += [generation] if generation else []
        else:
            search.ask()
            told.append(search.tell(earned(search.networks)))
    return told


def earned(networks: Sequence[Any]) -> list[float]:
    return [len(network.source) + 0.1 * float(network.source.sum() % 7) for network in networks]


def make(**settings: Any) -> Any:
    found = config(**settings)
    kind = AsynchronousSearch if found.asynchronous else Islands if found.islands > 1 else Search
    return kind(found, 3, 1)


@given(genomes(), genomes())
@PROPERTY
def test_changes_lead_from_one_genome_to_another(one: Genome, two: Genome) -> None:
    child = Birth(1, 0, Birth(0, 0))
    child.changes = changes(one, two)
    assert changed(parts(one), child) == parts(two)


@pytest.mark.parametrize("kind", SEARCHES)
def test_the_changes_of_a_line_make_its_genome(kind: str) -> None:
    told = run(make(**SEARCHES[kind]))
    by_number = {
        birth.number: parts(genome)
        for generation in told
        for birth, genome in zip(generation.births, generation.genomes, strict=True)
    }
    last = told[-1]
    to_rows(last.births)  # settles them
    longest = 0
    for birth, genome in zip(last.births, last.genomes, strict=True):
        line = line_of(birth)
        made = by_number[line[0].number]
        assert line[0].generation == 0
        for ancestor in line[1:]:
            made = changed(made, ancestor)
            assert made == by_number[ancestor.number]
            assert ancestor.connections is not None
        assert made == parts(genome)
        longest = max(longest, len(line))
    assert longest > 5


# The order of an asynchronous search is that of its record: tests of runs compare it.
@pytest.mark.parametrize("kind", [kind for kind in SEARCHES if kind != "asynchronous"])
def test_a_restored_search_has_the_births_of_one_go(kind: str) -> None:
    settings = SEARCHES[kind]
    whole, stopped, resumed = (make(**settings) for _ in range(3))
    expected = to_rows(run(whole)[-1].births)
    for _ in range(9):
        stopped.ask()
        stopped.tell(earned(stopped.networks))
    births = from_rows(to_rows(stopped.births))
    known = [births[birth.number] for birth in stopped.births]
    resumed.restore(stopped.generation, stopped.population, stopped.best, {}, known)
    assert to_rows(run(resumed)[-1].births) == expected


def test_births_before_an_old_checkpoint_are_not_known() -> None:
    search, other = make(), make()
    search.ask()
    search.tell(earned(search.networks))
    other.restore(1, search.population, search.best)
    told = run(other)
    founders = {line_of(birth)[0].number for birth in told[-1].births}
    assert all(number < 0 for number in founders)
    assert {line_of(birth)[0].generation for birth in told[-1].births} == {1}


def test_genes_are_let_go_of() -> None:
    search = make()
    run(search)
    held = {
        ancestor.number
        for birth in search.births
        for ancestor in line_of(birth)
        if ancestor.genes is not None
    }
    assert len(held) < 32 * 13, "births of the last generations alone hold genes"
    lines = [line_of(birth) for birth in search.births]
    assert all(birth.genes is None for line in lines for birth in line if birth.generation < 8)


def test_rows_of_no_births_are_refused() -> None:
    for rows in ([[1, 0, 0, None, 1, None]], [[1, 0, None, None, 1, [[1]]]], [[1, 2]]):
        with pytest.raises((KeyError, TypeError, ValueError)):
            from_rows(rows)
