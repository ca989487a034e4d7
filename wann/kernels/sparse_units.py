"""Units of fully connected layers, for one example: sums of single numbers.

There are three ways to the same sums: connection by connection (`add_units`), by differences from
the number that most inputs are (`_from_rest`), and by inputs that are held in registers
(`look_up_units`), which is the fastest where a processor can and connections are not very few. All
this is compiled into kernels.
"""

import numpy as np
from numpy.typing import NDArray

from wann.activations.ids import Activation
from wann.kernels.activate import UNKNOWN_CODE
from wann.kernels.jit import kernel
from wann.kernels.sparse_lookup import add_looked_up
from wann.kernels.sparse_sums import activate_run, add_numbers
from wann.kernels.vectors import Array

_LINEAR, _RELU = int(Activation.LINEAR), int(Activation.RELU)
_LARGEST_REST = 8.0


@kernel
def add_units(
    steps: NDArray[np.int64],
    at: int,
    places: NDArray[np.uint32],
    numbers: Array,
    values: Array,
) -> None:
    """Compute units of one example.

    The fields are: where the first unit stands, how many they are, where in `steps` the starts of
    their connections stand, where the biases begin, the activation, numbers to the next vector;
    then for the way input by input: the inputs, which stand side by side, 0 where this way is left
    out; where they begin; where in `steps` the starts of their connections stand; where in
    `numbers` the sums of each unit's weights begin; and how many inputs may not be at rest.

    Args:
        steps: of a `Program`.
        at: where in them this step begins.
        places: of the program.
        numbers: of the program.
        values: (numbers,) what the steps read and write.
    """
    target, units, starts, bias = steps[at + 1], steps[at + 2], steps[at + 3], steps[at + 4]
    code, wide = steps[at + 5], steps[at + 6]
    if not _from_rest(steps, at, places, numbers, values):
        for unit in range(np.uint64(units)):
            begin = np.uint64(starts) + unit
            start, stop = steps[begin], steps[begin + np.uint64(1)]
            total = add_numbers(values, places, numbers, start, stop)
            values[np.uint64(target) + unit] = numbers[np.uint64(bias) + unit] + total
    _activate(code, values, target, units, wide)


@kernel
def _from_rest(
    steps: NDArray[np.int64],
    at: int,
    places: NDArray[np.uint32],
    numbers: Array,
    values: Array,
) -> bool:
    """Compute the sums of `add_units` input by input, where most inputs are the same number.

    They are zero behind rectifiers, or what the first one is, as the background of pictures. All
    are taken to be so, and those that differ add their differences. Returns whether that was done.
    """
    target, units, bias = (
        np.uint64(steps[at + 1]),
        np.uint64(steps[at + 2]),
        np.uint64(steps[at + 4]),
    )
    inputs, first, columns = np.uint64(steps[at + 7]), np.uint64(steps[at + 8]), steps[at + 9]
    sums, zero = np.uint64(steps[at + 10]), values[0]  # a zero of their precision
    if not inputs:
        return False
    rest = values[first] if values[first] - values[first] == zero else zero
    not_zero, not_rest = 0, 0
    for i in range(inputs):
        not_zero += values[first + i] != zero
        not_rest += values[first + i] != rest
    if not_zero <= not_rest:
        rest, not_rest = zero, not_zero
    if not_rest > steps[at + 11]:
        return False
    for unit in range(units):
        values[target + unit] = numbers[bias + unit] + rest * numbers[sums + unit]
    furthest = zero
    for i in range(inputs):
        x = values[first + i]
        if x != rest:
            x -= rest
            furthest = max(furthest, abs(x))
            begin = np.uint64(columns) + i
            for k in range(np.uint64(steps[begin]), np.uint64(steps[begin + np.uint64(1)])):
                values[np.uint64(places[k])] += numbers[k] * x
    # Differences from a number much larger than they are have lost digits.
    return not_rest == 0 or abs(rest) <= _LARGEST_REST * furthest


@kernel
def look_up_units(
    steps: NDArray[np.int64],
    at: int,
    places: NDArray[np.uint32],
    numbers: Array,
    values: Array,
) -> None:
    """Compute units of one example from tables of inputs; see `sparse_lookup`.

    The fields are those of `add_units`, but for the groups of units in the third one, and biases
    for all places up to the next vector; and behind them: the tables; where in `steps` it stands of
    each table where it begins in `values`, and its first step; where in `steps` the counts of steps
    stand, table by table; where the codes begin, and the weights.

    Args:
        steps: of a `Program`.
        at: where in them this step begins.
        places: of the program.
        numbers: of the program.
        values: (numbers,) what the steps read and write.
    """
    target, units = steps[at + 1], steps[at + 2]
    if not _from_rest(steps, at, places, numbers, values):
        _look_up(steps, at, places, numbers, values, False)
        zero = values[0]  # a zero of their precision
        strange = 0
        for i in range(np.uint64(target), np.uint64(target + units)):
            strange += values[i] - values[i] != zero
        if strange:  # nan or an infinity, perhaps of an input that a unit has no connection to
            _look_up(steps, at, places, numbers, values, True)
    _activate(steps[at + 5], values, target, units, steps[at + 6])


@kernel
def _look_up(
    steps: NDArray[np.int64],
    at: int,
    places: NDArray[np.uint32],
    numbers: Array,
    values: Array,
    careful: bool,
) -> None:
    """Compute the sums of `look_up_units`, whose fields are explained there."""
    target, bias = np.uint64(steps[at + 1]), np.uint64(steps[at + 4])
    groups, wide = steps[at + 3], np.uint64(steps[at + 6])
    tables, begins, counts = steps[at + 12], steps[at + 13], steps[at + 14]
    for i in range(wide):
        values[target + i] = numbers[bias + i]
    for number in range(tables):
        table, step = steps[begins + 2 * number], steps[begins + 2 * number + 1]
        add_looked_up(
            values,
            places,
            numbers,
            steps,
            counts + number * groups,
            groups,
            step,
            steps[at + 15],
            steps[at + 16],
            table,
            steps[at + 1],
            careful,
        )


@kernel
def _activate(code: int, values: Array, target: int, units: int, wide: int) -> None:
    """Apply an activation to units, of which there is room for `wide`."""
    if code == _RELU:
        for i in range(np.uint64(target), np.uint64(target + units)):
            values[i] = 0.0 if values[i] < 0.0 else values[i]  # nan stays
    elif code != _LINEAR and not activate_run(code, values, target, wide):
        raise ValueError(UNKNOWN_CODE)
