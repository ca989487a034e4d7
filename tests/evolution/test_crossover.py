import numpy as np
import pytest
from genome_edits import add_connection, add_node, is_acyclic, set_activation
from genome_toys import ALL, PROPERTY, edges_by_id, genomes, grow
from hypothesis import given
from hypothesis import strategies as st

from wann.evolution.crossover import cross
from wann.evolution.mutation import differs, mutate
from wann.evolution.random_edits import OPERATORS
from wann.network.genome import Genome, validate

seeds = st.integers(0, 2**32 - 1)
RATES = np.ones(len(OPERATORS))


def relative(genome: Genome, seed: int, steps: int) -> Genome:
    rng = np.random.default_rng(seed)
    for step in range(steps):
        genome = mutate(genome, RATES, ALL, 10_000 + 1000 * (seed % 97) + step, 10**6, rng)
    return genome


def joined(genome: Genome) -> set[tuple[int, int]]:
    """The connections by the ids of the nodes they join."""
    return edges_by_id(genome)


@PROPERTY
@given(genomes(steps=20, recurrent=None), seeds, seeds, st.integers(0, 15))
def test_a_child_is_a_genome_of_what_its_parents_have(
    genome: Genome, seed_a: int, seed_b: int, steps: int
) -> None:
    a, b = (
        relative(genome, seed_a, steps),
        relative(genome, seed_b + (seed_a % 97 == seed_b % 97), steps),
    )
    before = [array.copy() for parent in (a, b) for array in parent[2:]]
    child = cross(a, b, 10**6, np.random.default_rng(seed_a))
    validate(child)
    assert set(child.node_id) <= set(a.node_id) | set(b.node_id)
    assert joined(child) <= joined(a) | joined(b)
    for old, new in zip(before, [array for parent in (a, b) for array in parent[2:]], strict=True):
        np.testing.assert_array_equal(old, new)


@PROPERTY
@given(genomes(steps=30, recurrent=None), seeds)
def test_equal_parents_have_a_child_like_them(genome: Genome, seed: int) -> None:
    child = cross(genome, genome, 10**6, np.random.default_rng(seed))
    # Nodes that lead nowhere may go; all else stays as it is.
    assert joined(child) <= joined(genome)
    assert child.connections <= genome.connections
    assert not differs(cross(child, child, 10**6, np.random.default_rng(seed)), child)


def test_what_differs_comes_from_either_parent() -> None:
    base = grow(0, 12, 4, 2)
    a = add_node(base, 0, 3, 901)
    b = set_activation(add_node(base, 0, 5, 902), 1 + 4 + 2, 8)
    seen = set()
    for seed in range(60):
        child = cross(a, b, 10**6, np.random.default_rng(seed))
        seen.add((901 in child.node_id, 902 in child.node_id))
    assert seen == {(False, False), (False, True), (True, False), (True, True)}


def test_a_child_over_the_limit_is_the_first_parent() -> None:
    base = grow(1, 15, 4, 2)
    a, b = relative(base, 1, 10), relative(base, 2, 10)
    assert cross(a, b, 1, np.random.default_rng(0)) == a or a.connections <= 1


def test_a_child_with_a_cycle_is_the_first_parent() -> None:
    rng = np.random.default_rng(0)
    base = add_node(add_node(grow(0, 0, 2, 1), 0, 3, 50), 1, 3, 51)
    x, y = len(base.node_id) - 2, len(base.node_id) - 1
    a, b = add_connection(base, x, y), add_connection(base, y, x)
    for _ in range(50):
        validate(cross(a, b, 10**6, rng))


@pytest.mark.parametrize("seed", range(20))
def test_cycles_are_found(seed: int) -> None:
    genome = grow(seed, 30, 3, 2)
    assert is_acyclic(genome)
    hidden = [
        i for i in range(len(genome.source)) if genome.source[i] >= 6 and genome.target[i] >= 6
    ]
    for edge in hidden:
        back = genome._replace(
            source=np.append(genome.source, genome.target[edge]),
            target=np.append(genome.target, genome.source[edge]),
            enabled=np.append(genome.enabled, False),
        )
        assert not is_acyclic(back)
