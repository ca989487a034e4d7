import numpy as np
import pytest
from genome_edits import add_connection, add_node
from genome_toys import (
    ALL,
    PROPERTY,
    RATES,
    UNLIMITED,
    as_bytes,
    assert_still_a_genome,
    dead,
    edges_by_id,
    ends,
    fixed,
    forward_edges,
    genomes,
    grow,
)
from hypothesis import assume, given
from hypothesis import strategies as st

from wann.activations import Activation
from wann.evolution.mutation import apply_random, differs, mutate
from wann.evolution.random_edits import OPERATORS
from wann.network.genome import Genome, minimal

NEW = 10**9  # the id of a new node


seeds = st.integers(0, 2**32 - 1)


EVERY = pytest.mark.parametrize("name", OPERATORS)


def applied(name: str, genome: Genome, seed: int) -> Genome:
    return apply_random(genome, OPERATORS.index(name), ALL, NEW, np.random.default_rng(seed))


@PROPERTY
@given(
    seeds, st.lists(st.sampled_from(OPERATORS), max_size=60), st.integers(1, 4), st.integers(1, 3)
)
def test_any_history_is_valid_and_leaves_parents_alone(seed, history, inputs, outputs) -> None:
    rng = np.random.default_rng(seed)
    genome = minimal(inputs, outputs, rng.random((1 + inputs, outputs)) < 0.6)
    for step, name in enumerate(history):
        before = as_bytes(genome)
        child = apply_random(genome, OPERATORS.index(name), ALL, NEW + step, rng)
        assert as_bytes(genome) == before
        assert_still_a_genome(child, genome)
        assert not dead(child) - dead(genome)
        genome = child


@PROPERTY
@given(genomes(recurrent=None), seeds, st.integers(0, 60))
def test_mutate_returns_a_different_child_within_the_limit(
    parent: Genome, seed: int, limit: int
) -> None:
    before = as_bytes(parent)
    child = mutate(parent, RATES, ALL, NEW, limit, np.random.default_rng(seed))
    assert as_bytes(parent) == before
    assert_still_a_genome(child, parent)
    assert differs(child, parent) == (as_bytes(child) != before)
    assert child.connections <= max(limit, parent.connections)
    if limit > parent.connections > 0:
        assert differs(child, parent)


@PROPERTY
@given(genomes(recurrent=None), seeds)
def test_the_same_generator_gives_the_same_child(parent: Genome, seed: int) -> None:
    children = [
        mutate(parent, RATES, ALL, NEW, UNLIMITED, np.random.default_rng(seed)) for _ in range(2)
    ]
    assert as_bytes(children[0]) == as_bytes(children[1])


def test_rates_are_relative_probabilities() -> None:
    parent, rng = grow(0, 30, 4, 2), np.random.default_rng(0)
    rates = np.array(
        [{"add_node": 3.0, "change_activation": 1.0}.get(name, 0.0) for name in OPERATORS]
    )
    grown = sum(
        mutate(parent, rates, ALL, NEW, UNLIMITED, rng).hidden > parent.hidden for _ in range(1000)
    )
    assert grown == pytest.approx(750, abs=55)
    assert rates.tolist().count(0.0) == len(OPERATORS) - 2, "the caller's rates are not written to"


def test_an_operator_without_a_place_gives_way_to_another() -> None:
    parent = minimal(2, 1, np.ones((3, 1), dtype=bool))
    rates = np.array(
        [{"change_activation": 1e6, "add_node": 1e-6}.get(name, 0.0) for name in OPERATORS]
    )
    for seed in range(20):
        assert mutate(parent, rates, ALL, NEW, UNLIMITED, np.random.default_rng(seed)).hidden == 1


def test_where_nothing_can_act_the_parent_comes_back() -> None:
    parent = minimal(2, 1, np.ones((3, 1), dtype=bool))
    for name in (
        "change_activation",
        "enable_connection",
        "remove_node",
        "add_connection",
        "move_connection",
    ):
        rates = np.eye(len(OPERATORS))[OPERATORS.index(name)]
        child = mutate(parent, rates, ALL, NEW, UNLIMITED, np.random.default_rng(0))
        assert as_bytes(child) == as_bytes(parent)


def test_a_node_keeps_its_activation_where_there_is_no_other() -> None:
    parent = add_node(minimal(1, 1, np.ones((2, 1), dtype=bool)), 0, int(Activation.TANH), NEW)
    rates = np.eye(len(OPERATORS))[OPERATORS.index("change_activation")]
    child = mutate(
        parent, rates, np.array([Activation.TANH]), NEW, UNLIMITED, np.random.default_rng(0)
    )
    assert as_bytes(child) == as_bytes(parent)


