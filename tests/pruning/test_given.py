"""Arguments of other kinds are refused in one line, before anything is trained."""

from pathlib import Path
from typing import Any

import pytest

import wann
from wann.errors import UserError
from wann.network.torch_module import nn, torch

X, Y = torch.randn(60, 6), torch.arange(60) % 3
DATA = [(X[i : i + 10], Y[i : i + 10]) for i in range(0, 60, 10)]
MODEL = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 3))


def prune(**given: Any) -> Any:
    return wann.prune(MODEL, DATA, "magnitude", **{"density": 0.5, "steps": 4, **given})


@pytest.mark.parametrize("name", ["density", "seed", "rewind_step", "protect", "include", "tell"])
@pytest.mark.parametrize("value", ["0.5", [5], 1.5, torch.tensor(0.5), True, object()])
def test_what_is_of_another_kind_is_refused(name: str, value: Any) -> None:
    if (name, value) in (("protect", "0.5"), ("include", "0.5"), ("density", 1.5)):
        with pytest.raises(UserError, match=r"0\.5|1\.5"):  # as a name, and as a number
            prune(**{name: value})
        return
    with pytest.raises(UserError, match=f"^{name}: expected "):
        prune(**{name: value})


@pytest.mark.parametrize("value", [0, 1])
def test_a_whole_number_is_no_share(value: int) -> None:
    with pytest.raises(UserError, match="expected a share of validation examples"):
        prune(validation=value)


def test_models_are_pruned_where_the_caller_wants_no_gradients() -> None:
    with torch.no_grad():
        assert prune().accuracy >= 0.0


def test_places_that_cannot_be_written_are_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match=r"file/x\.pt2 cannot be written: "):
        prune().export(tmp_path / "file" / "x.pt2")
