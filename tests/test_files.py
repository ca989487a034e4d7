import json
from pathlib import Path

import numpy as np
import pytest

from wann.files import as_file_name, finite, free_name, write_json


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


@pytest.mark.parametrize(
    ("text", "filler", "ascii_only", "name"),
    [
        ("a b/c:d", "-", False, "a-b-c-d"),
        ("taxi_1.5+x-y", "_", True, "taxi_1.5+x-y"),
        ("größe {1}", "_", True, "gr_e_1_"),
        ("größe {1}", "-", False, "größe-1-"),
    ],
)
def test_runs_of_characters_that_no_file_name_should_have_become_one_filler(
    text: str, filler: str, ascii_only: bool, name: str
) -> None:
    assert as_file_name(text, filler, ascii_only=ascii_only) == name


def test_a_name_that_is_taken_gets_the_first_free_number() -> None:
    assert free_name("run", set().__contains__) == "run"
    assert free_name("run", {"run", "run-2", "run-4"}.__contains__) == "run-3"
