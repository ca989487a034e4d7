import json
from pathlib import Path

import numpy as np
import pytest

from wann.files import finite, write_json


def test_what_is_not_finite_becomes_none_and_numbers_become_pythons_own() -> None:
    value = {"a": np.float32(0.5), "b": [np.inf, (np.float64("nan"), -1)], "c": "text", "d": None}
    found = finite(value)
    assert found == {"a": 0.5, "b": [None, [None, -1]], "c": "text", "d": None}
    assert type(found["a"]) is float
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_json_refuses_what_is_not_finite(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        write_json(tmp_path / "row.json", {"mean": float("inf")})
    assert list(tmp_path.iterdir()) == []
