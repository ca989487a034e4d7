"""What a birth changed: what its parent has and that make its genome."""

import naive
import numpy as np
import pytest
from genome_toys import PROPERTY, chain, edges, genomes
from hypothesis import given

from wann.evolution.birth import Birth, changes, from_rows
from wann.network.genome import Genome

Parts = tuple[dict[int, int], set[tuple[int, int]]]


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


@given(genomes(), genomes())
@PROPERTY
def test_changes_lead_from_one_genome_to_another(one: Genome, two: Genome) -> None:
    child = Birth(1, 0, Birth(0, 0))
    child.changes = changes(one, two)
    assert changed(parts(one), child) == parts(two)
    assert child.changes == naive.changes(one, two)


def test_the_changes_of_each_kind_of_mutation() -> None:
    parent = chain()
    assert changes(parent, parent) == ([], [], [], [], [])
    for child in (
        parent._replace(activation=np.array([1, 1, 1, 1, 7, 9])),
        parent._replace(enabled=np.array([True, False, True, True])),
        parent._replace(
            source=parent.source[1:], target=parent.target[1:], enabled=np.ones(3, bool)
        ),
        parent._replace(node_id=np.array([0, 1, 2, 3, 9, 5])),
        # The marks of a search that begins from a network, and the code of one's own activation
        parent._replace(node_id=np.array([0, 1, 2, 3, 2**52, 2**52 + 1])),
        parent._replace(activation=np.array([1, 1, 1, 1, 2**62 + 1, 2**62])),
    ):
        assert changes(parent, child) == naive.changes(parent, child)
        assert changes(child, parent) == naive.changes(child, parent)
        assert changes(parent, child) != changes(parent, parent)


def test_rows_of_no_births_are_refused() -> None:
    for rows in ([[1, 0, 0, None, 1, None]], [[1, 0, None, None, 1, [[1]]]], [[1, 2]]):
        with pytest.raises((KeyError, TypeError, ValueError)):
            from_rows(rows)
