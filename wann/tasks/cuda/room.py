"""The memory of a card: what is sent there, and how many networks it has room for at once."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wann.activations.declaration import FIRST_OWN_CODE
from wann.errors import UserError
from wann.kernels.cuda.compiler import cuda
from wann.kernels.cuda.device import free_bytes
from wann.kernels.forward import Packed

BLOCK = 64  # threads that are launched together
NUMBER = 8  # bytes of a float64 or an int64

_seen: set[int] = set()


def on_card(array: NDArray[Any]) -> Any:
    """Return a copy of an array in the card's memory, in one piece."""
    return cuda.to_device(np.ascontiguousarray(array))


def fitting(networks: int, each: int) -> int:
    """Return how many networks, which take so many bytes each, fit into the card's memory."""
    free = free_bytes()
    if each > free:
        raise UserError(
            f"device: expected {each / 2**20:.0f} MB of free memory on the card for one network "
            f"and its episodes, got {free / 2**20:.0f} MB; use fewer episodes, end what else fills "
            "the card, or leave out --device"
        )
    return min(networks, free // each)


def own_codes(packed: Packed) -> tuple[int, ...]:
    """Return the codes of the activations of one's own that networks have had so far, in order.

    Those of before are among them, so that a kernel is compiled once for each new activation.
    """
    codes = np.unique(packed.activation)
    _seen.update(codes[codes >= FIRST_OWN_CODE].tolist())
    return tuple(sorted(_seen))
