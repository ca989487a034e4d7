"""The formulas of the activations that a network has."""

from typing import NamedTuple

import numpy as np

from wann.activations import Declaration
from wann.activations.expression import Expression, X, operations_of
from wann.activations.table import by_code
from wann.network.network import Network


class Formula(NamedTuple):
    """An activation as it is written into files."""

    code: int  # that stands for it in a network
    name: str  # for people, as its file has it
    identifier: str  # of its function in source text
    formula: str  # in words, for people
    tree: Expression

    @property
    def is_identity(self) -> bool:
        """Whether it passes on its input sum."""
        return self.tree == X

    @property
    def operations(self) -> frozenset[str]:
        """The operations that it is made of."""
        return operations_of(self.tree)


def formulas_of(network: Network) -> list[Formula]:
    """Return the formula of each activation that `network` has, in the order of their codes.

    UserError where a code stands for none.
    """
    found = (by_code(code) for code in np.unique(network.activation).tolist())
    return [Formula(one.code, one.name, function_name(one), one.words, one.tree) for one in found]


def function_name(declaration: Declaration) -> str:
    """Return the name of an activation's function, which no other function of the file has."""
    return f"own_{declaration.name}" if declaration.is_own else declaration.name
