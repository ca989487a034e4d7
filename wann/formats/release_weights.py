"""The tuned weights that the 2019 release publishes beside its champions.

    file = read_network(Path("swing.out"))
    weights = read_release_weights(Path("cartpole_swingup.wann.json"), file)
    tuned = file._replace(weights=weights)

So a published champion can be measured, drawn and exported with the weights it was published with.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wann.errors import UserError
from wann.formats.network_file import NetworkFile, read_text
from wann.formats.out_format import matrix_order
from wann.formats.safe_values import number, printable, shown
from wann.reading import parse_json


def read_release_weights(
    path: Path, file: NetworkFile, offset: float = -1.5
) -> NDArray[np.float64]:
    """Return the weights (genes,) that a file `[[offsets], score]` of the release gives to `file`.

    `offset` is the shared weight that they are added to; see `release_weights`. UserError, naming
    `path`, if it cannot be read, is no such file, or belongs to another network.
    """
    text = read_text(path)
    try:
        data = parse_json(text)
        if not isinstance(data, list) or len(data) != 2 or not isinstance(data[0], list):
            raise UserError(
                f"expected tuned weights, a list [[weights], score], got {shown(data)}; check the "
                "file"
            )
        offsets = [number(value, f"weight {index}") for index, value in enumerate(data[0])]
        return release_weights(file, offsets, offset)
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
