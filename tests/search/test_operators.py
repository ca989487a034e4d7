import naive
import numpy as np
import pytest
from genome_toys import ALL, PROPERTY, RATES, UNLIMITED, as_bytes, edges, fixed, genomes, grow
from hypothesis import assume, given
from hypothesis import strategies as st

from wann.activations import Activation
from wann.network.genome import Genome, minimal, validate
from wann.search.operators import (
    OPERATORS,
    add_connection,
    add_node,
    apply_random,
    differs,
    drop_dead_nodes,
    find_connection,
    is_legal,
    leads_to,
    move_connection,
    mutate,
    remove_connection,
    remove_node,
    set_activation,
    set_enabled,
)

NEW = 10**9  # the id of a new node
seeds = st.integers(0, 2**32 - 1)
EVERY = pytest.mark.parametrize("name", OPERATORS)


def applied(name: str, genome: Genome, seed: int) -> Genome:
    return apply_random(genome, OPERATORS.index(name), ALL, NEW, np.random.default_rng(seed))


def ids(genome: Genome, enabled_only: bool = False) -> set[tuple[int, int]]:
    """The connections as pairs of node ids, which stay the same when positions shift."""
    return {
        (int(genome.node_id[s]), int(genome.node_id[t])) for s, t in edges(genome, enabled_only)
    }


def dead(genome: Genome) -> set[int]:
    """Hidden nodes from which no connection leads on to an output."""
    outputs = range(1 + genome.inputs, fixed(genome))
    return set(range(fixed(genome), len(genome.node_id))) - naive.leading_to(outputs, edges(genome))


def assert_still_a_genome(child: Genome, parent: Genome) -> None:
    validate(child)
    assert naive.is_acyclic(len(child.node_id), edges(child))
    assert (child.inputs, child.outputs) == (parent.inputs, parent.outputs)
    assert child.node_id[: fixed(child)].tolist() == parent.node_id[: fixed(parent)].tolist()
    assert (child.activation[: fixed(child)] == Activation.LINEAR).all()
    assert [field.dtype for field in child[2:]] == [field.dtype for field in parent[2:]]


# ---- whole histories


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
@given(genomes(), seeds, st.integers(0, 60))
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
@given(genomes(), seeds)
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


# ---- each operator at a random place


@EVERY
def test_operators_with_nowhere_to_act_return_their_argument(name: str) -> None:
    nothing = minimal(2, 1, np.zeros((3, 1), dtype=bool))._replace(
        source=np.array([], dtype=np.int64),
        target=np.array([], dtype=np.int64),
        enabled=np.array([], dtype=bool),
    )
    full = minimal(2, 1, np.ones((3, 1), dtype=bool))
    genome = full if name == "add_connection" else nothing
    assert as_bytes(applied(name, genome, 0)) == as_bytes(genome)


@PROPERTY
@given(genomes(), seeds)
def test_adding_a_connection(parent: Genome, seed: int) -> None:
    child = applied("add_connection", parent, seed)
    if differs(child, parent):
        assert child.connections == parent.connections + 1
        assert child.hidden == parent.hidden
        assert ids(child, enabled_only=True) > ids(parent, enabled_only=True)


@PROPERTY
@given(genomes(), seeds)
def test_adding_a_node_keeps_the_path(parent: Genome, seed: int) -> None:
    assume(parent.connections)
    child = applied("add_node", parent, seed)
    assert child.hidden == parent.hidden + 1
    assert child.node_id[-1] == NEW
    assert child.connections == parent.connections + 1
    ((source, target),) = ids(parent, enabled_only=True) - ids(child, enabled_only=True)
    assert {(source, NEW), (NEW, target)} == ids(child) - ids(parent)
    assert ids(child) > ids(parent), "the connection that was split is kept, disabled"


@PROPERTY
@given(genomes(), seeds, st.sampled_from([("enable_connection", 1), ("disable_connection", -1)]))
def test_enabling_and_disabling(parent: Genome, seed: int, case: tuple[str, int]) -> None:
    name, gain = case
    child = applied(name, parent, seed)
    possible = not parent.enabled.all() if gain > 0 else parent.enabled.any()
    assert child.connections == parent.connections + (gain if possible else 0)
    assert as_bytes(child._replace(enabled=parent.enabled)) == as_bytes(parent)


@PROPERTY
@given(genomes(), seeds)
def test_changing_an_activation(parent: Genome, seed: int) -> None:
    child = applied("change_activation", parent, seed)
    assert (child.activation != parent.activation).sum() == min(parent.hidden, 1)
    assert (child.activation == parent.activation)[: fixed(parent)].all()
    assert as_bytes(child._replace(activation=parent.activation)) == as_bytes(parent)


@PROPERTY
@given(genomes(), seeds)
def test_removing_a_connection(parent: Genome, seed: int) -> None:
    assume(parent.connections)
    child = applied("remove_connection", parent, seed)
    assert child.connections < parent.connections
    assert ids(child) < ids(parent)
    assert not dead(child)
    if child.hidden == parent.hidden:
        assert len(child.source) == len(parent.source) - 1


@PROPERTY
@given(genomes(), seeds)
def test_removing_a_random_node_adds_no_connection(parent: Genome, seed: int) -> None:
    child = applied("remove_node", parent, seed)
    if differs(child, parent):
        assert child.hidden < parent.hidden
        assert child.connections <= parent.connections
        assert not dead(child)


