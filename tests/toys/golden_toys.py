"""The published champion of the 2019 release, read by hand.

Our readers and kernels are held against it.
"""

import numpy as np
import pytest
from paths import SHARED

from wann.network.genome import Genome

INPUTS = 5

needs_the_published_champion = pytest.mark.skipif(
    not (SHARED / "champions" / "swing.out").is_file(),
    reason="needs the release's champions/swing.out in $WANN_SHARED or in a folder `shared` beside "
    "the checkout",
)


def champion() -> Genome:
    """Read the release's table by hand.

    Rows are sources, columns targets, the last column is the activation.

    Nodes are bias, inputs, hidden nodes, output; genes come out in the order of the rows, then the
    columns.
    """
    table = np.loadtxt(SHARED / "champions" / "swing.out", delimiter=",")
    matrix, nodes = table[:, :-1], len(table)
    order = np.array([*range(1 + INPUTS), nodes - 1, *range(1 + INPUTS, nodes - 1)])
    position = np.argsort(order)
    sources, targets = np.nonzero(matrix)  # nan is not zero: disabled
    return Genome(
        INPUTS,
        1,
        np.arange(nodes),
        table[order, -1].astype(np.int64),
        position[sources],
        position[targets],
        ~np.isnan(matrix[sources, targets]),
    )
