"""Further measures of a network: numbers beside its returns, of the user's own among them."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from wann.errors import UserError, in_short
from wann.network.network import Network
from wann.network.structure import structure_of
from wann.own import Registry
from wann.weights.measuring import Measuring

_COUNTS = {
    "effective_connections": "connections on a path from an input to an output",
    "active_units": "hidden nodes on such a path",
    "active_inputs": "inputs from which a path leads to an output",
    "depth": "connections on the longest path to an output",
    "sparse_bytes": "bytes that the network takes, sparse",
}


def _count(name: str, network: Network, task: Any, evaluator: Any) -> float:
    return float(getattr(structure_of(network), name))


MEASURES: Registry[Callable[..., float]] = Registry(
    "measure",
    {name: partial(_count, name) for name in _COUNTS},
    expected="a function of (network, task, evaluator) that returns a number",
    arguments=3,
    about=_COUNTS.__getitem__,
)


def measured(names: Sequence[str], measuring: Measuring) -> dict[str, float]:
    """Return the number that each measure gives for a network.

    UserError, naming the measure, where one raises, or returns what is no finite number.
    """
    found = {}
    for name in names:
        function = MEASURES.find(name)
        network, task = measuring.network, measuring.task
        given = f"a network of {network.connections} connections on {task.name}"
        value = MEASURES.call(function, given, network, task, measuring.evaluator)
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = np.nan
        if not np.isfinite(number):
            raise UserError(
                f"the measure {name} returned {in_short(value)} for {given}: expected a finite "
                "number"
            )
        found[name] = number
    return found
