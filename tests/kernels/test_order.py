"""The order of numbers against that of NumPy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wann.kernels.order import stable_order

few = st.sampled_from([0.0, -0.0, 1.0, -1.0, 2.5, np.inf, -np.inf])


@given(values=st.lists(few | st.floats(allow_nan=False), max_size=70))
@settings(max_examples=150, deadline=None)
def test_equal_numbers_stay_as_they_stand(values: list[float]) -> None:
    given_values = np.array(values)
    np.testing.assert_array_equal(
        stable_order(given_values), np.argsort(given_values, kind="stable")
    )


@pytest.mark.parametrize("count", [0, 1, 2, 63, 64, 65, 1000])
def test_whole_numbers_and_columns_of_any_length(count: int) -> None:
    table = np.random.default_rng(count).integers(0, 9, (count, 2))
    for column in (table[:, 0], np.ascontiguousarray(table[:, 1])):
        np.testing.assert_array_equal(stable_order(column), np.argsort(column, kind="stable"))
