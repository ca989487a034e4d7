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
# What the first nodes before an output compute, by the setting `initial_signs`
_KINDS = {
    "one": (Activation.LINEAR,),
    "both": (Activation.LINEAR, Activation.INVERSE),
}


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
    kinds = _KINDS[config.initial_signs]
    return deepened(genome, config.initial_depth - 1, kinds, rng)


def deepened(
    genome: Genome, nodes: int, kinds: Sequence[Activation], rng: np.random.Generator
) -> Genome:
    """Return a minimal genome with a chain of `nodes` nodes before each output.

    The first node of a chain is there once for each of `kinds`, the others are linear. What led to
    an output leads to one of its first nodes, drawn from `rng`: as all connections share one
    weight, an inverse node is what lets some of them subtract. Where the paths then have an even
    number of connections, w and -w give the same outputs.
    """
    if nodes == 0:
        return genome
    outputs, begin = genome.outputs, 1 + genome.inputs
    heads, links = len(kinds) * outputs, (len(kinds) + nodes - 1) * outputs
    added = len(genome.node_id) + np.arange(links).reshape(-1, outputs)
    chain = np.vstack([added[len(kinds) :], begin + np.arange(outputs)])  # behind the first nodes
    ends = np.vstack([np.tile(chain[0], (len(kinds), 1)), chain[1:]])  # where each added one leads
    output = genome.target - begin
    head = rng.integers(len(kinds), size=len(output))
    activation = np.full(links, Activation.LINEAR)
    activation[:heads] = np.repeat(kinds, outputs)
    return genome._replace(
        node_id=np.append(genome.node_id, FIRST_MARK + np.arange(links)),
        activation=np.append(genome.activation, activation),
        source=np.append(genome.source, added.ravel()),
        target=np.append(added[head, output], ends.ravel()),
        enabled=np.append(genome.enabled, np.full(links, True)),
    )
