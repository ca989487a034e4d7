"""Studies: what is run, what is kept of it, and that a stopped one goes on to the same rows."""

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from wann.cli.main import main
from wann.config import PRESETS, Training
from wann.experiments.pruning.plan import StudyPlan
from wann.experiments.pruning.study import Study
from wann.jobs.local import Outcome
from wann.pruning import load_data
from wann.pruning.api import prune
from wann.pruning.masks import load
from wann.pruning.tensor_files import tensor_bytes
from wann.pruning.training import train
from wann.pruning.training.models import build

pytestmark = pytest.mark.usefixtures("jobs_here", "nothing_painted")

SHORT = ("--steps", "60", "--seeds", "0", "--workers", "1")


def study(folder: Path, *flags: str) -> int:
    return main(["prune", *SHORT, "--out", str(folder), *flags])


def rows(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((folder / "summary.json").read_text())["rows"]
    return found


def without_time(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: value for key, value in row.items() if key != "seconds"} for row in found]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("study") / "whole"
    assert (
        study(folder, "--method", "imp,snip,magnitude", "--density", "0.5,0.3", "--controls", "all")
        == 0
    )
    return folder


def test_every_step_is_a_tidy_row_with_exact_counts(whole: Path) -> None:
    found = rows(whole)
    asked = [row for row in found if row["asked"] is not None and row["method"] != "dense"]
    assert {(row["method"], row["asked"], row["control"]) for row in asked} == {
        (method, density, kind)
        for method in ("imp", "snip", "magnitude")
        for density in (0.5, 0.3)
        for kind in (None, "reinit", "shuffle", "random")
    }
    assert all(row["kept"] == round(row["asked"] * row["total"]) for row in asked)
    # What shrinking leaves is asked of the models of methods alone.
    assert all((row["held"] is None) == (row["control"] is not None) for row in asked)
    assert all(row["held"] is None for row in found if row not in asked)
    in_rounds = [row["density"] for row in found if row["method"] == "imp" and row["asked"] is None]
    assert in_rounds == pytest.approx([0.8 ** (n + 1) for n in range(len(in_rounds))], rel=0.05)
    by_layer = {
        kind: row["kept_by_layer"]
        for row in asked
        for kind in [(row["method"], row["asked"], row["control"])]
    }
    for method in ("imp", "snip", "magnitude"):
        assert (
            by_layer[method, 0.3, "shuffle"]
            == by_layer[method, 0.3, "reinit"]
            == by_layer[method, 0.3, None]
        )
        assert sum(by_layer[method, 0.3, "random"].values()) == sum(
            by_layer[method, 0.3, None].values()
        )


def test_stopped_and_resumed_gives_the_same_rows(whole: Path, tmp_path: Path) -> None:
    """Some densities first, a step lost on the way, then all: nothing done is done again."""
    folder = tmp_path / "parts"
    assert study(folder, "--method", "imp,snip", "--density", "0.5") == 0
    before = {path: path.stat().st_mtime_ns for path in folder.glob("seed=0/**/row.json")}
    lost = folder / "seed=0" / "imp" / "density=0.5" / "row.json"
    lost.unlink()
    before.pop(lost)
    assert (
        study(folder, "--method", "imp,snip,magnitude", "--density", "0.5,0.3", "--controls", "all")
        == 0
    )
    assert all(path.stat().st_mtime_ns == time for path, time in before.items())
    assert without_time(rows(folder)) == without_time(rows(whole))


def test_a_study_goes_on_by_its_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "study"
    assert study(folder, "--method", "snip", "--density", "0.5") == 0
    lost = folder / "seed=0" / "snip" / "density=0.5" / "row.json"
    before = rows(folder)
    lost.unlink()
    capsys.readouterr()
    assert main(["resume", str(folder), "--workers", "1", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["rows"]) == 2
    assert without_time(rows(folder)) == without_time(before)
    assert main(["resume", str(folder), "--threads", "2"]) == 2
    assert "--workers N runs N at once" in capsys.readouterr().err


def test_a_folder_of_another_study_is_refused(
    whole: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert study(whole, "--batch", "10") == 2
    assert "holds a pruning study of other settings (training differ)" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        (["--density", "1.5"], "expected numbers such as 0.2,0.05 between 1e-09 and 1, got '1.5'"),
        (["--density", "a"], "--density: expected numbers such as"),
        (["--density", "0.5,0.5"], "expected different densities"),
        (["--method", "magnitud"], "did you mean"),
        (["--method", "nowhere:score"], "and nowhere.py in"),
        (["--method", "json:nothing"], "unknown name in json 'nothing'"),
        (["--controls", "shuffel"], "did you mean"),
        (["--training", "lht"], "did you mean"),
        (["--model", "lenet"], "lenet"),
        (["--dataset", "nothing"], "nothing"),
        (["--density", "0.00001"], "cannot keep one of its 19200 weights"),
        (["--learning-rate", "1e30"], "learning-rate: expected a number between"),
        (["--device", "tpu"], "device 'tpu' cannot be used"),
    ],
)
def test_mistakes_are_one_line(
    flags: list[str], expected: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert study(tmp_path / "study", "--method", "snip", *flags) == 2
    error = capsys.readouterr().err.strip().splitlines()[-1]
    assert error.startswith("wann: ")
    assert expected in error


def test_a_score_of_ones_own_is_found_in_the_current_folder_and_missed_before_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "own_score.py").write_text(
        "def square(scoring):\n    return {n: scoring.model.get_parameter(n).detach() ** 2 for n "
        "in scoring.masks}\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", [*__import__("sys").path])
    assert study(tmp_path / "none", "--method", "own_score:cube", "--density", "0.5") == 2
    assert not (tmp_path / "none").exists()
    assert study(tmp_path / "some", "--method", "own_score:square", "--density", "0.5") == 0
    assert [row["method"] for row in rows(tmp_path / "some")] == ["dense", "own_score:square"]


