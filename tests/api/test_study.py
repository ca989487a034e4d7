"""`wann.study` gives what `wann prune` gives; models may be objects; results are of use."""

import inspect
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from run_toys import without
from torch import nn

import wann
from wann.api.study import study
from wann.api.study_result import StudyResult
from wann.cli import flags
from wann.cli.main import main
from wann.config import StudySettings, TableSettings
from wann.errors import UserError
from wann.runs.lock import FolderLock

pytestmark = pytest.mark.usefixtures("jobs_here", "nothing_painted")

TIMED = ("seconds", "study")


class Small(nn.Sequential):
    def __init__(self) -> None:
        super().__init__(nn.Flatten(), nn.Linear(64, 12), nn.ReLU(), nn.Linear(12, 10))


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> StudyResult:
    folder = tmp_path_factory.mktemp("study") / "python"
    return study(
        methods=["magnitude", "snip"],
        densities=[0.5],
        steps=30,
        workers=1,
        controls=["shuffle"],
        out=folder,
    )


def test_figures_are_made_again(
    found: StudyResult, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = {f"{n}{s}" for n in ("accuracy", "kept-inputs", "overlap") for s in (".png", ".svg")}
    assert {path.name for path in found.figures} >= names
    drawn = wann.render(found, tmp_path / "drawn", pdf=True, style="dark")
    assert [path for path in drawn if path.suffix != ".pdf"] == [
        tmp_path / "drawn" / path.name for path in found.figures
    ]
    before = [(path, path.read_bytes()) for path in found.figures]
    with FolderLock(found.folder):
        assert main(["render", str(found.folder)]) == 0
    said = capsys.readouterr()
    assert said.out.splitlines() == [str(path) for path in found.figures]
    assert said.err == (
        f"wann: {found.folder}: the pruning study is under way: what is done so far is shown\n"
    )
    assert [(path, path.read_bytes()) for path in found.figures] == before


def test_names_and_defaults_are_those_of_the_command() -> None:
    parameters = inspect.signature(study).parameters
    declared = {
        name: entry.default
        for kind in (StudySettings, TableSettings)
        for name, entry in kind.__dataclass_fields__.items()
    }
    for name, default in declared.items():
        assert parameters[name].default == default, name
    assert parameters["retries"].default == flags.RETRIES.default
    others = {"steps", "batch", "learning_rate", "out", "workers", "ray", "cpus_per_worker"}
    others |= {"memory_per_worker", "progress", "latency", "retries", "figures"}
    assert set(parameters) == set(declared) | others


def test_it_gives_what_the_command_gives(
    found: StudyResult, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = ["--method", "magnitude,snip", "--density", "0.5", "--controls", "shuffle"]
    running = ["--steps", "30", "--workers", "1", "--out", str(tmp_path / "command"), "--json"]
    assert main(["prune", *flags, *running]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert without(json.loads(json.dumps(found.to_json())), TIMED) == without(printed, TIMED)


def test_rows_and_summary_are_columns_and_the_rest_is_at_hand(found: StudyResult) -> None:
    assert sorted(set(found.rows["method"])) == ["dense", "magnitude", "snip"]
    assert found.summary["accuracy_mean"].dtype == float
    pruned = (found.rows["method"] != "dense") & np.array(
        [c is None for c in found.rows["control"]]
    )
    assert found.best().accuracy.mean == found.best(0.5).accuracy.mean
    assert found.best().accuracy.mean == found.rows["accuracy"][pruned].max()
    step = found.step("snip")
    assert step.row.kept == sum(int(mask.sum()) for mask in step.masks.values())
    weight = step.model.get_parameter("fc1.weight")
    assert not weight[~step.masks["fc1.weight"]].any()
    assert step.network.outputs == 10
    assert 0 < step.network.connections < step.row.total
    assert found.step("dense").row.density == 1.0
    assert len(found.plot().axes) >= 1
    assert "against dense" in str(found)
    assert repr(found).endswith("5 steps of magnitude, snip)")
    assert len(repr(step)) < 120


def test_it_is_gone_on_with_by_what_was_returned(
    found: StudyResult, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOME", str(found.folder.parent))
    for place in (found, "~/python", str(found.folder)):
        again = wann.resume(place, workers=1)
        assert isinstance(again, StudyResult)
        assert again.rows.rows == found.rows.rows
    for wrong, message in (
        ({"threads": 2}, "one thread: workers=N runs N at once"),
        ({"logger": "csv"}, "logger= is for searches and sweeps"),
        ({"retries": -1}, "retries: expected a whole number"),
        ({"checkpoint_seconds": "a"}, "checkpoint_seconds: expected a number"),
    ):
        given: Any = wrong
        with pytest.raises(UserError, match=message):
            wann.resume(found, **given)
    capsys.readouterr()
    assert main(["resume", str(found.folder), "--logger", "csv"]) == 2
    assert "--logger is for searches and sweeps" in capsys.readouterr().err
    assert main(["resume", str(found.folder), "--workers", "1", "--json"]) == 0
    assert without(json.loads(capsys.readouterr().out), TIMED) == without(found.to_json(), TIMED)


def test_what_was_not_done_is_no_step(found: StudyResult) -> None:
    with pytest.raises(UserError, match="is not a finished step of this study: expected a method"):
        found.step("snip", 0.4)
    with pytest.raises(UserError, match="the weights of controls are not kept"):
        found.step("snip", control="shuffle").state  # noqa: B018
    with pytest.raises(UserError, match=r"no finished step at density 0.3: expected one of 0.5"):
        found.best(0.3)


def test_a_module_is_a_model_and_is_known_by_its_weights(tmp_path: Path) -> None:
    torch.manual_seed(3)
    model, other = Small(), Small()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    how: dict[str, Any] = {"densities": 0.5, "steps": 20, "workers": 2, "out": tmp_path / "own"}
    found = study(model, "digits", methods="snip", **how)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert found.plan.model.startswith("session:Small-")
    more = study(model, "digits", methods="snip,random-erk", **how)
    assert len(more.rows["seed"]) == 3
    assert isinstance(more.step("random-erk").model, Small)
    with pytest.raises(UserError, match=r"of other settings \(model differ\): give another out="):
        study(other, "digits", methods="snip", **how)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"method": "imp"}, "unknown argument 'method': did you mean 'methods'?"),
        ({"methods": "imq"}, "unknown method 'imq': did you mean 'imp'?"),
        ({"densities": 2}, "densities must be between 1e-09 and 1, got 2"),
        ({"seeds": "x"}, "seeds=: expected seeds such as 0-4,7, got 'x'"),
        ({"training": "lht"}, "unknown training 'lht': did you mean 'lth'?"),
        ({"training": 3}, "training: expected the name of a preset or a `Training`, got 3"),
        ({"model": 3}, "model: expected a name, a torch.nn.Module or a function"),
        ({"workers": 0}, "expected 1 or more threads or workers, got 0"),
        ({"retries": "2"}, "retries: expected a whole number from 0 to 1,000, got '2'"),
        ({"cpus_per_worker": 2}, "cpus_per_worker= needs ray="),
    ],
)
def test_mistakes_are_told_before_anything_is_written(
    given: dict[str, Any], message: str, tmp_path: Path
) -> None:
    with pytest.raises(UserError) as raised:
        study(**{"out": tmp_path / "new", **given})
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)
    assert not (tmp_path / "new").exists()
