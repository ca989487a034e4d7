"""What the steps of a study hand on to each other by their files, and what files cannot hold."""

from pathlib import Path

import pytest
import torch
from made_up_toys import Counting, centred
from torch import nn

import wann
from wann.api.study_result import StudyResult
from wann.errors import UserError
from wann.experiments.pruning.step_files import read_state
from wann.experiments.pruning.study import read_study
from wann.pruning import masks
from wann.pruning.rewind import set_state

pytestmark = pytest.mark.usefixtures("jobs_here", "nothing_painted")


def studied(model: nn.Module, folder: Path) -> StudyResult:
    how = {"densities": 0.6, "seeds": 1, "steps": 60, "figures": False, "workers": 1}
    return wann.study(model, "digits", methods=["magnitude", "imp"], out=folder, **how)


def unfinished(
    model: nn.Module, kept: masks.Masks, generator: torch.Generator
) -> dict[str, torch.Tensor]:
    return {}


@pytest.mark.parametrize("method", ["magnitude", "imp", "unit"])
def test_a_control_that_fails_takes_no_other_step_with_it(tmp_path: Path, method: str) -> None:
    how = {"densities": [0.7, 0.5], "seeds": 1, "steps": 20, "figures": False, "workers": 1}
    asked = [unfinished, "random", "shuffle"]
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 12), nn.ReLU(), nn.Linear(12, 10))
    with pytest.raises(UserError, match=r"unfinished returned \{\}: expected a mask for") as error:
        wann.study(model, "digits", methods=method, controls=asked, out=tmp_path, **how)
    assert "\n" not in str(error.value)
    _, summary = read_study(tmp_path)
    done = {(row.asked, row.control) for row in summary.rows if row.method == method}
    wanted = {(density, kind) for density in (0.7, 0.5) for kind in (None, "random", "shuffle")}
    assert wanted <= done


def test_steps_hand_on_buffers_that_a_state_leaves_out(tmp_path: Path) -> None:
    found, other = (
        studied(centred(persistent, 64, 10), tmp_path / str(persistent))
        for persistent in (True, False)
    )
    for method in ("magnitude", "imp"):
        step, of_other = (one.step(method, 0.6) for one in (found, other))
        assert step.row.accuracy == of_other.row.accuracy
        assert step.row.accuracy_without_retraining == of_other.row.accuracy_without_retraining
        assert torch.equal(step.model[2].mean, of_other.model[2].mean)
        assert step.model[2].mean.any()


def test_files_of_before_that_lack_such_buffers_are_read(tmp_path: Path) -> None:
    model = centred(False, 64, 10)
    found = studied(model, tmp_path)
    state = read_state(found.step("dense").folder, "trained", "cpu")
    assert "2.mean" in state
    del state["2.mean"]
    set_state(model, state)
    assert not model[2].mean.any()


def test_a_study_is_the_same_where_the_caller_infers(tmp_path: Path) -> None:
    expected = studied(centred(True, 64, 10), tmp_path / "plain")
    with torch.inference_mode():
        found = studied(centred(True, 64, 10), tmp_path / "inferring")
        step = found.step("imp", 0.6)
        assert not any(parameter.is_inference() for parameter in step.model.parameters())
    assert step.row.accuracy == expected.step("imp", 0.6).row.accuracy


def test_extra_state_that_no_file_holds_is_refused_before_training(tmp_path: Path) -> None:
    model = nn.Sequential(nn.Flatten(), Counting(64, 10))
    with pytest.raises(UserError, match=r"'1._extra_state' of Sequential is dict") as error:
        studied(model, tmp_path / "study")
    assert "\n" not in str(error.value)
