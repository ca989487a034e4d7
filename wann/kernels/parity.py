"""Whether a network does the same under a shared weight w and under -w.

A connection that multiplies by w changes the sign of what it passes on, unless that has changed
with w already. So paths of two connections through odd activations, such as the sine, do the same
under both signs, to the bit: no episode of one tells more than that of the other.
"""

import numpy as np

from wann.activations import Activation
from wann.kernels.forward import Packed
from wann.kernels.jit import kernel
from wann.kernels.memory import memories

# To the bit, f(-x) is -f(x), or f(x). The hyperbolic tangent is odd, but rounded otherwise below 0.
_ODD = tuple(map(int, (Activation.LINEAR, Activation.SIN, Activation.INVERSE, Activation.SIGN)))
_EVEN = tuple(
    map(int, (Activation.GAUSSIAN, Activation.ABSOLUTE, Activation.COSINE, Activation.SQUARE))
)


@kernel
def same_for_both_signs(packed: Packed, network: int, inputs: int, outputs: int) -> bool:
    """Return whether a network is known to give the same outputs under w and -w, to the bit.

    Not known are recurrent ones, and those that sum up what changes its sign and what does not, or
    put what does through an activation that is neither odd nor even, or is one's own.

    Args:
        packed: networks laid end to end.
        network: which of them.
        inputs: how many inputs it has, without the bias.
        outputs: how many outputs.
    """
    if memories(packed, network) > 0:
        return False
    start, stop = packed.node_start[network], packed.node_start[network + 1]
    changes = np.zeros(1 + inputs + stop - start, np.bool_)  # of each row: its sign, with that of w
    for node in range(start, stop):
        first, last = packed.edge_start[node], packed.edge_start[node + 1]
        turned = 0
        for edge in range(first, last):
            turned += not changes[packed.source[edge]]
        if turned == 0:
            continue
        kind = packed.activation[node]
        if turned < last - first or not (kind in _ODD or kind in _EVEN):
            return False
        changes[1 + inputs + node - start] = kind in _ODD
    return not np.any(changes[len(changes) - outputs :])
