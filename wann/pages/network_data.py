"""A network as the JavaScript of a page reads it: tables of numbers, and formulas as data."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wann.activations.expression import CONDITIONS, OPERATIONS, Expression, fold
from wann.drawing.layout import lay_out
from wann.drawing.palette import look_of
from wann.files import finite
from wann.formats.export.formulas import Formula, formulas_of
from wann.network.network import Network

# Networks of more connections are computed, but not drawn: neither could one see anything, nor
# would the drawing follow.
MOST_DRAWN = 4000
_DECIMALS = 3  # of positions in the drawing, where a node takes up 1


def network_data(
    network: Network, weights: NDArray[np.float64] | None = None, *, drawn: bool = True
) -> dict[str, Any]:
    """Return JSON values that describe a network, as web/network.js reads them.

    Args:
        network: what is described.
        weights: (connections,) its own weights, or None where all connections share one.
        drawn: whether places of its nodes are added, if it is not too large to be drawn.

    Returns:
        The keys `inputs` and `outputs` (numbers of them), `activations` (name, formula in words,
        tree and look of each kind), `kind` (of each computed node the number in `activations`),
        `count` (connections into each computed node), `source` (the row that each connection comes
        from: 0 is the bias, then come the inputs and the computed nodes; `-1 - row` where it reads
        the step before), `weights` (or None) and
        `layout` (or None).
    """
    formulas = formulas_of(network)
    kinds = {formula.code: kind for kind, formula in enumerate(formulas)}
    return {
        "inputs": network.inputs,
        "outputs": network.outputs,
        "activations": [_activation(formula) for formula in formulas],
        "kind": [kinds[code] for code in network.activation.tolist()],
        "count": np.diff(network.edge_start).tolist(),
        "source": network.source.tolist(),
        "weights": None if weights is None else np.asarray(weights, dtype=np.float64).tolist(),
        "layout": _layout(network) if drawn and network.connections <= MOST_DRAWN else None,
    }


def tree_data(tree: Expression) -> Any:
    """Return a formula as JSON: "x", a number, or a list of an operation and its arguments."""
    operations = {name: _listed(name) for name in (*OPERATIONS, *CONDITIONS)}
    x: Any = "x"
    return fold(tree, x, float, operations)


def _listed(name: str) -> Callable[..., Any]:
    return lambda *arguments: [name, *arguments]


def _activation(formula: Formula) -> dict[str, Any]:
    look = look_of(formula.code)
    return {
        "name": formula.name,
        "formula": formula.formula,
        "tree": tree_data(formula.tree),
        "fill": look.fill,
        "ring": look.ring,
        "short": look.name,
    }


def _layout(network: Network) -> dict[str, Any]:
    """Return columns and levels of the nodes; null for what is left out, and for no stretch."""
    layout = lay_out(network)
    numbers = {"level": layout.level, "room": layout.room, "stretch": layout.stretch}
    rounded = {name: np.round(values, _DECIMALS).tolist() for name, values in numbers.items()}
    return {"column": layout.column.tolist(), **finite(rounded)}
