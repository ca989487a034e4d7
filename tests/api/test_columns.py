import numpy as np

from wann.api.columns import Columns

ROWS = [
    {"name": "a", "loss": 1, "done": True, "fitness": [1.0, 2.0], "size": 3},
    {"name": "b", "loss": None, "done": False, "fitness": [3.0, 4.0], "size": 2**70},
]


def test_each_column_has_the_type_of_its_values() -> None:
    columns = Columns(ROWS)
    assert list(columns) == ["name", "loss", "done", "fitness", "size"]
    assert columns["loss"].dtype == np.float64
    assert np.isnan(columns["loss"][1])
    assert columns["done"].dtype == np.bool_
    assert columns["fitness"].tolist() == [[1.0, 2.0], [3.0, 4.0]]
    assert columns["fitness"].shape == columns["name"].shape == (2,)
    assert columns["size"].tolist() == [3, 2**70]
    assert columns.rows == ROWS
    assert repr(columns) == "Columns(2 rows of name, loss, done, fitness, size)"


def test_rows_need_not_have_the_same_keys_and_there_may_be_none() -> None:
    columns = Columns([{"a": 1}, {"b": 2}])
    assert columns["a"].tolist()[0] == 1.0
    assert np.isnan(columns["a"][1])
    assert len(Columns([])) == 0
