"""What rankings are given in tests: objectives, and scores."""

import numpy as np
from hypothesis import strategies as st

from wann.evolution.ranking.selection import Scores


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


def scores(means: list[float], connections: list[int]) -> Scores:
    return Scores(np.array(means, dtype=float)[:, None] * np.ones((1, 2)), np.array(connections))
