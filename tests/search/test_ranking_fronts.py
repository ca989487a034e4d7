import math

import naive
import numpy as np
import pytest
from genome_toys import PROPERTY
from hypothesis import given
from hypothesis import strategies as st

from wann.search.ranking import crowding_distance, dominance_fronts


@st.composite
def objectives(draw) -> np.ndarray:
    """Few distinct values, so that ties, duplicates and constant objectives are common.

    Or none alike.
    """
    rows, columns = draw(st.integers(1, 25)), draw(st.integers(1, 3))
    values = draw(
        st.sampled_from([st.integers(0, 1), st.integers(-2, 3), st.floats(-1e6, 1e6, width=32)])
    )
    cells = draw(st.lists(values, min_size=rows * columns, max_size=rows * columns))
    return np.array(cells, dtype=np.float64).reshape(rows, columns)


@PROPERTY
@given(objectives())
def test_fronts_are_their_definition(rows: np.ndarray) -> None:
    before = rows.copy()
    assert dominance_fronts(rows).tolist() == naive.fronts(rows)
    assert (rows == before).all()


@PROPERTY
@given(objectives())
def test_crowding_is_that_of_the_paper(rows: np.ndarray) -> None:
    before = rows.copy()
    np.testing.assert_allclose(crowding_distance(rows), naive.crowding(rows), rtol=1e-12)
    assert (rows == before).all()


@PROPERTY
@given(objectives(), st.randoms(use_true_random=False))
def test_fronts_do_not_depend_on_the_order(rows: np.ndarray, random) -> None:
    order = list(range(len(rows)))
    random.shuffle(order)
    assert dominance_fronts(rows[order]).tolist() == dominance_fronts(rows)[order].tolist()


@pytest.mark.parametrize(
    ("rows", "fronts"),
    [
        ([[1, 1]], [0]),
        ([[1, 1], [1, 1], [1, 1]], [0, 0, 0]),
        ([[3, 1], [2, 2], [1, 3]], [0, 0, 0]),
        ([[1, 1], [2, 2], [3, 3]], [2, 1, 0]),
        ([[1, 5], [2, 5], [2, 4]], [1, 0, 1]),
        ([[math.inf, 0], [0, 0], [-math.inf, 1]], [0, 1, 0]),
    ],
)
def test_fronts_by_hand(rows: list[list[float]], fronts: list[int]) -> None:
    assert dominance_fronts(np.array(rows, dtype=float)).tolist() == fronts


@pytest.mark.parametrize(
    ("rows", "distances"),
    [
        ([[1, 1]], [math.inf]),
        ([[0, 4], [4, 0]], [math.inf, math.inf]),
        # The example of WANN's nsga_sort: what its precedence bug turns into 20,000.
        ([[100], [200], [300]], [math.inf, 1.0, math.inf]),
        ([[0, 10], [1, 9], [4, 6], [10, 0]], [math.inf, 0.8, 1.8, math.inf]),
        ([[0, 7], [1, 7], [4, 7]], [math.inf, 1.0, math.inf]),
        ([[2, 2], [2, 2], [2, 2]], [math.inf, 0.0, math.inf]),
    ],
)
def test_crowding_by_hand(rows: list[list[float]], distances: list[float]) -> None:
    assert crowding_distance(np.array(rows, dtype=float)).tolist() == pytest.approx(distances)
