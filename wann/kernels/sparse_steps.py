"""The steps of a pruned model at inference, compiled: one call computes all of them.

A model is a table of steps (`wann.network.sparse.program` makes it), all of which read and write
one array `values`. One example is computed at a time, the pixels of a channel side by side; or a
block of examples, the examples of a unit side by side. All this is compiled into kernels.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.activations.ids import Activation
from wann.kernels.activate import UNKNOWN_CODE
from wann.kernels.jit import kernel
from wann.kernels.sparse_images import (
    clear_borders,
    lay_flat,
    pool_planes,
    split_planes,
    take_planes,
)
from wann.kernels.sparse_planes import (
    MOST_VECTORS,
    add_planes_1,
    add_planes_2,
    add_planes_3,
    add_planes_4,
    add_planes_5,
    add_planes_6,
)
from wann.kernels.sparse_sums import SIDE, activate_run, turn_square
from wann.kernels.sparse_units import add_units, look_up_units
from wann.kernels.vectors import Array

# What a step does, and its fields. Every step has its kind in field 0 and FIELDS fields.
FIELDS = 17
# The examples of the block, or the pixels of the example, go into `values`.
TAKE = 0
# Planes are sums of weighted planes; see `_sum`.
SUM = 1
# Single numbers are sums of weighted numbers: see `sparse_units`.
UNITS, LOOK_UP = 2, 9
# Numbers leave `values`.
GIVE = 3
# Those of images: see `sparse_images`.
TAKE_PLANES, CLEAR, SPLIT, POOL, FLAT = 4, 5, 6, 7, 8

_LINEAR, _RELU = int(Activation.LINEAR), int(Activation.RELU)


class Program(NamedTuple):
    """What is computed, as arrays."""

    steps: NDArray[np.int64]  # (steps * FIELDS and what they point to,)
    places: NDArray[np.uint32]  # where in `values` connections come from, or go to
    numbers: Array  # weights and biases


@kernel
def run_steps(
    steps: NDArray[np.int64],
    places: NDArray[np.uint32],
    numbers: Array,
    values: Array,
    x: Array,
    found: Array,
) -> None:
    """Compute one block of examples.

    Args:
        steps: of a `Program`; its first number is how many there are.
        places: of it.
        numbers: of it.
        values: (numbers,) what the steps read and write.
        x: (examples, inputs) as many as the program takes at once, or fewer.
        found: (examples, outputs), filled.
    """
    for step in range(steps[0]):
        at = 1 + step * FIELDS
        kind = steps[at]
        if kind == TAKE:
            _take(steps, at, values, x)
        elif kind == SUM:
            _sum(steps, at, places, numbers, values)
        elif kind == UNITS:
            add_units(steps, at, places, numbers, values)
        elif kind == LOOK_UP:
            look_up_units(steps, at, places, numbers, values)
        elif kind == CLEAR:
            clear_borders(steps, at, values)
        elif kind == SPLIT:
            split_planes(steps, at, values)
        elif kind == POOL:
            pool_planes(steps, at, values)
        elif kind == FLAT:
            lay_flat(steps, at, values)
        elif kind == TAKE_PLANES:
            take_planes(steps, at, values, x)
        else:
            _give(steps, at, values, found)


@kernel
def _take(steps: NDArray[np.int64], at: int, values: Array, x: Array) -> None:
    """Write the inputs into `values`.

    The fields are: where, the examples side by side, inputs.
    """
    first, lanes, inputs = steps[at + 1], steps[at + 2], steps[at + 3]
    if lanes == 1:
        for i in range(np.uint64(inputs)):
            values[np.uint64(first) + i] = x[np.uint64(0), i]
        return
    square, count = inputs // SIDE * SIDE, len(x) // SIDE * SIDE
    for i in range(0, square, SIDE):
        for example in range(0, count, SIDE):
            turn_square(x, example, i, values, first + i * lanes + example, lanes)
    for i in range(inputs):
        for example in range(count if i < square else 0, len(x)):
            values[first + i * lanes + example] = x[example, i]
        for example in range(len(x), lanes):
            values[first + i * lanes + example] = 0.0


@kernel
def _give(steps: NDArray[np.int64], at: int, values: Array, found: Array) -> None:
    """Write the outputs into `found`.

    The fields are: from where, the examples side by side, outputs.
    """
    first, lanes, outputs = steps[at + 1], steps[at + 2], steps[at + 3]
    for example in range(len(found)):
        for i in range(outputs):
            found[example, i] = values[first + i * lanes + example]


@kernel
def _sum(
    steps: NDArray[np.int64],
    at: int,
    places: NDArray[np.uint32],
    numbers: Array,
    values: Array,
) -> None:
    """Compute planes, each from the connections that lead to it.

    The fields are: where the first plane begins, the distance of planes, how many they are, the
    vectors of each, numbers in a vector, where in `steps` the starts of their connections stand,
    where in `numbers` the weights begin, where the biases do, whether what is there goes on, and
    the activation.
    """
    target, stride, planes, vectors, lanes = (
        steps[at + 1],
        steps[at + 2],
        steps[at + 3],
        steps[at + 4],
        steps[at + 5],
    )
    starts, bias, goes_on, code = steps[at + 6], steps[at + 8], steps[at + 9] != 0, steps[at + 10]
    rectified = code == _RELU
    parts = -(-vectors // MOST_VECTORS)
    for part in range(parts):
        begin, end = part * vectors // parts, (part + 1) * vectors // parts
        shift, count = begin * lanes, end - begin
        for plane in range(planes):
            start, stop = steps[starts + plane], steps[starts + plane + 1]
            b, to = numbers[bias + plane], target + plane * stride + shift
            given = (values, places, numbers, start, stop, shift, b, to, goes_on, rectified)
            # Chosen here and not in a kernel of its own, which would make LeNet a fifth slower
            if count == 6:
                add_planes_6(*given)
            elif count == 5:
                add_planes_5(*given)
            elif count == 4:
                add_planes_4(*given)
            elif count == 3:
                add_planes_3(*given)
            elif count == 2:
                add_planes_2(*given)
            else:
                add_planes_1(*given)
    if code not in (_LINEAR, _RELU):
        for plane in range(planes):
            if not activate_run(code, values, target + plane * stride, vectors * lanes):
                raise ValueError(UNKNOWN_CODE)


@kernel
def run_blocks(
    steps: NDArray[np.int64],
    places: NDArray[np.uint32],
    numbers: Array,
    values: Array,
    x: Array,
    found: Array,
    block: int,
) -> None:
    """Compute any number of examples, `block` of them at a time.

    Args:
        steps: of a `Program` for so many examples.
        places: of it.
        numbers: of it.
        values: (numbers,) what the steps read and write; its first numbers are zero.
        x: (examples, inputs).
        found: (examples, outputs), filled.
        block: how many examples the program takes at once.
    """
    for first in range(0, len(x), block):
        stop = min(first + block, len(x))
        run_steps(steps, places, numbers, values, x[first:stop], found[first:stop])
