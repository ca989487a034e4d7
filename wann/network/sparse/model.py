"""A pruned or grown network for use: called on arrays, it computes the kept connections alone."""

import math
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wann.activations.declaration import FIRST_OWN_CODE
from wann.arrays import array_of
from wann.errors import UserError, in_short
from wann.files import write_new
from wann.kernels.own_functions import make_ready
from wann.network.sparse.checks import check
from wann.network.sparse.file import layers_bytes
from wann.network.sparse.layers import Layers, Weighted
from wann.network.sparse.prepared import FEW_EXAMPLES, Pieces, Prepared

DTYPES = ("float32", "float64")


class SparseModel:
    """A network whose removed connections cost nothing: `model(x)` returns its outputs.

    `wann.sparse` makes one. It is a value: nothing that it is called with changes it, and any
    number of threads may call it at once.

    Example:
        ```python
        model = wann.sparse("zoo:digits", weight=1.0)
        model(np.zeros(model.shape))  # (10,), or (n, 10) for n examples
        model.save("digits.safetensors")
        ```
    """

    def __init__(self, layers: Layers, dtype: str = "float32", threads: int = 1) -> None:
        """Lay `layers` out for the kernels.

        `dtype` is what is computed with, float32 or float64; `threads` share large batches.
        UserError where one of these is none, or the layers are damaged.
        """
        name = getattr(dtype, "__name__", str(dtype)).removeprefix("torch.")
        if name not in DTYPES:
            raise UserError(f"expected a dtype of {' or '.join(DTYPES)}, got {in_short(dtype)}")
        if type(threads) is not int or not 1 <= threads <= 10_000:
            raise UserError(f"expected threads from 1 to 10,000, got {in_short(threads)}")
        check(layers)
        codes = {layer.activation for layer in layers.layers if isinstance(layer, Weighted)}
        make_ready(code for code in codes if code >= FIRST_OWN_CODE)
        self.layers, self.threads = layers, threads
        self.dtype: np.dtype[Any] = np.dtype(name)
        self._inputs, self._outputs = layers.inputs, layers.outputs
        self._one = (layers.shape, (self._inputs,))  # the shapes that one example may have
        self._has_images = layers.has_images
        self._batches_of_one = frozenset((1, *shape) for shape in self._one)

    @property
    def shape(self) -> tuple[int, ...]:
        """Of one example."""
        return self.layers.shape

    @property
    def outputs(self) -> int:
        """How many numbers come out for one example."""
        return self.layers.outputs

    @property
    def connections(self) -> int:
        """How many connections are kept, biases left out."""
        return self.layers.connections

    def __repr__(self) -> str:
        return (
            f"SparseModel(shape={self.shape}, outputs={self.outputs}, "
            f"connections={self.connections:,}, dtype={self.dtype.name}, threads={self.threads})"
        )

    def __call__(self, x: Any) -> Any:
        """Return the outputs (outputs,) for one example, or (n, outputs) for n of them.

        `x` is an array, or anything that NumPy makes one of, of the shape of an example, or of such
        examples behind one another; examples may be flattened. A tensor of PyTorch gives a tensor
        on its device, and of its dtype where that is a floating one. UserError where the shape does
        not fit.

        A removed connection passes nothing on: `nan` and infinities of an input come to those
        outputs alone that a connection leads to.
        """
        if (
            type(x) is np.ndarray
            and x.dtype is self.dtype
            and x.shape in self._batches_of_one
            and x.flags.c_contiguous
        ):  # nothing to look at: what is done below would take as long as a small network
            found = np.empty((1, self._outputs), self.dtype)
            self._single.run(x.reshape(1, self._inputs), found)
            return found
        if hasattr(x, "new_tensor"):
            return self._of_tensor(x)
        given = x if type(x) is np.ndarray else array_of(x, "the input")
        one = given.shape in self._one
        if not one and given.shape[1:] not in self._one:
            raise UserError(
                f"expected an example of shape {self.shape} or n of them, {('n', *self.shape)}, "
                f"got {given.shape}".replace("'", "")
            )
        examples = given.reshape(1 if one else len(given), self._inputs)
        if examples.dtype != self.dtype or not examples.flags.c_contiguous:
            examples = self._converted(examples)
        found = np.empty((len(examples), self._outputs), self.dtype)
        self._compute(examples, found)
        return found[0] if one else found

    def save(self, path: Path | str, *, force: bool = False) -> Path:
        """Write it as a `.safetensors` file, which `wann.sparse(path)` reads, and return the path.

        A file that is there already is kept, unless `force` is given: UserError.
        """
        where = Path(path)
        if where.suffix != ".safetensors":
            raise UserError(
                f"expected a path that ends with .safetensors, got {in_short(where.name)}"
            )
        return write_new(where, layers_bytes(self.layers), force=force)

    def _of_tensor(self, x: Any) -> Any:
        """Return a tensor for a tensor `x` of PyTorch, which is not imported for it."""
        floating = x.is_floating_point()
        given = x.detach().cpu()
        # NumPy has no types of few bits but float16
        found = self((given.double() if floating else given).numpy())
        if floating:
            return x.new_tensor(found)
        return x.new_tensor(found, dtype=getattr(sys.modules["torch"], self.dtype.name))

    def _converted(self, x: NDArray[Any]) -> NDArray[Any]:
        """Return `x` as the kernels read it."""
        if x.dtype.kind not in "biuf":
            raise UserError(f"expected numbers, got an array of {x.dtype}")
        with np.errstate(over="ignore"):  # too large for float32: an infinity, as in PyTorch
            return np.ascontiguousarray(x, self.dtype)

    @cached_property
    def _single(self) -> Prepared:
        return Prepared(self.layers, self.dtype, 1)

    @cached_property
    def _pieces(self) -> Pieces:
        return Pieces(self.layers, self.dtype, self._single)

    def _compute(self, x: NDArray[Any], found: NDArray[Any]) -> None:
        """Fill `found` (n, outputs) for examples (n, inputs), on so many threads as are wanted."""
        few = len(x) <= FEW_EXAMPLES
        run = self._single.run if few else self._pieces.run
        if self.threads == 1 or len(x) <= 1 or (few and not self._has_images):
            run(x, found)
            return
        # What one block computes is not shared, so that the bits are the same on any threads.
        whole = 1 if self._has_images else self._pieces.block
        each = math.ceil(math.ceil(len(x) / whole) / self.threads) * whole
        parts = [slice(first, first + each) for first in range(0, len(x), each)]
        with ThreadPoolExecutor(len(parts)) as pool:
            list(pool.map(lambda part: run(x[part], found[part]), parts))
