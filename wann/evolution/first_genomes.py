"""The genomes that a search begins with: minimal ones (paper), or with nodes before outputs."""

from collections.abc import Sequence

import numpy as np

from wann.activations import Activation
from wann.config import SearchConfig
from wann.network.genome import Genes, Genome, lay_end_to_end, random_minimal
from wann.streams import stream

# Historical mark of the first hidden node that was not bred: a search would have to breed 10^14
# genomes before it gives out this mark itself. Exact in JSON.
FIRST_MARK = 2**52


def first_genomes(config: SearchConfig, inputs: int, outputs: int, numbers: Sequence[int]) -> Genes:
    """Return the genomes with which a search begins.

    `numbers` says which of them, counted over all islands of the search.
    """
    return lay_end_to_end([_first(config, inputs, outputs, number) for number in numbers])


def _first(config: SearchConfig, inputs: int, outputs: int, number: int) -> Genome:
    rng = stream(config.seed, "first genome", number)
    genome = random_minimal(
        inputs, outputs, config.initial_connections, rng, config.initial_genes == "all"
    )
    return deepened(genome, config.initial_depth - 1)


def deepened(genome: Genome, nodes: int) -> Genome:
    """Return a minimal genome with a chain of `nodes` linear nodes before each output.

    What led to an output leads to the first of its nodes. Where the paths then have an even number
    of connections, w and -w give the same outputs.
    """
    chains, first = np.arange(genome.outputs), 1 + genome.inputs
    nodes_of_chains = len(genome.node_id) + np.arange(nodes * genome.outputs).reshape(
        nodes, genome.outputs
    )
    ends = np.vstack([nodes_of_chains, first + chains])  # (nodes + 1, outputs), the outputs last
    links = nodes * genome.outputs
    return genome._replace(
        node_id=np.append(genome.node_id, FIRST_MARK + np.arange(links)),
        activation=np.append(genome.activation, np.full(links, Activation.LINEAR)),
        source=np.append(genome.source, ends[:-1].ravel()),
        target=np.append(ends[0][genome.target - first], ends[1:].ravel()),
        enabled=np.append(genome.enabled, np.full(links, True)),
    )
