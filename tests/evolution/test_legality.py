import naive
from genome_edits import find_connection, is_legal, leads_to
from genome_toys import (
    PROPERTY,
    chain,
    edges,
    fixed,
    forward_edges,
    genomes,
)
from hypothesis import given

from wann.network.genome import Genome


@PROPERTY
@given(genomes(steps=25, recurrent=None))
def test_leads_to_and_is_legal_are_their_definitions(genome: Genome) -> None:
    nodes, pairs = range(len(genome.node_id)), forward_edges(genome)
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
            remembers = source > 0 and target > genome.inputs
            assert is_legal(genome, ~source, target) == (
                remembers and (~source, target) not in enabled
            )


def test_find_connection() -> None:
    genome = chain()
    assert find_connection(genome, 4, 5) == 1
    assert find_connection(genome, 5, 4) == -1
