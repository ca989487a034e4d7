"""The story of a run is read from its folder, as far as it is there."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from wann.api.search import search
from wann.errors import UserError
from wann.evaluators.evaluator import Evaluator
from wann.evaluators.threads import ThreadEvaluator
from wann.experiments.growing.story import story_of_run
from wann.runs.filenames import CHAMPIONS, FRONT, LINEAGE
from wann.runs.rundir import RunDir
from wann.tasks.registry import make_task
from wann.tasks.task import Task


@contextmanager
def evaluator(_task: Task) -> Iterator[Evaluator]:
    with ThreadEvaluator(1) as made:
        yield made


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("story") / "run"
    search("swingup-quick", generations=12, population=48, out=path, figures=False)
    return path


def story(path: Path, task: Task | None = None) -> dict[str, Any]:
    return story_of_run(RunDir.open(path), task, evaluator)


def test_the_story_is_that_of_the_files(run: Path) -> None:
    task = make_task("swingup")
    told = story(run, task)
    front = json.loads((run / FRONT).read_text())
    assert [(one["connections"], one["mean"]) for one in told["front"]] == [
        (row["connections"], row["mean"]) for row in front
    ]
    assert sum(one["champion"] for one in told["front"]) == 1
    kept = sorted(int(file.stem) for file in (run / CHAMPIONS).iterdir())
    assert told["milestones"][0]["generation"] == kept[0]
    assert told["milestones"][-1]["generation"] == kept[-1]
    assert all(len(one["profile"]) == 41 for one in told["milestones"] + told["front"])
    assert told["line"][0]["generation"] == 0
    assert told["line"][-1]["connections"] == told["milestones"][-1]["connections"]
    assert told["notes"] == []


def test_without_a_task_nothing_is_measured(run: Path) -> None:
    told = story(run)
    assert all(one["profile"] == [] for one in told["milestones"] + told["front"])
    assert told["line"]


def test_older_runs_leave_out_what_they_did_not_record(run: Path, tmp_path: Path) -> None:
    old = tmp_path / "old"
    shutil.copytree(run, old)
    (old / LINEAGE).unlink()
    told = story(old)
    assert told["line"] == []
    assert told["notes"] == [
        "Left out, because it is not stored beside this run: which mutation brought what."
    ]
    shutil.rmtree(old / CHAMPIONS)
    assert "generations and which mutation brought what." in story(old)["notes"][0]
    (old / FRONT).unlink()
    told = story(old)
    assert "generations, the front and which mutation brought what." in told["notes"][0]
    assert not told["told"]


def test_damaged_files_are_named(run: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged"
    shutil.copytree(run, damaged)
    (damaged / LINEAGE).write_text("{}\n")
    with pytest.raises(UserError, match=LINEAGE):
        story(damaged)
