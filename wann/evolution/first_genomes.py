"""The genomes that a search begins with: no hidden nodes (paper), or one layer of them."""

from collections.abc import Sequence

import numpy as np

from wann.activations import Activation
from wann.config import SearchConfig
from wann.network.genome import Genes, Genome, lay_end_to_end, random_minimal
from wann.streams import stream


def first_genomes(config: SearchConfig, inputs: int, outputs: int, numbers: Sequence[int]) -> Genes:
    """Return the genomes with which a search begins.

    `numbers` says which of them, counted over all islands of the search.
    """
    return lay_end_to_end([_first(config, inputs, outputs, number) for number in numbers])


def _first(config: SearchConfig, inputs: int, outputs: int, number: int) -> Genome:
    rng = stream(config.seed, "first genome", number)
    share, everything = config.initial_connections, config.initial_genes == "all"
    if not config.initial_hidden:
        return random_minimal(inputs, outputs, share, rng, everything)
    activations = rng.choice(config.activation_codes, config.initial_hidden)
    return random_layered(inputs, outputs, activations.tolist(), share, rng, everything)


def random_layered(
    inputs: int,
    outputs: int,
    activations: Sequence[int],
    fraction: float,
    rng: np.random.Generator,
    disabled: bool = True,
) -> Genome:
    """Return a genome with one layer of hidden nodes, each connection enabled at random.

    The bias and every input are joined to every hidden node, and these to every output. All paths
    have two connections, so that with odd activations w and -w give the same outputs.

    Args:
        inputs: how many inputs there are, without the bias.
        outputs: how many outputs there are, all of them linear.
        activations: (hidden,) the codes of what the hidden nodes compute.
        fraction: the probability with which a connection is enabled.
        rng: where the random numbers come from.
        disabled: whether the connections that are not enabled are genes, too.
    """
    hidden, first_output, first_hidden = len(activations), 1 + inputs, 1 + inputs + outputs
    above = np.indices((first_output, hidden)).reshape(2, -1) + np.array([[0], [first_hidden]])
    below = np.indices((hidden, outputs)).reshape(2, -1) + np.array([[first_hidden], [1 + inputs]])
    source, target = np.concatenate([above, below], axis=1).astype(np.int64)
    enabled = rng.random(len(source)) < fraction
    genes = np.full(len(source), True) if disabled else enabled
    return Genome(
        inputs,
        outputs,
        np.arange(first_hidden + hidden, dtype=np.int64),
        np.array([Activation.LINEAR] * first_hidden + list(activations), dtype=np.int64),
        source[genes],
        target[genes],
        enabled[genes],
    )
