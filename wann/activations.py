"""The one table of activation functions: id, name and formula (Gaier & Ha 2019, figure 9).

The ids are those of the 2019 release. They are compiled into kernels.
"""

from enum import IntEnum


class Activation(IntEnum):
    """What a node does with its input sum.

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

    @property
    def formula(self) -> str:
        """The formula in plain text, x being the node's input sum."""
        return FORMULAS[self]


FORMULAS = {
    Activation.LINEAR: "x",
    Activation.STEP: "1 if x > 0 else 0",
    Activation.SIN: "sin(pi x)",
    Activation.GAUSSIAN: "exp(-x^2 / 2)",
    Activation.TANH: "tanh(x)",
    Activation.SIGMOID: "1 / (1 + exp(-x))",
    Activation.INVERSE: "-x",
    Activation.ABSOLUTE: "|x|",
    Activation.RELU: "max(x, 0)",
    Activation.COSINE: "cos(pi x)",
    Activation.SQUARE: "x^2",
}

BY_LABEL = {activation.label: activation for activation in Activation}

# What the paper's searches choose from: all but `square`, which the release defines and never uses.
PAPER = tuple(activation.label for activation in Activation if activation is not Activation.SQUARE)
