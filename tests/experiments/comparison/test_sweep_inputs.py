"""A sweep stands for its champions: none is missing without a word, and each knows its group."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from paths import REFERENCE_RUN

from wann.config import Making
from wann.errors import UserError
from wann.experiments.comparison.input_networks import Input, champions_of
from wann.experiments.comparison.make_plan import make_plan
from wann.experiments.comparison.plan import ComparisonPlan
from wann.experiments.comparison.sweep_inputs import with_sweeps_read
from wann.experiments.sweep.plan import SweepPlan
from wann.runs.rundir import RunDir
from wann.tasks.registry import make_task

CELLS = (("relu", "linear", "inverse"), ("tanh", "relu"))
SWINGUP = make_task("swingup")


@pytest.fixture
def sweep(tmp_path: Path) -> Path:
    """Two cells of two seeds, of which one run is finished, one going on, and one not begun."""
    folder = tmp_path / "mine"
    base = RunDir.open(REFERENCE_RUN).config
    plan = SweepPlan(base, {"activations": CELLS}, (0, 1))
    folder.mkdir()
    (folder / "sweep.json").write_text(json.dumps(plan.to_dict()))
    for run in plan.runs[:3]:
        shutil.copytree(REFERENCE_RUN, folder / run.name)
        config = json.dumps(run.config.to_dict())
        (folder / run.name / "config.json").write_text(config)
    going = folder / plan.runs[1].name / "summary.json"
    going.write_text(json.dumps({**json.loads(going.read_text()), "finished": False}))
    return folder


def test_the_finished_runs_of_a_sweep_are_compared_and_the_others_named(sweep: Path) -> None:
    runs = SweepPlan.from_dict(json.loads((sweep / "sweep.json").read_text())).runs
    found = with_sweeps_read([Input(sweep), Input(sweep / runs[2].name), Input(REFERENCE_RUN)])
    assert [one.given for one in found.inputs] == [
        sweep / runs[0].name,
        sweep / runs[2].name,  # once, though it is given twice
        REFERENCE_RUN,
    ]
    (line,) = found.left_out
    assert f"left out, as they have no final champion: {runs[1].name} (" in line
    assert f"{runs[3].name} (not begun)" in line
    (named,) = with_sweeps_read([Input(sweep / runs[0].name, "it")]).inputs
    assert named.label == "it"
    assert [one.label for one in with_sweeps_read([Input(sweep, "S")]).inputs] == [
        f"S-{runs[0].name}",
        f"S-{runs[2].name}",
    ]


def test_champions_know_the_cells_that_they_are_from(sweep: Path, tmp_path: Path) -> None:
    file = tmp_path / "file.json"
    shutil.copy(REFERENCE_RUN / "champion.json", file)
    inputs = with_sweeps_read([Input(sweep), Input(file)]).inputs
    champions = champions_of(inputs, SWINGUP)
    assert [champion.label for champion in champions] == [
        "mine-activations-relu_linear_inverse-seed-0",
        "mine-activations-tanh_relu-seed-0",
        "file",
    ]
    plan = make_plan("swingup", champions, ["random"], [0], Making())
    assert list(plan.groups.values()) == [
        "activations=relu,linear,inverse",
        "activations=tanh,relu",
        "networks of mixed activations",
    ]
    first = plan.origins["mine-activations-relu_linear_inverse-seed-0"]
    assert (first.method, first.seed, first.rectifiers) == ("evolution", 0, True)
    assert plan.origins["file"].activations == plan.origins["file"].used
    assert ComparisonPlan.from_dict(json.loads(json.dumps(plan.to_dict()))) == plan
    alone = replace(plan, origins=dict.fromkeys(("a", "b"), first))
    assert alone.groups == {"a": "all", "b": "all"}


def test_a_sweep_of_which_nothing_is_finished_is_refused(sweep: Path) -> None:
    for folder in sweep.glob("activations*"):
        shutil.rmtree(folder)
    with pytest.raises(UserError, match="none of its 4 runs is finished"):
        with_sweeps_read([Input(sweep)])
