from pathlib import Path

from pages_toys import run_pages

_VALUES = """
import { valueAt } from "./web/profile.js";
console.log(JSON.stringify(given.weights.map((weight) => valueAt(given.points, weight))));
"""


def test_a_profile_is_read_between_its_points_and_nowhere_else(tmp_path: Path) -> None:
    points = [[-2.0, 10.0], [0.0, 20.0], [1.0, None], [2.0, 40.0]]
    weights = [-2.5, -2.0, -1.0, 0.0, 0.5, 1.0, 2.0, 2.5]
    expected = [None, 10.0, 15.0, 20.0, None, None, 40.0, None]
    assert run_pages(tmp_path, _VALUES, {"points": points, "weights": weights}) == expected
    assert run_pages(tmp_path, _VALUES, {"points": [], "weights": [0.0]}) == [None]
