"""The ids of the built-in activations, which are those of the 2019 release."""

from enum import IntEnum


class Activation(IntEnum):
    """A built-in activation: what a node does with its input sum.

    The values are the ids of the 2019 release's `.out` files.
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

    @property
    def label(self) -> str:
        """The lower-case name used in files, settings and drawings."""
        return self.name.lower()
