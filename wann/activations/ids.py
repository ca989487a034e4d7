"""The ids of the built-in activations: those of the 2019 release, and one more."""

from enum import IntEnum


class Activation(IntEnum):
    """A built-in activation: what a node does with its input sum.

    The values up to `SQUARE` are the ids of the 2019 release's `.out` files, which know no `SIGN`.
    """

    LINEAR = 1
    STEP = 2
    SIN = 3
    GAUSSIAN = 4
    TANH = 5
    SIGMOID = 6
    INVERSE = 7
    ABSOLUTE = 8
    RELU = 9
    COSINE = 10
    SQUARE = 11
    SIGN = 12

    @property
    def label(self) -> str:
        """The lower-case name used in files, settings and drawings."""
        return self.name.lower()