@EVERY
def test_operators_with_nowhere_to_act_return_their_argument(name: str) -> None:
    nothing = minimal(2, 1, np.zeros((3, 1), dtype=bool))._replace(
        source=np.array([], dtype=np.int64),
        target=np.array([], dtype=np.int64),
        enabled=np.array([], dtype=bool),
    )
    full = minimal(2, 1, np.ones((3, 1), dtype=bool))
    if name == "add_recurrent":
        for source in (1, 2, 3):
            full = add_connection(full, ~source, 3)
    genome = full if name in ("add_connection", "add_recurrent") else nothing
    assert as_bytes(applied(name, genome, 0)) == as_bytes(genome)


@PROPERTY
@given(genomes(recurrent=None), seeds)
def test_adding_a_connection(parent: Genome, seed: int) -> None:
    child = applied("add_connection", parent, seed)
    if differs(child, parent):
        assert child.connections == parent.connections + 1
        assert child.hidden == parent.hidden
        assert edges_by_id(child, enabled_only=True) > edges_by_id(parent, enabled_only=True)


@PROPERTY
@given(genomes(recurrent=None), seeds)
def test_adding_a_recurrent_connection(parent: Genome, seed: int) -> None:
    child = applied("add_recurrent", parent, seed)
    assert child.connections == parent.connections + differs(child, parent)
    added = edges_by_id(child, enabled_only=True) - edges_by_id(parent, enabled_only=True)
    assert all(source < ~0 for source, _ in added)
    assert forward_edges(child) == forward_edges(parent)


@PROPERTY
@given(genomes(recurrent=None), seeds)
def test_adding_a_node_keeps_the_path(parent: Genome, seed: int) -> None:
    assume(parent.connections)
    child = applied("add_node", parent, seed)
    assert child.hidden == parent.hidden + 1
    assert child.node_id[-1] == NEW
    assert child.connections == parent.connections + 1
    ((source, target),) = edges_by_id(parent, enabled_only=True) - edges_by_id(
        child, enabled_only=True
    )
    assert {(source, NEW), (NEW, target)} == edges_by_id(child) - edges_by_id(parent)
    assert edges_by_id(child) > edges_by_id(parent), (
        "the connection that was split is kept, disabled"
    )


@PROPERTY
@given(
    genomes(recurrent=None),
    seeds,
    st.sampled_from([("enable_connection", 1), ("disable_connection", -1)]),
)
def test_enabling_and_disabling(parent: Genome, seed: int, case: tuple[str, int]) -> None:
    name, gain = case
    child = applied(name, parent, seed)
    possible = not parent.enabled.all() if gain > 0 else parent.enabled.any()
    assert child.connections == parent.connections + (gain if possible else 0)
    assert as_bytes(child._replace(enabled=parent.enabled)) == as_bytes(parent)


@PROPERTY
@given(genomes(recurrent=None), seeds)
def test_changing_an_activation(parent: Genome, seed: int) -> None:
    child = applied("change_activation", parent, seed)
    assert (child.activation != parent.activation).sum() == min(parent.hidden, 1)
    assert (child.activation == parent.activation)[: fixed(parent)].all()
    assert as_bytes(child._replace(activation=parent.activation)) == as_bytes(parent)


@PROPERTY
@given(genomes(recurrent=None), seeds)
def test_removing_a_connection(parent: Genome, seed: int) -> None:
    assume(parent.connections)
    child = applied("remove_connection", parent, seed)
    assert child.connections < parent.connections
    assert edges_by_id(child) < edges_by_id(parent)
    assert not dead(child)
    if child.hidden == parent.hidden:
        assert len(child.source) == len(parent.source) - 1


@PROPERTY
@given(genomes(recurrent=None), seeds)
def test_removing_a_random_node_adds_no_connection(parent: Genome, seed: int) -> None:
    child = applied("remove_node", parent, seed)
    if differs(child, parent):
        assert child.hidden < parent.hidden
        assert child.connections <= parent.connections
        assert not dead(child)


@PROPERTY
@given(genomes(recurrent=None), seeds)
def test_moving_a_connection_keeps_the_count(parent: Genome, seed: int) -> None:
    child = applied("move_connection", parent, seed)
    if not differs(child, parent):
        return
    before, after = edges_by_id(parent, enabled_only=True), edges_by_id(child, enabled_only=True)
    ((u, v),) = after - before
    # A node that led on by the moved connection alone goes, and its connections with it.
    gone = set(parent.node_id.tolist()) - set(child.node_id.tolist())
    moved = [
        (s, t)
        for s, t in before - after
        if t not in gone and ((s == u) != (t == v)) and (s < 0) == (u < 0)
    ]
    assert len(moved) == 1, "one end stays"
    assert moved[0] not in edges_by_id(child), "it is moved, not disabled"
    assert after - {(u, v)} == {pair for pair in before if gone.isdisjoint(ends([pair])[0])} - set(
        moved
    )
    assert edges_by_id(child) == {
        pair for pair in edges_by_id(parent) if gone.isdisjoint(ends([pair])[0])
    } - set(moved) | {(u, v)}
    if not gone:
        assert child.connections == parent.connections
