"""What is exported: a network, and everything that a file about it says. All writers read this."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.errors import UserError
from wann.formats.export.interface import Interface
from wann.formats.network_file import NetworkFile, check
from wann.network.compile import compile_with_genes
from wann.network.digest import network_digest
from wann.network.network import Network

# What all connections share where nothing else is said.
DEFAULT_WEIGHT = 1.0
_LONGEST_IDENTIFIER = 40


class Subject(NamedTuple):
    """A network that is exported. Connections that lead to no output are left out of it."""

    network: Network
    weights: NDArray[np.float64] | None  # (connections,); None: all share one
    weight: float  # the shared one that the file begins with, where there are no others
    interface: Interface
    name: str
    file: NetworkFile  # with the connections that lead to no output
    card: str = ""  # text about the network; "" where none is wanted
    single: bool = False  # whether it is computed in float32
    weight_given: bool = False  # whether the user said with which shared weight it begins

    @property
    def task(self) -> str | None:
        """The spec of the task that the network is for."""
        return self.file.task

    @property
    def info(self) -> Mapping[str, Any]:
        """JSON values, for instance measured returns."""
        return self.file.info

    @property
    def digest(self) -> str:
        """16 hexadecimal digits that tell network and weights from others."""
        return network_digest(self.network, self.weights)

    @property
    def identifier(self) -> str:
        """The name as it can stand in source text."""
        words = re.findall("[a-z0-9]+", self.name.lower())
        found = "_".join(words)[:_LONGEST_IDENTIFIER].rstrip("_") or "network"
        return found if found[0].isalpha() else f"network_{found}"


def subject_of(
    file: NetworkFile,
    name: str,
    interface: Interface,
    *,
    weight: float | None = None,
    card: str = "",
    single: bool = False,
) -> Subject:
    """Return what is exported of a network file.

    Args:
        file: Network and weights.
        name: What files call the network.
        interface: What the task makes of inputs and outputs.
        weight: The weight that all connections share. None: those of `file`, or 1 where it has
            none.
        card: Text about the network that files hold as well.
        single: Whether the network is computed in float32.

    UserError where the weight is not finite, ValueError where `file` holds no valid network.
    """
    check(file)
    if weight is not None and not np.isfinite(weight):
        raise UserError(f"the shared weight: expected a finite number, got {weight}")
    network, genes = compile_with_genes(file.genome)
    own = None if file.weights is None or weight is not None else file.weights[genes]
    return Subject(
        network,
        own,
        DEFAULT_WEIGHT if weight is None else float(weight),
        interface,
        name,
        file,
        card,
        single,
        weight is not None,
    )
