"""Programs that are ready to run, and in which pieces many examples are computed."""

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wann.kernels.sparse_steps import run_blocks, run_steps
from wann.network.sparse.images import Flat
from wann.network.sparse.layers import Connections, Layers
from wann.network.sparse.parts import aligned_zeros
from wann.network.sparse.program import plan

_BLOCK_BYTES = 256  # of one number of all examples of a block: 64 of float32
# So many examples are faster one by one than as a block that is mostly empty.
FEW_EXAMPLES = 8
_BEHIND = 1024  # numbers behind `values`, which vectors may reach


class Prepared:
    """The program of a model, and arrays to work in, which threads take and give back."""

    def __init__(self, model: Layers, dtype: np.dtype[Any], examples: int) -> None:
        """Lay `model` out for so many examples at once; see `plan`."""
        self.plan, self.dtype = plan(model, dtype, examples), dtype
        self._program = self.plan.program
        self._spare: list[NDArray[Any]] = []

    def run(self, x: NDArray[Any], found: NDArray[Any]) -> None:
        """Fill `found` (n, outputs) for examples (n, inputs)."""
        try:
            values = self._spare.pop()
        except IndexError:
            values = aligned_zeros(self.plan.size + _BEHIND, self.dtype)
        if len(x) == 1:  # A ninth of a microsecond less.
            run_steps(*self._program, values, x, found)
        else:
            run_blocks(*self._program, values, x, found, self.plan.examples)
        self._spare.append(values)


class Pieces:
    """A model for many examples, in the pieces in which they are computed fastest.

    What fully connected layers make is computed for a block of examples at once. Images are
    computed one by one, and the fully connected layers behind them for a block.
    """

    def __init__(self, model: Layers, dtype: np.dtype[Any], single: Prepared) -> None:
        """Prepare `model`; `single` is its program for one example."""
        self.block = _BLOCK_BYTES // dtype.itemsize
        self._model, self._dtype, self._single = model, dtype, single
        self._parts = images_and_rows(model)

    def run(self, x: NDArray[Any], found: NDArray[Any]) -> None:
        """Fill `found` (n, outputs) for examples (n, inputs)."""
        if self._parts:
            self._run_parts(x, found)
        elif self._model.has_images:
            self._single.run(x, found)
        else:
            whole = len(x)
            if whole % self.block <= FEW_EXAMPLES:
                whole -= whole % self.block
                self._single.run(x[whole:], found[whole:])
            self._rows.run(x[:whole], found[:whole])

    def _run_parts(self, x: NDArray[Any], found: NDArray[Any]) -> None:
        assert self._parts
        between = np.empty((min(self.block, len(x)), self._parts[0].outputs), self._dtype)
        for first in range(0, len(x), self.block):
            stop = min(first + self.block, len(x))
            self._images.run(x[first:stop], between[: stop - first])
            self._rows.run(between[: stop - first], found[first:stop])

    @cached_property
    def _images(self) -> Prepared:
        assert self._parts
        return Prepared(self._parts[0], self._dtype, 1)

    @cached_property
    def _rows(self) -> Prepared:
        return Prepared(self._parts[1] if self._parts else self._model, self._dtype, self.block)


def images_and_rows(model: Layers) -> tuple[Layers, Layers] | None:
    """Return the part of a model that reads images and the fully connected one behind it.

    None where there are not two such parts.
    """
    last = max(
        (i for i, layer in enumerate(model.layers, 1) if not isinstance(layer, Connections)),
        default=0,
    )
    behind = model.layers[last:]
    row = model.layers[last - 1]
    if not last or not behind or not isinstance(row, Flat):
        return None
    if any(i < last for layer in behind for i in layer.inputs):
        return None
    moved = tuple(layer._replace(inputs=tuple(i - last for i in layer.inputs)) for layer in behind)
    return Layers(model.shape, model.layers[:last]), Layers(row.shape, moved)