def test_what_is_done_starts_nothing_and_other_methods_are_not_counted(whole: Path) -> None:
    plan = StudyPlan(
        "lenet-300-100",
        "digits",
        ("snip",),
        (0.5,),
        training=dataclasses.replace(PRESETS["lth-short"], steps=60),
    )

    def runner(work: object, orders: list[object], **_: object) -> Iterator[tuple[int, Outcome]]:
        assert not orders
        yield from ()

    with Study.create(whole, plan) as done:
        assert (done.planned, done.finished()) == (2, 2)
        assert list(done.run(runner, retries=0, stopped=lambda: False)) == []
    with Study.create(whole, dataclasses.replace(plan, densities=(0.5, 0.4))) as more:
        assert (more.planned, more.finished()) == (3, 2)


def test_effective_density_is_of_what_may_be_pruned(tmp_path: Path) -> None:
    assert (
        study(
            tmp_path / "study",
            "--method",
            "random-erk",
            "--density",
            "0.02",
            "--protect",
            "fc2,fc3",
        )
        == 0
    )
    _, row = rows(tmp_path / "study")
    assert list(row["kept_by_layer"]) == ["fc1.weight"]
    assert 0 < row["effective"] <= row["kept"] == round(0.02 * 19200)
    assert row["effective_density"] == row["effective"] / 19200


def test_the_python_call_gives_what_a_study_gives(whole: Path) -> None:
    training = dataclasses.replace(PRESETS["lth-short"], steps=60)
    for method in ("imp", "snip", "magnitude"):
        found = prune("lenet-300-100", "digits", method, 0.3, training=training)
        (row,) = (
            r for r in rows(whole) if (r["method"], r["asked"], r["control"]) == (method, 0.3, None)
        )
        assert (found.accuracy, found.kept) == (row["accuracy"], row["kept"])


OWN = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.head, self.body = nn.Linear(30, 10), nn.Linear(64, 30)
        self.stem, self.scale = nn.Linear(64, 64), nn.Parameter(torch.ones(1, 30))
        self.stem.requires_grad_(False)

    def forward(self, x):
        return self.head(torch.relu(self.body(self.stem(x.flatten(1)))) * self.scale)
"""


def test_what_is_left_whole_is_said_and_can_be_included(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    name = f"left_whole_{tmp_path.name.replace('-', '_')}"
    (tmp_path / f"{name}.py").write_text(OWN)
    monkeypatch.chdir(tmp_path)
    command = ("--model", f"{name}:Net", "--method", "unit", "--density", "0.5", "--steps", "40")
    assert study(tmp_path / "a", *command) == 0
    shown = capsys.readouterr().out
    assert "scale is left whole: it scales values (--include scale to prune it)" in shown
    assert "stem.weight is left whole: it is frozen" in shown
    found = rows(tmp_path / "a")[-1]
    assert found["kept_by_layer"] == {"body.weight": 15 * 64, "head.weight": 300}
    asked = ("--include", "stem", "--outputs", "head", "--json")
    assert study(tmp_path / "b", *command, *asked) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["left_whole"] == {"scale": "scales values"}
    assert list(found["rows"][-1]["kept_by_layer"]) == ["stem.weight", "body.weight", "head.weight"]
    for flag in ("--include", "--outputs"):
        assert study(tmp_path / "c", *command, flag, "haed") == 2
        assert "'haed'" in capsys.readouterr().err
    assert not (tmp_path / "c").exists()


def test_methods_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prune", "--method", "list"]) == 0
    assert "lottery tickets (Frankle & Carbin 2019)" in capsys.readouterr().out


def test_random_rows_of_two_versions_never_stand_side_by_side(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A study of an earlier version goes on with what draws nothing, and says what it cannot."""
    folder, flags = tmp_path / "study", ("--density", "0.5")
    assert study(folder, "--method", "random-erk,snip", *flags) == 0
    plan = json.loads((folder / "study.json").read_text())
    assert plan.pop("draws") == 2
    (folder / "study.json").write_text(json.dumps(plan))
    before = rows(folder)
    assert main(["resume", str(folder), "--workers", "1"]) == 0  # there is nothing left to draw
    assert without_time(rows(folder)) == without_time(before)
    for more in (
        ("--method", "random-erk", "--density", "0.3"),
        ("--method", "random-uniform", *flags),
        ("--method", "snip", *flags, "--controls", "shuffle"),
    ):
        capsys.readouterr()
        assert study(folder, *more) == 2
        error = capsys.readouterr().err
        assert "begun with version 1 of the random numbers" in error
        assert more[-1 if "--controls" in more else 1] in error
    assert json.loads((folder / "study.json").read_text()) == plan
    assert study(folder, "--method", "magnitude", *flags, "--controls", "reinit") == 0
    assert json.loads((folder / "study.json").read_text())["draws"] == 1
    (folder / "seed=0" / "random-erk" / "density=0.5" / "row.json").unlink()
    assert main(["resume", str(folder), "--workers", "1"]) == 2
    assert "rows of random-erk would be of both" in capsys.readouterr().err


