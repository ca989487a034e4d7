from pathlib import Path

import numpy as np
import pytest

from wann.config import EvaluateConfig, SearchConfig, StudySettings, TuneConfig, config_of
from wann.errors import UserError


@pytest.mark.parametrize("given", ["0.2,0.05", [0.2, 0.05], (0.2, 0.05), np.array([0.2, 0.05])])
def test_several_values_in_any_form(given: object) -> None:
    found = config_of({"densities": given}, StudySettings()).densities
    assert found == (0.2, 0.05)
    assert all(type(value) is float for value in found)


def test_one_value_stands_for_several() -> None:
    config = config_of({"methods": "imp", "densities": 0.1, "protect": "fc3"}, StudySettings())
    assert (config.methods, config.densities, config.protect) == (("imp",), (0.1,), ("fc3",))


def test_numbers_of_numpy_and_paths() -> None:
    assert config_of({"seed": np.int64(3), "sigma": np.float32(0.5)}, TuneConfig()).seed == 3
    path = Path("a") / "b.npz"
    assert config_of({"dataset": path}, StudySettings()).dataset == str(path)


@pytest.mark.parametrize(
    ("given", "base", "message"),
    [
        ({"episode": 3}, EvaluateConfig(), "unknown argument 'episode': did you mean 'episodes'?"),
        ({"seed": "3"}, EvaluateConfig(), "seed must be a whole number, got '3'"),
        ({"episodes": np.bool_(True)}, EvaluateConfig(), "episodes must be a whole number"),
        ({"densities": "many"}, StudySettings(), "densities: expected numbers such as 0.2,0.05"),
        ({"densities": [0.2, "x"]}, StudySettings(), "densities must be a number, got 'x'"),
        ({"densities": {0.1: 1}}, StudySettings(), "densities must be a number, got {0.1: 1}"),
        ({"densities": None}, StudySettings(), "densities must be one or more different values"),
        ({"population": None}, SearchConfig(), "population must be a whole number, got None"),
    ],
)
def test_what_is_refused(given: dict[str, object], base: SearchConfig, message: str) -> None:
    with pytest.raises(UserError) as raised:
        config_of(given, base)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)
