"""What is noted of a forward pass, operation by operation, and what follows from it.

A value depends on the inputs, or on parameters alone, or on neither. A parameter is multiplied if
it meets a value that depends on the inputs in a product that is summed up: in a fully connected
layer, a convolution, a recurrent layer, `x @ w`, `einsum`. The weights of such a product make the
units of its result, until another such product. What still has its units when it is returned was
made by the layers of the outputs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

Names = frozenset[str]
_NONE: Names = frozenset()

_TABLES = ("embedding", "embedding_bag")
_LOOKED_UP = ("embedding", "embedding_bag", "index_select", "gather", "index", "getitem")
_ADDED = ("add", "iadd", "sub", "rsub", "cat", "concat", "stack", "copy", "where", "expand")
_SCALES = ("mul", "imul", "div", "truediv", "layer_norm", "group_norm", "rms_norm", "batch_norm")


class Uses(NamedTuple):
    """How a forward pass uses the parameters of a model, by their names."""

    multiplied: tuple[str, ...]  # in the order of their first use
    computed: Names  # those of them that are computed with first; zeros may not stay zeros
    otherwise: dict[str, str]  # what is done with others: "is added to values", ...
    outputs: Names  # those of `multiplied` whose units are the outputs of the model


@dataclass(frozen=True)
class Origin:
    """Where the numbers of a value come from."""

    data: bool = False  # whether they depend on the inputs
    parameters: Names = _NONE  # what they are computed from, if not
    own: tuple[str, ...] = ()  # of these, those whose numbers they are: the value is a view of them
    makers: Names = _NONE  # the weights whose units they are


class Ledger:
    """The notes of one forward pass."""

    def __init__(self, order: Sequence[str], layers: Iterable[str]) -> None:
        """Take the names of all parameters in their order, and those of weights of known layers."""
        self._order = {name: number for number, name in enumerate(order)}
        self._layers = frozenset(layers)
        self._multiplied: dict[str, None] = {}
        self._as_they_are: set[str] = set()
        self._otherwise: dict[str, str] = {}
        self._tables: set[str] = set()  # looked up, whatever else is done with them
        self._read: set[str] = set()  # whose units are multiplied with other weights later on

    def product(self, factors: Sequence[Origin]) -> Origin:
        """Note a product that is summed up, and return the origin of what comes of it.

        Values that depend on parameters alone, such as learned queries, go through known layers as
        inputs do; apart from that, a product of parameters is a way to compute weights.
        """
        data = any(factor.data for factor in factors)
        self._read.update(*(factor.makers for factor in factors))
        own = [name for f in factors for name in f.own if data or name in self._layers]
        others = frozenset(_NONE.union(*(f.parameters for f in factors)) if data else _NONE)
        weights = [*own, *sorted(others - {*own}, key=self._order.__getitem__)]
        self._multiplied |= dict.fromkeys(weights)
        self._as_they_are |= {*own}
        made = frozenset(weights) or _NONE.union(*(f.makers for f in factors))
        return Origin(data, *((_NONE,) if data else (_all(factors),)), makers=made)

    def layer(self, weights: Sequence[str], given: Sequence[Origin]) -> Origin:
        """Note a known layer that is run as a whole, and return the origin of what it returns."""
        self._multiplied |= dict.fromkeys(weights)
        self._as_they_are |= {*weights}
        self._read.update(*(f.makers for f in given))
        return Origin(any(f.data for f in given), _NONE, makers=frozenset(weights))

    def other(self, name: str, given: Sequence[Origin]) -> Origin:
        """Note another operation, and return the origin of what comes of it."""
        data = any(origin.data for origin in given)
        parameters, makers = _all(given), _NONE.union(*(o.makers for o in given))
        if data:
            for parameter in parameters:
                self._otherwise.setdefault(parameter, _how(name))
            if name.strip("_") in _TABLES:
                self._tables |= parameters
        return Origin(data, _NONE if data else parameters, makers=makers)

    def uses(self, returned: Iterable[Origin], beside: Iterable[Origin] = ()) -> Uses:
        """Return what follows from the notes, given the origins of what the model returned.

        Embeddings that the outputs are multiplied with, too, count as looked up. What is returned
        `beside` the logits is an output as well, unless other layers go on from it: a value beside
        an actor's logits is one, hidden values are none.
        """
        others = {n: how for n, how in self._otherwise.items() if n not in self._multiplied}
        others |= dict.fromkeys(self._tables, _how(_TABLES[0]))
        return Uses(
            tuple(self._multiplied),
            frozenset(self._multiplied) - self._as_they_are,
            others,
            _NONE.union(*(origin.makers for origin in returned))
            | _NONE.union(*(origin.makers for origin in beside)).difference(self._read),
        )


def _all(origins: Iterable[Origin]) -> Names:
    return _NONE.union(*(origin.parameters for origin in origins))


def _how(name: str) -> str:
    name = name.strip("_").removeprefix("native_")
    if name in _LOOKED_UP:
        return "is looked up"
    if name in _ADDED:
        return "is added to values or joined with them"
    return "scales values" if name in _SCALES else f"is used by {name} alone"
