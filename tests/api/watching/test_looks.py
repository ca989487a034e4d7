"""What a bystander sees of searches, sweeps and studies while somebody else writes them."""

import json
import os
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from paths import ROOT
from rich.console import Console
from run_toys import SMALL, TINY

import wann
from wann.api.watching.looks import Look, looking_at
from wann.errors import UserError
from wann.experiments.growing.standing import read_standing
from wann.runs.lock import FolderLock

REFERENCE = ROOT / "runs" / "reference"


def printed(look: Look, width: int = 80) -> str:
    console = Console(width=width, height=200)
    with console.capture() as captured:
        console.print(look.picture(width, 200))
    text: str = captured.get()
    assert max(map(len, text.splitlines())) <= width
    return text


def test_a_search_under_way_and_after_its_end(tmp_path: Path) -> None:
    looks: list[Look] = []

    def bystander(row: dict[str, Any]) -> bool:
        files = {path.name: path.stat().st_mtime_ns for path in run.rglob("*") if path.is_file()}
        looks.append(looking_at(str(run))())
        after = {path.name: path.stat().st_mtime_ns for path in run.rglob("*") if path.is_file()}
        assert after == files, "a bystander writes nothing"
        return row["generation"] == 1

    run = tmp_path / "run"
    how = SMALL | {"generations": 3, "checkpoint_seconds": 0}
    wann.search("swingup-quick", out=run, callback=bystander, **how)
    assert not looks[1].over
    standing = looks[1].values
    assert (standing["state"], standing["generation"], standing["generations"]) == ("running", 2, 3)
    assert standing["seconds_left"] == pytest.approx(standing["seconds_per_generation"])
    assert standing["champion_since"] in (0, 1)
    assert standing["front"], "the checkpoint has the front so far"
    assert "generation 2/3: best" in looks[1].line
    assert looks[0].line.endswith("measuring the speed")
    assert " left" in printed(looks[1], 40)
    stopped = looking_at(str(run))()
    assert stopped.over
    assert f"stopped: continue with `wann resume {run}`" in printed(stopped, 300)
    wann.resume(run, threads=1, figures=False)
    finished = looking_at(str(run))()
    assert finished.over
    assert finished.line.endswith("finished")
    front = json.loads((run / "front.json").read_text())
    assert [point["connections"] for point in finished.values["front"]] == [
        point["connections"] for point in front
    ]


def test_what_is_cut_off_or_damaged_is_left_out(tmp_path: Path) -> None:
    run = tmp_path / "run"
    shutil.copytree(REFERENCE / "swingup-seed0", run)
    rows = (run / "generations.jsonl").read_bytes().splitlines(keepends=True)
    (run / "generations.jsonl").write_bytes(b"".join(rows[:7]) + rows[7][:20])
    (run / "timing.jsonl").write_text("no row\n")
    (run / "checkpoint.npz").write_text("no archive")
    for path in run.iterdir():
        os.utime(path, (time.time() - 570, time.time() - 570))
    standing = read_standing(run)
    assert (standing.state, standing.generation, standing.front) == ("stopped", 7, [])
    assert standing.seconds_left is None
    with FolderLock(run):
        assert looking_at(str(run))().line.endswith("measuring the speed, no news for 9 min")
        for name in ("generations.jsonl", "summary.json"):
            (run / name).unlink()
        assert "the first generation is under way" in looking_at(str(run))().line


def test_a_finished_run_without_rows_is_told_by_its_summary() -> None:
    look = looking_at(str(REFERENCE / "digits-seed0"))()
    assert look.over
    assert "losses: best -, median -, champion 0.576 with 884 connections" in look.line


def test_a_sweep(tmp_path: Path) -> None:
    folder = tmp_path / "sweep"
    wann.sweep("swingup-quick", seeds=[0, 1], out=folder, workers=1, progress=False, **TINY)
    finished = looking_at(str(folder))()
    assert finished.over
    assert finished.line == "2 finished; generation 4/4"
    (folder / "seed=1" / "summary.json").unlink()

    def state() -> str:
        look = looking_at(str(folder))()
        assert look.values["runs"][1]["state"] in printed(look, 60)
        found: str = look.values["runs"][1]["state"]
        return found

    assert state() == "stopped"
    assert looking_at(str(folder))().line.endswith(f"stopped: continue with `wann resume {folder}`")
    with FolderLock(folder):
        assert not looking_at(str(folder))().over
        assert state() == "waiting"  # for a worker that takes it up
        with FolderLock(folder / "seed=1"):
            assert state() == "running"
        with (folder / "seed=1" / "log.txt").open("a") as log:
            log.write("2026-01-01 00:00:00 failed: no room\n")
        assert state() == "failed"
        assert "no room" in printed(looking_at(str(folder))())
    pytest.importorskip("fsspec")
    far = looking_at(f"file://{folder}")()
    assert far.over
    assert far.values["runs"][1]["error"] == "no room"


