"""Random genomes, and the settings of property tests."""

from collections.abc import Iterable

import naive
import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from wann.activations import Activation
from wann.evolution.mutation import mutate
from wann.evolution.random_edits import OPERATORS
from wann.network.genome import Genome, random_minimal, validate

# The first example compiles kernels, which takes longer than any deadline.
PROPERTY = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])

ALL = np.array(list(Activation))
# Those whose results a rounding error in the sum can change by no more than a small multiple of
# itself.
SMOOTH = np.array(
    [a for a in ALL if a not in (Activation.STEP, Activation.SQUARE, Activation.SIGN)]
)
# Those that the files of the 2019 release can hold
RELEASED = np.array([a for a in ALL if a != Activation.SIGN])
# Growing prevails, so that the other operators have something to act on.
_RATES = {"add_node": 4.0, "add_connection": 4.0}
RECURRENT = np.array([_RATES.get(name, 1.0) for name in OPERATORS])
RATES = np.where([name == "add_recurrent" for name in OPERATORS], 0.0, RECURRENT)
UNLIMITED = 10**6


def grow(
    seed: int,
    steps: int,
    inputs: int,
    outputs: int,
    activations: NDArray[np.int64] = ALL,
    recurrent: bool = False,
) -> Genome:
    """Return what `steps` mutations of every kind make of a random minimal genome."""
    rates = RECURRENT if recurrent else RATES
    rng = np.random.default_rng(seed)
    genome = random_minimal(inputs, outputs, 0.6, rng)
    for step in range(steps):
        genome = mutate(genome, rates, activations, 1000 + step, UNLIMITED, rng)
    return genome


def genomes(
    activations: NDArray[np.int64] = ALL, steps: int = 50, recurrent: bool | None = False
) -> st.SearchStrategy[Genome]:
    """Genomes of 1 to 5 inputs and 1 to 3 outputs after at most `steps` mutations.

    `recurrent` says whether they may have recurrent connections; None: some of them.
    """
    return st.builds(
        grow,
        st.integers(0, 2**32 - 1),
        st.integers(0, steps),
        st.integers(1, 5),
        st.integers(1, 3),
        st.just(activations),
        st.booleans() if recurrent is None else st.just(recurrent),
    )


def edges(genome: Genome, enabled_only: bool = False) -> list[tuple[int, int]]:
    """The connections as (source, target) pairs; the source of a recurrent one is ~position."""
    pairs = list(zip(genome.source.tolist(), genome.target.tolist(), strict=True))
    return [
        pair
        for pair, enabled in zip(pairs, genome.enabled, strict=True)
        if enabled or not enabled_only
    ]


def forward_edges(genome: Genome) -> list[tuple[int, int]]:
    """The feed-forward connections as (source, target) pairs."""
    return [(source, target) for source, target in edges(genome) if source >= 0]


def ends(pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The nodes that connections join, whether these are recurrent or not."""
    return [(max(source, ~source), target) for source, target in pairs]


def fixed(genome: Genome) -> int:
    """How many nodes are bias, inputs and outputs; the hidden ones follow."""
    return 1 + genome.inputs + genome.outputs


def as_bytes(genome: Genome) -> list[bytes | int]:
    return [field.tobytes() if isinstance(field, np.ndarray) else field for field in genome]


def edges_by_id(genome: Genome, enabled_only: bool = False) -> set[tuple[int, int]]:
    """The connections as pairs of node ids, which stay the same when positions shift.

    The source of a recurrent one is ~id.
    """
    ids = genome.node_id.tolist()
    return {(ids[s] if s >= 0 else ~ids[~s], ids[t]) for s, t in edges(genome, enabled_only)}


def dead(genome: Genome) -> set[int]:
    """Hidden nodes from which no connection leads on to an output."""
    outputs = range(1 + genome.inputs, fixed(genome))
    known = naive.leading_to(outputs, ends(edges(genome)))
    return set(range(fixed(genome), len(genome.node_id))) - known


def assert_still_a_genome(child: Genome, parent: Genome) -> None:
    validate(child)
    assert naive.is_acyclic(len(child.node_id), forward_edges(child))
    assert (child.inputs, child.outputs) == (parent.inputs, parent.outputs)
    assert child.node_id[: fixed(child)].tolist() == parent.node_id[: fixed(parent)].tolist()
    assert (child.activation[: fixed(child)] == Activation.LINEAR).all()
    assert [field.dtype for field in child[2:]] == [field.dtype for field in parent[2:]]


def chain() -> Genome:
    """1 -> 4 -> 5 -> 3 and 0 -> 3, with input 2 joined to nothing: one output, 3."""
    return Genome(
        2,
        1,
        np.arange(6),
        np.array([1, 1, 1, 1, 5, 9]),
        np.array([1, 4, 5, 0]),
        np.array([4, 5, 3, 3]),
        np.ones(4, bool),
    )
