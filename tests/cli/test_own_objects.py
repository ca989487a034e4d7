"""Objects of one's own on the command line: found in the current folder, named again to go on."""

import json
import sys
from pathlib import Path

import pytest

from wann.cli.main import main

pytestmark = pytest.mark.usefixtures("nothing_painted")

TINY = (
    "search",
    "swingup-quick",
    "--population=16",
    "--generations=4",
    "--episodes=1",
    "--confirm-episodes=2",
    "--threads=2",
    "--checkpoint-seconds=0",
)
MODULE = """
import numpy as np


def by_median(scores, settings, rng):
    CALLS.append(1)
    if BROKEN and len(CALLS) > 2:
        raise KeyError("not yet mended")
    return np.argsort(-np.median(scores.by_weight, axis=1), kind="stable")


def skip(genome, rng, editor):
    source = int(rng.integers(0, 1 + genome.inputs))
    return editor.add_connection(genome, source, int(rng.integers(6, len(genome.node_id))))


BROKEN, CALLS = False, []
"""


@pytest.fixture(autouse=True)
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of the user's module, in the current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.delitem(sys.modules, "objects_of_mine", raising=False)
    path = tmp_path / "objects_of_mine.py"
    path.write_text(MODULE)
    return path


def digest(run: str) -> str:
    return str(json.loads(Path(run, "summary.json").read_text())["digest"])


def test_a_ranking_and_a_mutation_of_ones_own_give_the_same_bytes_and_are_named_again_to_resume(
    mine: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    own = ("--ranking=objects_of_mine:by_median", "--mutation=objects_of_mine:skip=0.5")
    assert main([*TINY, *own, "--out=whole"]) == 0
    assert main([*TINY, "--out=usual"]) == 0
    assert digest("whole") != digest("usual")
    settings = json.loads(Path("whole", "config.json").read_text())
    assert settings["ranking"] == "objects_of_mine:by_median"
    assert settings["mutation"] == ["objects_of_mine:skip=0.5"]

    mine.write_text(MODULE.replace("BROKEN, CALLS = False", "BROKEN, CALLS = True"))
    monkeypatch.delitem(sys.modules, "objects_of_mine")
    capsys.readouterr()
    assert main([*TINY, *own, "--out=half"]) == 2
    said = capsys.readouterr().err.strip().splitlines()[-1]
    for part in ("objects_of_mine:by_median", "KeyError: 'not yet mended'", "of 16 genomes"):
        assert part in said

    mine.write_text(MODULE)
    monkeypatch.delitem(sys.modules, "objects_of_mine")
    assert main(["resume", "half"]) == 2
    said = capsys.readouterr().err
    assert "half/config.json wants to run code: 'objects_of_mine:by_median'" in said
    assert "--trust" in said
    assert main(["resume", "half", "--trust"]) == 0
    assert digest("half") == digest("whole")


def test_a_sweep_over_rankings_knows_those_of_ones_own_in_its_workers() -> None:
    settings = [option for option in TINY[1:] if "threads" not in option and "check" not in option]
    grid = ("--grid", "ranking=lexicase,objects_of_mine:by_median")
    assert main(["sweep", *settings, *grid, "--seeds=0", "--workers=2", "--out=sweep"]) == 0
    runs = sorted(Path("sweep").glob("*/summary.json"))
    assert len({json.loads(run.read_text())["digest"] for run in runs}) == len(runs) == 2
    assert main(["resume", "sweep"]) == 2, "only a file names the module now"


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        (["--ranking=lexicas"], "unknown ranking 'lexicas': did you mean 'lexicase'"),
        (["--ranking=objects_of_mine:by_medan"], "did you mean 'by_median'"),
        (["--ranking=objects_of_mine:np"], "is <module 'numpy'"),
        (["--ranking=no_such_module:f"], "no_such_module.py in the current folder"),
        (["--mutation=objects_of_mine:skip"], "expected a name and its frequency"),
        (["--mutation=objects_of_mine:skip=x"], "expected a frequency as a number"),
    ],
)
def test_what_is_no_ranking_or_mutation_is_refused_before_anything_is_written(
    flags: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*TINY, *flags, "--out=none"]) == 2
    error = capsys.readouterr().err
    assert says in error
    assert error.count("\n") == 1
    assert not Path("none").exists()


PRUNING = """
import torch
from dataclasses import replace
from wann.pruning.allocate import proportional
from wann.pruning.methods import METHODS

even_snip = replace(METHODS["snip"], allocate="uniform")


def evenly(masks, keep):
    return proportional(dict.fromkeys(masks, 1.0), masks, keep)


def largest(scoring):
    return {name: scoring.model.get_parameter(name).detach().abs() for name in scoring.masks}


def flipped(model, masks, generator):
    return {name: mask.flip(0) for name, mask in masks.items()}
"""


