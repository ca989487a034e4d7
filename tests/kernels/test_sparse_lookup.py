"""Sums of inputs that are looked up in registers, against their plain twin."""

import numpy as np
import pytest
from numpy.typing import NDArray

from wann.kernels.jit import kernel
from wann.kernels.sparse_lookup import FORMS, NO_CONNECTION, _plain_add, add_looked_up, forms

GROUPS, STEP, CODE, WEIGHT, TABLE, TARGET = 3, 2, 5, 7, 11, 80


@kernel
def _add(values, codes, numbers, counts, first, groups, careful):
    add_looked_up(
        values, codes, numbers, counts, first, groups, STEP, CODE, WEIGHT, TABLE, TARGET, careful
    )


def drawn(dtype: np.dtype, zeros: bool = False) -> tuple[NDArray, ...]:
    """Return values, codes, weights and counts of a few groups, some of which have no step."""
    rng = np.random.default_rng(0)
    lanes, table, _ = FORMS[dtype]
    values = rng.normal(size=200).astype(dtype)
    if zeros:
        values[TABLE : TABLE + table] = 0.0
    counts = np.array([9, 4, 0, 17])
    steps = STEP + counts.sum()
    codes = rng.integers(0, table, (steps, lanes)).astype(np.uint8)
    weights = rng.normal(size=codes.shape)
    absent = rng.random(codes.shape) < 0.3
    codes[absent], weights[absent] = NO_CONNECTION, 0.0
    codes[STEP, :3], weights[STEP, :3] = 0, 1.0
    words = np.concatenate([np.zeros(CODE, np.uint32), codes.reshape(-1).view(np.uint32)])
    return (
        values,
        words,
        np.concatenate([np.ones(WEIGHT), weights.reshape(-1)]).astype(dtype),
        counts,
    )


@pytest.mark.parametrize("dtype", FORMS, ids=str)
@pytest.mark.parametrize("careful", [False, True])
def test_all_groups_add_their_steps(dtype: np.dtype, careful: bool) -> None:
    values, *given = drawn(dtype)
    found, expected = values.copy(), values.copy()
    _add(found, *given, 1, GROUPS, careful)
    _plain_add(expected, *given, 1, GROUPS, STEP, CODE, WEIGHT, TABLE, TARGET, careful)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)
    lanes = FORMS[dtype].lanes
    may_change = np.zeros(len(values), bool)
    may_change[TARGET : TARGET + 3 * lanes] = True
    may_change[TARGET + lanes : TARGET + 2 * lanes] = False  # a group without a step
    np.testing.assert_array_equal(found[~may_change], values[~may_change])


@pytest.mark.parametrize("dtype", FORMS, ids=str)
def test_with_care_a_lane_without_a_connection_hears_nothing(dtype: np.dtype) -> None:
    values, codes, weights, counts = drawn(dtype)
    lanes = FORMS[dtype].lanes
    values[TABLE] = np.inf
    in_bytes = codes[CODE:].view(np.uint8).reshape(-1, lanes)
    of_first = in_bytes[STEP : STEP + counts[1]]
    hears = (of_first == 0).any(0)
    assert hears.any()
    assert not hears.all()
    _add(values, codes, weights, counts, 1, 1, True)
    np.testing.assert_array_equal(np.isfinite(values[TARGET : TARGET + lanes]), ~hears)


@pytest.mark.parametrize("dtype", FORMS, ids=str)
def test_inputs_that_are_all_zero_change_nothing(dtype: np.dtype) -> None:
    values, *given = drawn(dtype, zeros=True)
    found = values.copy()
    _add(found, *given, 1, GROUPS, False)
    np.testing.assert_array_equal(found, values)


@pytest.mark.parametrize(
    ("features", "expected"),
    [
        ("", {}),
        ("+neon,+fp-armv8", {}),
        ("+avx,-avx2,-avx512f", {}),
        ("+avx2,-fma", {}),
        ("+avx2,+fma,-avx512f", {"float32": (8, 8)}),
        ("+avx2,+fma,+avx512f", {"float32": (16, 32), "float64": (8, 16)}),
    ],
)
def test_the_abilities_of_a_processor_decide(features: str, expected: dict) -> None:
    assert {str(d): (f.lanes, f.table) for d, f in forms(features).items()} == expected
