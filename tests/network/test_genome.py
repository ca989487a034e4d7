import re

import naive
import numpy as np
import pytest
from genome_toys import PROPERTY, edges, fixed, forward_edges, genomes, grow
from hypothesis import given
from hypothesis import strategies as st

from wann.activations import Activation
from wann.network.genome import Genome, minimal, random_minimal, validate


def small() -> Genome:
    """Bias 0, inputs 1 and 2, output 3, hidden 4 and 5.

    1 -> 4 -> 5 -> 3, 2 -> 5, and 0 -> 3 disabled.
    """
    return Genome(
        2,
        1,
        np.array([0, 1, 2, 3, 10, 11]),
        np.array([1, 1, 1, 1, 5, 9]),
        np.array([1, 4, 5, 2, 0]),
        np.array([4, 5, 3, 5, 3]),
        np.array([True, True, True, True, False]),
    )


def joined(source: int, target: int, enabled: bool = True) -> Genome:
    """`small` with one more connection."""
    genome = small()
    return genome._replace(
        source=np.append(genome.source, source),
        target=np.append(genome.target, target),
        enabled=np.append(genome.enabled, enabled),
    )


BROKEN = {
    "no inputs": (small()._replace(inputs=0), "needs a bias, an input and an output, got 0 inputs"),
    "no outputs": (small()._replace(outputs=0), "1 inputs|0 outputs"),
    "too few nodes": (small()._replace(inputs=5), "5 inputs, 1 outputs and 6 nodes"),
    "same id twice": (
        small()._replace(node_id=np.array([0, 1, 2, 3, 10, 10])),
        "ids must be unique",
    ),
    "no activation": (
        small()._replace(activation=np.ones(5, dtype=np.int64)),
        "one activation each",
    ),
    "activation 0": (
        small()._replace(activation=np.array([1, 1, 1, 1, 0, 9])),
        "unknown activation 0",
    ),
    "activation 13": (
        small()._replace(activation=np.array([1, 1, 1, 1, 13, 9])),
        "unknown activation 13",
    ),
    "short source": (small()._replace(source=np.array([1])), "of one length"),
    "short enabled": (small()._replace(enabled=np.array([True])), "of one length"),
    "from nowhere": (joined(6, 3), re.escape("outside 0..5")),
    "from before the first": (joined(-7, 3), re.escape("outside 0..5")),
    "from the bias one step before": (joined(~0, 3), "a recurrent connection leaves the bias"),
    "same recurrent pair twice": (
        joined(~4, 5)._replace(
            source=np.array([1, 4, 5, 2, ~4, ~4]), target=np.array([4, 5, 3, 5, 5, 5])
        ),
        "join the same pair",
    ),
    "to nowhere": (joined(1, 6), re.escape("outside 0..5")),
    "from an output": (joined(3, 4), "leaves an output"),
    "to the bias": (joined(4, 0), "enters the bias or an input"),
    "to an input": (joined(4, 2), "enters the bias or an input"),
    "same pair twice": (joined(4, 5), "join the same pair"),
    "same pair, one disabled": (joined(0, 3), "join the same pair"),
    "to itself": (joined(4, 4), "cycle"),
    "cycle": (joined(5, 4), "cycle"),
    "cycle over a disabled connection": (joined(5, 4, enabled=False), "cycle"),
}


@pytest.mark.parametrize(("genome", "message"), BROKEN.values(), ids=BROKEN)
def test_validate_refuses(genome: Genome, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        validate(genome)


def test_validate_accepts_the_genome_that_the_broken_ones_come_from() -> None:
    validate(small())
    validate(joined(2, 4))
    for source, target in ((4, 4), (5, 4), (3, 4), (3, 3), (4, 5), (1, 3)):
        validate(joined(~source, target))
    assert (small().hidden, small().connections) == (2, 4)


@PROPERTY
@given(genomes(recurrent=None))
def test_validate_agrees_with_the_definition(genome: Genome) -> None:
    validate(genome)
    assert naive.is_acyclic(len(genome.node_id), forward_edges(genome))


@PROPERTY
@given(
    st.integers(1, 9),
    st.lists(st.tuples(st.integers(3, 11), st.integers(3, 11)), max_size=14, unique=True),
)
def test_validate_finds_every_cycle(nodes: int, pairs: list[tuple[int, int]]) -> None:
    """Random connections among hidden nodes only, which may or may not close a cycle."""
    pairs = [(s, t) for s, t in pairs if s < 3 + nodes and t < 3 + nodes]
    source, target = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    ids = np.arange(3 + nodes)
    genome = Genome(1, 1, ids, np.ones_like(ids), source, target, np.ones(len(pairs), dtype=bool))
    if naive.is_acyclic(3 + nodes, pairs):
        validate(genome)
    else:
        with pytest.raises(ValueError, match="cycle"):
            validate(genome)


@pytest.mark.parametrize(("inputs", "outputs"), [(1, 1), (5, 1), (3, 4)])
def test_minimal_joins_every_input_and_the_bias_to_every_output(inputs: int, outputs: int) -> None:
    enabled = np.arange((1 + inputs) * outputs).reshape(1 + inputs, outputs) % 2 == 0
    genome = minimal(inputs, outputs, enabled)
    validate(genome)
    assert genome.hidden == 0
    assert genome.connections == enabled.sum()
    for source, target, on in zip(genome.source, genome.target, genome.enabled, strict=True):
        assert on == enabled[source, target - fixed(genome) + outputs]
    assert set(edges(genome)) == {
        (s, 1 + inputs + t) for s in range(1 + inputs) for t in range(outputs)
    }
    assert (genome.activation == Activation.LINEAR).all()


def test_random_minimal_enables_the_fraction_asked_for() -> None:
    rng = np.random.default_rng(0)
    counts = [random_minimal(9, 10, 0.3, rng).connections for _ in range(200)]
    assert np.mean(counts) == pytest.approx(30.0, abs=4 * np.sqrt(100 * 0.3 * 0.7 / 200))
    assert random_minimal(9, 10, 0.0, rng).connections == 0
    assert random_minimal(9, 10, 1.0, rng).connections == 100


def test_counts() -> None:
    genome = grow(3, 30, 4, 2)
    assert genome.hidden == len(genome.node_id) - 7
    assert genome.connections == genome.enabled.sum()
