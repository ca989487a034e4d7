"""Networks of a comparison that are small enough to count by hand."""

import numpy as np

from wann.activations import Activation
from wann.network import Network


def diamond() -> Network:
    """Two inputs, hidden nodes 3 and 4, output 5; node 4 leads nowhere, and input 2 to it alone.

    Connections: bias -> 3, input 1 -> 3, input 1 -> 4, input 2 -> 4, input 1 -> 5, 3 -> 5.
    """
    kinds = np.array([Activation.TANH, Activation.SIN, Activation.LINEAR], dtype=np.int64)
    return Network(2, 1, kinds, np.array([0, 2, 4, 6]), np.array([0, 1, 1, 2, 1, 3]))


def pairs(network: Network) -> set[tuple[int, int]]:
    return set(zip(network.source.tolist(), network.target.tolist(), strict=True))


def degrees(network: Network) -> tuple[list[int], list[int]]:
    rows = 1 + network.inputs + len(network.activation)
    return np.bincount(network.source, minlength=rows).tolist(), np.bincount(network.target, minlength=rows).tolist()
