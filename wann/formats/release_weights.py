"""The tuned weights that the 2019 release publishes beside its champions.

    file = read_network(Path("swing.out"))
    weights = read_release_weights(Path("cartpole_swingup.wann.json"), file)
    tuned = file._replace(weights=weights)

So a published champion can be measured, drawn and exported with the weights it was published with.
"""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wann.errors import UserError
from wann.formats.network_file import NetworkFile, read_text
from wann.formats.out_format import matrix_order
from wann.formats.safe_values import number, shown
from wann.reading import parse_json
from wann.terminal import printable

# The shared weight that the release adds tuned weights to, by what is in the name of their file.
SHARED_WEIGHTS = {"swing": -1.5, "biped": -1.87, "rac": -0.7, "mnist": 0.0}


def is_release_weights(text: str) -> bool:
    """Return whether the text of a file begins as tuned weights of the release do."""
    return re.match(r"\s*\[\s*\[", text) is not None


def shared_weight_of(path: Path) -> float:
    """Return the shared weight to which the tuned weights in a file of the release are added.

    The file does not hold it: it is known by the file's name. UserError where it is not known.
    """
    found = {weight for word, weight in SHARED_WEIGHTS.items() if word in path.name.lower()}
    if len(found) != 1:
        raise UserError(
            f"{printable(str(path))}: tuned weights of the 2019 release are added to a shared "
            f"weight, which is known by the file's name: expected one of "
            f"{', '.join(SHARED_WEIGHTS)} in it; rename it, or call read_release_weights"
        )
    return found.pop()


def read_release_weights(
    path: Path, file: NetworkFile, offset: float = -1.5
) -> NDArray[np.float64]:
    """Return the weights (genes,) that a file `[[offsets], score]` of the release gives to `file`.

    `offset` is the shared weight that they are added to; see `release_weights`. UserError, naming
    `path`, if it cannot be read, is no such file, or belongs to another network.
    """
    offsets = read_offsets(path)
    try:
        return release_weights(file, offsets, offset)
    except UserError as error:
        raise UserError(f"{printable(str(path))}: {error}") from None


def read_offsets(path: Path) -> list[float]:
    """Return what a file `[[offsets], score]` of the release adds to the shared weight.

    UserError, naming `path`, if it cannot be read or is no such file.
    """
    text = read_text(path)
    try:
        data = parse_json(text)
        if not isinstance(data, list) or len(data) != 2 or not isinstance(data[0], list):
            raise UserError(
                f"expected tuned weights, a list [[weights], score], got {shown(data)}; check the "
                "file"
            )
        return [number(value, f"weight {index}") for index, value in enumerate(data[0])]
    except UserError as error:
        raise UserError(f"{printable(str(path))}: {error}") from None


def release_weights(
    file: NetworkFile, offsets: Sequence[float], offset: float = -1.5
) -> NDArray[np.float64]:
    """Return the weight of every gene of `file` (genes,) from what the release's tuning wrote.

    `offsets` are added to the shared weight `offset` (-1.5 for swing-up), one per enabled
    connection, in the order of the rows of the table and, within a row, of its columns. Disabled
    genes get `offset` itself. UserError if the number of offsets is not that of the enabled
    connections.
    """
    genome = file.genome
    if len(offsets) != genome.connections:
        raise UserError(
            f"expected {genome.connections} weights, one per enabled connection, got "
            f"{len(offsets)}; are they those of this network?"
        )
    row = np.argsort(matrix_order(genome))
    enabled = np.flatnonzero(genome.enabled)
    by_row = enabled[np.lexsort((row[genome.target[enabled]], row[genome.source[enabled]]))]
    weights = np.full(len(genome.source), offset, dtype=np.float64)
    weights[by_row] += np.asarray(offsets, dtype=np.float64)
    return weights