def test_score_allocation_and_control_of_ones_own_in_a_study(
    mine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine.write_text(PRUNING)
    tiny = ("prune", "--steps=20", "--density=0.3", "--workers=1", "--seeds=0")
    own = (
        "--method=magnitude,objects_of_mine:largest,objects_of_mine:even_snip",
        "--allocation=objects_of_mine:evenly",
        "--controls=shuffle,objects_of_mine:flipped",
    )
    assert main([*tiny, *own, "--out=study"]) == 0
    rows = json.loads(Path("study", "summary.json").read_text())["rows"]
    pruned = [row for row in rows if row["method"] != "dense"]
    assert {row["control"] for row in pruned} == {None, "shuffle", "objects_of_mine:flipped"}
    assert {"objects_of_mine:largest", "objects_of_mine:even_snip"} < {
        row["method"] for row in pruned
    }
    assert json.loads(Path("study", "study.json").read_text())["allocation"] == (
        "objects_of_mine:evenly"
    )
    capsys.readouterr()
    assert main(["resume", "study"]) == 2
    assert "wants to run code: 'objects_of_mine:" in capsys.readouterr().err
    assert main(["resume", "study", "--trust"]) == 0
    for flag, says in (
        ("--allocation=objects_of_mine:evnly", "did you mean 'evenly'"),
        ("--allocation=4:2", "expected N:M with N below M, such as 2:4"),
        ("--allocation=ekr", "unknown allocation 'ekr': did you mean 'erk'"),
        ("--controls=objects_of_mine:largest", "takes (scoring)"),
    ):
        capsys.readouterr()
        assert main([*tiny, flag, "--out=none"]) == 2
        assert says in capsys.readouterr().err
        assert not Path("none").exists()


TASKS = """
import numpy as np
from wann.experiments.comparison.contestants.rewiring import rewire
from wann.tasks.swingup import CartPoleSwingUp


def short(steps=120):
    return CartPoleSwingUp(name="my-swingup", steps=steps)


def blobs():
    rng = np.random.default_rng(3)
    y = np.arange(120) % 3
    return rng.normal(y[:, None], 0.3, (120, 2)).clip(-1, 3) / 4 + 0.25, y


def twisted(champion, setup):
    return rewire(champion.network, np.random.default_rng(setup.seed))


twisted.cell = "grown", "mixed", "free"


def smaller(champion, setup):
    return champion.network._replace(source=champion.network.source[:-1])


def fan_in(network, task, evaluator):
    return network.connections / max(1, network.hidden + network.outputs)
"""
SMALL = (
    "--population=16",
    "--generations=2",
    "--episodes=1",
    "--confirm-episodes=2",
    "--threads=1",
)


def test_tasks_data_sets_contestants_and_measures_of_ones_own(
    mine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine.write_text(TASKS)
    task = 'objects_of_mine:short {"steps": 90}'
    assert main(["search", "swingup-quick", f"--task={task}", *SMALL, "--out=run"]) == 0
    assert json.loads(Path("run", "config.json").read_text())["task"] == task
    grown = ("--dataset=objects_of_mine:blobs", "--method=evolution")
    assert main(["search", *grown, *SMALL, "--out=blobs"]) == 0
    spec = json.loads(Path("blobs", "config.json").read_text())["task"]
    assert spec.startswith("data:objects_of_mine:blobs")
    capsys.readouterr()
    assert main(["evaluate", "blobs", "--episodes=2"]) == 2
    assert "wants to run code: 'objects_of_mine:blobs'" in capsys.readouterr().err
    assert main(["evaluate", "blobs", "--episodes=2", "--trust", "--threads=1"]) == 0
    tiny = ("--generations=2", "--races=2", "--episodes=2", "--sizes=0", "--seeds=0")
    tiny = (*tiny, "--hidden=3", "--workers=1")
    own = ("--against=rewired,objects_of_mine:twisted", "--measure=objects_of_mine:fan_in")
    given = ("--measure=depth", f"--task={task}", *own, *tiny)
    assert main(["compare", "run", "--out=compared", *given]) == 0
    rows = list(Path("compared").rglob("row.json"))
    found = [json.loads(row.read_text()) for row in rows]
    assert {"objects_of_mine:twisted", "rewired", "grown"} <= {row["name"] for row in found}
    assert {tuple(row["cell"]) for row in found if "cell" in row} == {("grown", "mixed", "free")}
    assert all(set(row["measures"]) == {"depth", "objects_of_mine:fan_in"} for row in found)
    size = json.loads(Path("run", "summary.json").read_text())["connections"]
    capsys.readouterr()
    for flags, says in (
        (["--against=objects_of_mine:twistd"], "did you mean 'twisted'"),
        (["--against=objects_of_mine:blobs"], "takes (): expected a function of (champion, setup)"),
        (["--against=rewired", "--measure=dept"], "unknown measure 'dept': did you mean 'depth'"),
        (["--against=objects_of_mine:smaller"], f"smaller has {size - 1} connections, not {size}"),
    ):
        code = main(["compare", "run", "--out=none", f"--task={task}", *tiny, *flags])
        assert code == 2, flags
        said = capsys.readouterr().err
        assert says in said


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        (["--task=objects_of_mine:shrt"], "did you mean 'short'"),
        (['--task=objects_of_mine:short {"step": 3}'], "failed on the settings {'step': 3}"),
        (["--task=objects_of_mine:blobs"], "expected a subclass of wann.tasks.task.Task"),
        (["--dataset=objects_of_mine:twisted"], "takes (champion, setup)"),
        (["--dataset=objects_of_mine:np"], "is <module 'numpy'"),
    ],
)
def test_what_is_no_task_or_data_set_is_refused_in_one_line(
    flags: list[str], says: str, mine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine.write_text(TASKS)
    recipe = ["swingup-quick"] if flags[0].startswith("--task") else []
    assert main(["search", *recipe, *SMALL, *flags, "--out=none"]) == 2
    error = capsys.readouterr().err
    assert says in error
    assert error.count("\n") == 1
    assert not Path("none").exists()