def test_a_study(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    from study_toys import study_row

    from wann.experiments.pruning.plan import StudyPlan
    from wann.experiments.pruning.step_files import step_folder, write_step
    from wann.experiments.pruning.study import Study

    folder = tmp_path / "study"
    plan = StudyPlan("lenet-300-100", "digits", ("random-erk", "imp"), (0.5, 0.1))
    with Study.create(folder, plan):
        look = looking_at(str(folder))
        assert not look().over
        step = step_folder(folder, 0, "random-erk", density=0.5)
        write_step(folder, step, study_row("random-erk", 0, 0.5, 0.93))
        seen = look()
        assert seen.values["methods"][1] == {
            "method": "random-erk",
            "done": 1,
            "planned": 2,
            "lowest_accuracy": 0.93,
            "highest_accuracy": 0.93,
        }
        assert seen.values["planned"] > 5  # rounds of the ticket among them
        assert f"1/{seen.values['planned']} steps, 0:0" in seen.line
        assert "93.0 %" in printed(seen, 60)
    assert look().line.endswith(f"stopped: continue with `wann resume {folder}`")


def test_a_comparison(tmp_path: Path) -> None:
    folder = tmp_path / "compared"
    how = {"sizes": 0, "seeds": [0], "generations": 1, "races": 2, "episodes": 2, "workers": 1}
    two = {"small": "zoo:swingup-quick", "large": "zoo:swingup"}
    wann.compare(two, out=folder, progress=False, **how)
    look = looking_at(str(folder))
    finished = look()
    assert finished.over
    assert finished.line == f"{folder}: swingup, 2/2 rows, finished"
    assert [entry["entry"] for entry in finished.values["entries"]] == ["small", "large"]
    span = finished.values["entries"][1]["random_shared"]
    assert span["lowest"] == span["highest"]
    assert f"{span['lowest']:.3g}" in printed(finished, 60)
    row = folder / "rows" / "large" / "grown" / "seed=0"
    row_file = (row / "row.json").read_bytes()
    (row / "row.json").unlink()
    (row / "error.json").write_text('{"error": "no \\u001b room"}')
    look = looking_at(str(folder))
    assert f"stopped: continue with `wann resume {folder}`" in look().line
    with FolderLock(folder):
        failed = look()
        assert not failed.over
        assert failed.line.endswith("1/2 rows, 1 failed (no \x1b room), running")
        assert "\x1b" not in printed(failed, 60)
        (row / "row.json").write_bytes(row_file)
        assert look().line.endswith("2/2 rows, 0:00 left")
    with pytest.raises(UserError, match="logger= is for searches and sweeps"):
        wann.resume(folder, logger="csv")
    (row / "row.json").unlink()
    again = wann.resume(folder, workers=1, progress=False)
    assert json.loads((row / "row.json").read_text())["sha256"] == json.loads(row_file)["sha256"]
    assert len(again.rows["name"]) == 2
    assert not (row / "error.json").exists()


def test_a_tuning(tmp_path: Path) -> None:
    result, folder = tmp_path / "tuned.json", tmp_path / "tuned"
    how = {"weights": "individual", "generations": 3, "population": 6, "races": 2}
    wann.tune("zoo:swingup-quick", out=result, threads=1, progress=False, **how)
    finished = looking_at(str(folder))()
    assert finished.over
    assert finished.line.startswith(f"{folder}: swingup, generation 3/3, finished, best ")
    assert set(finished.values["row"]) >= {"best", "median"}
    whole = result.read_bytes()
    result.unlink()
    rows = (folder / "generations.jsonl").read_bytes().splitlines(keepends=True)
    (folder / "generations.jsonl").write_bytes(rows[0] + rows[1][:9])
    stopped = looking_at(str(folder))()
    assert stopped.over
    assert "generation 1/3, stopped: continue with `wann resume" in stopped.line
    assert printed(stopped, 60)
    with FolderLock(folder):
        assert not looking_at(str(folder))().over
        (folder / "generations.jsonl").unlink()
        assert "the first generation is under way" in looking_at(str(folder))().line
    (folder / "generations.jsonl").write_bytes(rows[0])
    with pytest.raises(UserError, match="retries= is for sweeps, studies and comparisons"):
        wann.resume(folder, retries=1)
    with pytest.raises(UserError, match="ray= is not for tunings"):
        wann.resume(folder, ray=True)
    wann.resume(folder, threads=1, progress=False)
    assert result.read_bytes() == whole


def test_what_is_nothing_to_watch(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is nothing to watch: expected the folder of a search"):
        looking_at(str(tmp_path))
