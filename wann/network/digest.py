"""The digest of a network: equal networks have equal digests, everywhere and always.

Digests stand in files: those of structures in checkpoints, those of networks in the plans of
comparisons. So what they are made of does not change. The digest of a whole run is in `wann.runs`.
"""

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wann.network.network import Network


def structure_digest(network: Network) -> str:
    """Return 24 hexadecimal digits that tell a structure from others, whatever its weights."""
    content = _joined(network.edge_start, network.source, network.activation)
    return hashlib.blake2b(content, digest_size=12).hexdigest()


def network_digest(network: Network, weights: NDArray[np.float64] | None) -> str:
    """Return 16 hexadecimal digits that tell a network and its weights from others.

    `weights` is (connections,), or None where all connections share one weight.
    """
    parts: list[NDArray[Any]] = [network.activation, network.edge_start, network.source]
    parts += [] if weights is None else [weights]
    return hashlib.sha256(_joined(*parts)).hexdigest()[:16]


def _joined(*arrays: NDArray[Any]) -> bytes:
    return b"".join(array.tobytes() for array in arrays)
