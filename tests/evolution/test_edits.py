import numpy as np
from genome_edits import (
    add_connection,
    add_node,
    drop_dead_nodes,
    move_connection,
    remove_connection,
    remove_node,
    set_activation,
    set_enabled,
)
from genome_toys import (
    PROPERTY,
    assert_still_a_genome,
    chain,
    dead,
    edges,
    edges_by_id,
    ends,
    fixed,
    genomes,
)
from hypothesis import assume, given
from hypothesis import strategies as st

from wann.activations import Activation
from wann.network.genome import Genome

NEW = 10**9  # the id of a new node
seeds = st.integers(0, 2**32 - 1)


@PROPERTY
@given(genomes(recurrent=None), seeds)
def test_add_connection_enables_what_is_there(genome: Genome, seed: int) -> None:
    assume(len(genome.source))
    edge = np.random.default_rng(seed).integers(len(genome.source))
    child = add_connection(genome, genome.source[edge], genome.target[edge])
    assert child.enabled[edge]
    assert len(child.source) == len(genome.source)


@PROPERTY
@given(genomes(recurrent=None), seeds)
def test_remove_node_bridges_it(parent: Genome, seed: int) -> None:
    assume(parent.hidden)
    node = int(np.random.default_rng(seed).integers(fixed(parent), len(parent.node_id)))
    child = remove_node(parent, node)
    assert_still_a_genome(child, parent)
    name = int(parent.node_id[node])
    assert name not in child.node_id
    enabled = edges_by_id(parent, enabled_only=True)
    bridges = {
        (min(s, ~s) if s and m < 0 else s, t)
        for s, n in enabled
        if n == name
        for m, t in enabled
        if name in (m, ~m)
    }
    kept = [pair for pair in enabled | bridges if name not in ends([pair])[0]]
    alive = set(child.node_id.tolist())
    assert edges_by_id(child, enabled_only=True) == {
        pair for pair in kept if alive.issuperset(ends([pair])[0])
    }
    assert not dead(child)


@PROPERTY
@given(genomes(recurrent=None), seeds)
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
    assert edges_by_id(child) == {
        pair for pair in edges_by_id(thinned) if gone.isdisjoint(ends([pair])[0])
    }
    assert edges_by_id(child, enabled_only=True) == edges_by_id(
        thinned, enabled_only=True
    ) & edges_by_id(child)
    activation = dict(zip(thinned.node_id.tolist(), thinned.activation.tolist(), strict=True))
    assert [activation[i] for i in child.node_id.tolist()] == child.activation.tolist()


def test_edits_of_connections_and_nodes_named_by_hand() -> None:
    genome = chain()
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