def test_a_study_of_an_earlier_version_that_drew_nothing_draws_in_this_one(tmp_path: Path) -> None:
    plan = StudyPlan("lenet-300-100", "digits", ("snip",), (0.5,), controls=("reinit",))
    old = StudyPlan.from_dict({k: v for k, v in plan.to_dict().items() if k != "draws"})
    assert old.draws == 1
    more = dataclasses.replace(plan, methods=("random-erk",))
    assert old.joined(more).draws == 2
    assert dataclasses.replace(old, methods=("random",)).joined(plan).draws == 1


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of trained weights of the model that studies take by default."""
    data = load_data("digits")
    model = build("lenet-300-100", data.shape, data.classes)
    train(model, data, None, Training(steps=60, batch=60))
    path = tmp_path_factory.mktemp("weights") / "lenet.safetensors"
    path.write_bytes(tensor_bytes(model.state_dict()))
    return path


def test_trained_weights_are_pruned_as_they_are(
    weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "study"
    monkeypatch.chdir(weights.parent)
    flags = ("--method", "magnitude,snip", "--density", "0.5", "--trained", weights.name)
    assert study(folder, *flags, "--fine-tune-steps", "20", "--fine-tune-rate", "1e-5") == 0
    found = {row["method"]: row for row in rows(folder)}
    assert found["dense"]["test_loss"] is None  # nothing was trained
    for method in ("magnitude", "snip"):
        kept = found[method]
        assert abs(kept["accuracy"] - kept["accuracy_without_retraining"]) < 0.1
        assert kept["early_stop_step"] == 20
    given, step = load_file(weights), folder / "seed=0" / "magnitude" / "density=0.5"
    masks, after = load(step / "masks.safetensors"), load_file(step / "trained.safetensors")
    for name, mask in masks.items():
        assert torch.allclose(after[name][mask], given[name][mask], atol=1e-3)
    monkeypatch.chdir(tmp_path)  # the file is found from anywhere
    (step / "row.json").unlink()
    assert main(["resume", str(folder), "--workers", "1"]) == 0
    assert without_time(rows(folder)) == without_time(list(found.values()))


def test_flags_of_trained_models_that_cannot_be_are_one_line(
    weights: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for flags, expected in (
        (("--method", "imp", "--trained", str(weights)), "goes back to weights from before"),
        (("--method", "snip", "--fine-tune-steps", "9"), "none of snip fine-tunes"),
        (("--method", "snip", "--trained", "nothing"), "nothing is no file"),
        (("--method", "magnitude", "--model", "conv-2", "--trained", str(weights)), "of GlorotNet"),
        (("--method", "random-uniform", "--density", "0.00005"), "cannot keep one of its"),
    ):
        assert study(tmp_path / "study", "--density", "0.5", *flags) == 2
        error = capsys.readouterr().err.strip().splitlines()
        assert len(error) == 1
        assert expected in error[0]
    assert not (tmp_path / "study").exists()


def test_a_collapse_is_a_row_where_that_is_allowed(tmp_path: Path) -> None:
    folder = tmp_path / "study"
    flags = ("--method", "random-uniform", "--density", "0.00004", "--allow-empty")
    assert study(folder, *flags) == 0  # two weights for three layers
    row = rows(folder)[-1]
    assert row["kept"] == 2
    assert row["effective"] == 0


def test_what_is_not_made_smaller_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "grouped.py").write_text(
        "from torch import nn\n"
        "def net():\n"
        "    return nn.Sequential(nn.Conv2d(1, 8, 3), nn.Conv2d(8, 8, 3, groups=2), nn.ReLU(),\n"
        "        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 10))\n"
    )
    monkeypatch.chdir(tmp_path)
    flags = ("--model", "grouped:net", "--method", "unit", "--density", "0.5")
    assert study(tmp_path / "study", *flags) == 0
    reason = "1 holds its channels: it is a convolution in groups of several channels"
    assert f"0 is not made smaller (unit): {reason}" in capsys.readouterr().out
    assert rows(tmp_path / "study")[-1]["held"]["0"] == reason
