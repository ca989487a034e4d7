"""The one table of activation functions: id, name and formula (Gaier & Ha 2019, figure 9).

The ids are those of the 2019 release. They are compiled into kernels.
"""

from collections.abc import Collection, Iterable
from enum import IntEnum

from wann.errors import UserError


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


def check_handled(wanted: Iterable[int], handled: Collection[int], where: str) -> None:
    """Raise UserError, naming them, if some of the ids `wanted` are not among those `handled`.

    Code that does something else for each activation checks itself by it: the table above may get a
    row that such code does not know. `where` says what cannot handle them.
    """
    labels = {activation.value: activation.label for activation in Activation}
    unhandled = [
        repr(labels.get(code, code))
        for code in sorted({int(c) for c in wanted})
        if code not in handled
    ]
    if unhandled:
        raise UserError(
            f"unknown activation {', '.join(unhandled)}: {where} cannot compute it; expected one "
            f"of {', '.join(labels[code] for code in sorted(handled) if code in labels)}"
        )


check_handled(Activation, FORMULAS, "the table of formulas")