@PROPERTY
@given(genomes(), seeds)
def test_moving_a_connection_keeps_the_count(parent: Genome, seed: int) -> None:
    child = applied("move_connection", parent, seed)
    if not differs(child, parent):
        return
    before, after = ids(parent, enabled_only=True), ids(child, enabled_only=True)
    ((u, v),) = after - before
    # A node that led on by the moved connection alone goes, and its connections with it.
    gone = set(parent.node_id.tolist()) - set(child.node_id.tolist())
    moved = [(s, t) for s, t in before - after if t not in gone and ((s == u) != (t == v))]
    assert len(moved) == 1, "one end stays"
    assert moved[0] not in ids(child), "it is moved, not disabled"
    assert after - {(u, v)} == {pair for pair in before if not gone & set(pair)} - set(moved)
    assert ids(child) == {pair for pair in ids(parent) if not gone & set(pair)} - set(moved) | {
        (u, v)
    }
    if not gone:
        assert child.connections == parent.connections


# ---- each operator at a given place, and their parts


@PROPERTY
@given(genomes(), seeds)
def test_add_connection_enables_what_is_there(genome: Genome, seed: int) -> None:
    assume(len(genome.source))
    edge = np.random.default_rng(seed).integers(len(genome.source))
    child = add_connection(genome, genome.source[edge], genome.target[edge])
    assert child.enabled[edge]
    assert len(child.source) == len(genome.source)


@PROPERTY
@given(genomes(), seeds)
def test_remove_node_bridges_it(parent: Genome, seed: int) -> None:
    assume(parent.hidden)
    node = int(np.random.default_rng(seed).integers(fixed(parent), len(parent.node_id)))
    child = remove_node(parent, node)
    assert_still_a_genome(child, parent)
    name = int(parent.node_id[node])
    assert name not in child.node_id
    enabled = ids(parent, enabled_only=True)
    bridges = {(s, t) for s, n in enabled if n == name for m, t in enabled if m == name}
    kept = {pair for pair in enabled | bridges if name not in pair}
    alive = set(child.node_id.tolist())
    assert ids(child, enabled_only=True) == {(s, t) for s, t in kept if s in alive and t in alive}
    assert not dead(child)


@PROPERTY
@given(genomes(steps=25))
def test_leads_to_and_is_legal_are_their_definitions(genome: Genome) -> None:
    nodes, pairs = range(len(genome.node_id)), edges(genome)
    enabled = set(edges(genome, enabled_only=True))
    outputs = range(1 + genome.inputs, fixed(genome))
    for target in nodes:
        sources = naive.leading_to([target], pairs)
        assert {s for s in nodes if leads_to(genome, s, target)} == sources
        for source in nodes:
            closes = source in naive.leading_to([source], pairs) and target in naive.leading_to(
                [source], pairs
            )
            allowed = source not in outputs and target > genome.inputs and not closes
            assert is_legal(genome, source, target) == (allowed and (source, target) not in enabled)


@PROPERTY
@given(genomes(), seeds)
def test_drop_dead_nodes_drops_those_alone(genome: Genome, seed: int) -> None:
    rng = np.random.default_rng(seed)
    kept = rng.random(len(genome.source)) < 0.6
    thinned = genome._replace(
        source=genome.source[kept], target=genome.target[kept], enabled=genome.enabled[kept]
    )
    child = drop_dead_nodes(thinned)
    assert_still_a_genome(child, thinned)
    gone = {int(thinned.node_id[node]) for node in dead(thinned)}
    assert set(thinned.node_id.tolist()) - set(child.node_id.tolist()) == gone
    assert ids(child) == {pair for pair in ids(thinned) if not gone & set(pair)}
    assert ids(child, enabled_only=True) == ids(thinned, enabled_only=True) & ids(child)
    activation = dict(zip(thinned.node_id.tolist(), thinned.activation.tolist(), strict=True))
    assert [activation[i] for i in child.node_id.tolist()] == child.activation.tolist()


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


def test_places_given_by_hand() -> None:
    genome = chain()
    assert find_connection(genome, 4, 5) == 1
    assert find_connection(genome, 5, 4) == -1
    assert set_activation(genome, 4, int(Activation.SIN)).activation.tolist() == [1, 1, 1, 1, 3, 9]
    assert set_enabled(genome, 3, False).enabled.tolist() == [True, True, True, False]
    assert edges(add_node(genome, 3, int(Activation.ABSOLUTE), NEW), enabled_only=True)[-2:] == [
        (0, 6),
        (6, 3),
    ]
    assert edges(remove_connection(genome, 3)) == [(1, 4), (4, 5), (5, 3)]
    assert edges(remove_node(genome, 4)) == [(4, 3), (0, 3), (1, 4)]
    assert edges(move_connection(genome, 0, 2, 4)) == [(4, 5), (5, 3), (0, 3), (2, 4)]
    for cut in (2, 1):  # whatever no longer leads to the output goes too
        assert 4 not in remove_connection(genome, cut).node_id
    assert edges(remove_connection(genome, 2)) == [(0, 3)]
    assert edges(move_connection(genome, 2, 1, 3)) == [(0, 3), (1, 3)]
