import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from job_toys import jobs_here
from paths import ROOT, TOYS

from wann import trust
from wann.cli.main import main

# Those of the sweep that is looked at are painted: it is made by a process of its own.
pytestmark = pytest.mark.usefixtures("nothing_painted")

SETTINGS = (
    "swingup-quick",
    "--population",
    "32",
    "--generations",
    "100",
    "--confirm-episodes",
    "4",
)
GRID = ("--grid", "ranking=nsga2,lexicase", "--seeds", "5-6")
ARGUMENTS = (
    "sweep",
    *SETTINGS,
    *GRID,
    "--evaluate",
    "3",
    "--checkpoint-seconds",
    "0.1",
    "--workers",
    "2",
)
NAMES = [f"ranking={ranking},seed={seed}" for ranking in ("nsga2", "lexicase") for seed in (5, 6)]


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "wann", *map(str, arguments)]


def environment() -> dict[str, str]:
    here = [str(TOYS), str(ROOT), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(here)}


def wann(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), capture_output=True, text=True, check=False, env=environment()
    )


def start(*arguments: object) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command(*arguments),
        stdout=pipe,
        stderr=pipe,
        text=True,
        env=environment(),
        start_new_session=True,
    )


def digests(summary: dict[str, Any]) -> dict[str, str]:
    assert all(run["state"] == "finished" for run in summary["runs"])
    return {run["run"]: run["digest"] for run in summary["runs"]}


def resume(folder: object, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert main(["resume", str(folder), "--workers", "2", "--json"]) == 0
    summary: dict[str, Any] = json.loads(capsys.readouterr().out)
    return summary


def wait_for(process: subprocess.Popen[str], reached: Callable[[], bool]) -> None:
    while not reached():
        assert process.poll() is None, process.communicate()
        time.sleep(0.005)


def rows(run: Path) -> int:
    file = run / "generations.jsonl"
    return file.read_text().count("\n") if file.exists() else 0


def stat(path: Path, left_out: tuple[str, ...] = ()) -> dict[Path, int]:
    return {
        file: file.stat().st_mtime_ns
        for file in path.rglob("*")
        if file.is_file() and file.name not in left_out
    }


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    done = wann(*ARGUMENTS, "--out", tmp_path_factory.mktemp("sweep") / "whole", "--json")
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("\n") >= 4
    summary: dict[str, Any] = json.loads(done.stdout)
    return summary


def test_a_run_is_what_search_makes(
    undisturbed: dict[str, Any], tmp_path: Path, capsys: Any
) -> None:
    assert [run["run"] for run in undisturbed["runs"]] == NAMES
    alone = tmp_path / "alone"
    assert (
        main(
            [
                "search",
                *SETTINGS,
                "--ranking",
                "lexicase",
                "--seed",
                "6",
                "--out",
                str(alone),
                "--json",
            ]
        )
        == 0
    )
    assert json.loads(capsys.readouterr().out)["digest"] == undisturbed["runs"][3]["digest"]
    run = Path(undisturbed["sweep"]) / NAMES[3]
    for name in ("generations.jsonl", "champion.json", "front.json", "config.json"):
        assert (run / name).read_bytes() == (alone / name).read_bytes()
    assert json.loads((run / "summary.json").read_text())["run"] == str(run)


def test_runs_are_understood_by_the_other_commands(
    undisturbed: dict[str, Any], tmp_path: Path, capsys: Any
) -> None:
    run = Path(undisturbed["sweep"]) / NAMES[0]
    assert main(["evaluate", str(run), "--seed", "3", "--json"]) == 0
    measured = json.loads(capsys.readouterr().out)
    assert measured == json.loads((run / "evaluation.json").read_text())
    assert undisturbed["runs"][0]["mean"] == measured["training_weights"]["mean"]
    assert undisturbed["runs"][0]["random_shared"] == measured["random_shared"]["mean"]
    assert main(["resume", str(run), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["digest"] == undisturbed["runs"][0]["digest"]
    assert main(["export", str(run), "--to", "out"]) == 0


def test_tables_and_figure(undisturbed: dict[str, Any]) -> None:
    folder = Path(undisturbed["sweep"])
    assert json.loads((folder / "summary.json").read_text()) == undisturbed
    with (folder / "runs.csv").open() as file:
        of_runs = list(csv.DictReader(file))
    assert [(row["ranking"], row["seed"], row["state"]) for row in of_runs] == [
        (ranking, seed, "finished") for ranking in ("nsga2", "lexicase") for seed in ("5", "6")
    ]
    assert [float(row["mean"]) for row in of_runs] == [run["mean"] for run in undisturbed["runs"]]
    with (folder / "summary.csv").open() as file:
        of_settings = list(csv.DictReader(file))
    assert [row["label"] for row in of_settings] == ["ranking=nsga2", "ranking=lexicase"]
    means = [run["mean"] for run in undisturbed["runs"][:2]]
    assert float(of_settings[0]["median"]) == pytest.approx(sum(means) / 2)
    assert float(of_settings[0]["best"]) == max(means)
    assert of_settings[0]["n"] == "2"
    assert (folder / "summary.png").stat().st_size > 5000


def test_a_second_call_runs_nothing_again(undisturbed: dict[str, Any], capsys: Any) -> None:
    folder = Path(undisturbed["sweep"])
    written_anew = ("summary.json", "summary.csv", "runs.csv", "summary.png", "summary.svg", "lock")
    before = stat(folder, written_anew)
    assert main([*ARGUMENTS, "--out", str(folder)]) == 0
    captured = capsys.readouterr()
    assert captured.out.splitlines()[0].split()[:3] == ["setting", "n", "median"]
    assert "4 of 4 runs finished" in captured.out
    assert stat(folder, written_anew) == before
    assert json.loads((folder / "summary.json").read_text()) == undisturbed


def test_another_plan_is_refused(undisturbed: dict[str, Any], capsys: Any) -> None:
    folder = Path(undisturbed["sweep"])
    before = stat(folder)
    for others in (["--seeds", "5-7"], ["--population", "64"], ["--evaluate", "4"]):
        assert main([*ARGUMENTS, *others, "--out", str(folder)]) == 2
        error = capsys.readouterr().err
        assert error.count("\n") == 1
        assert f"wann resume {folder}" in error
    assert stat(folder) == before


@pytest.mark.parametrize("scheme", ["", "file://"])
def test_a_worker_that_is_killed_goes_on_from_its_checkpoint(
    undisturbed: dict[str, Any], tmp_path: Path, scheme: str
) -> None:
    folder = tmp_path / "sweep"
    process = start(*ARGUMENTS, "--out", f"{scheme}{folder}", "--json")
    run = folder / NAMES[0]
    wait_for(process, lambda: rows(run) >= 20)
    os.kill(json.loads((run / "worker.json").read_text())["pid"], signal.SIGKILL)
    out, err = process.communicate()
    assert process.returncode == 0, err
    assert digests(json.loads(out)) == digests(undisturbed)
    assert [entry["attempts"] for entry in json.loads(out)["runs"]] == [2, 1, 1, 1]
    assert (run / "log.txt").read_text().count("created") == 1
    assert {file.name for file in run.iterdir()} >= {
        "champion.json",
        "front",
        "evaluation.json",
        "checkpoint.npz",
    }


@pytest.mark.parametrize(
    ("how", "all_of_it", "scheme"),
    [(signal.SIGINT, True, ""), (signal.SIGKILL, False, ""), (signal.SIGKILL, True, "file://")],
)
def test_stopped_and_resumed_gives_the_same_bytes(
    undisturbed: dict[str, Any],
    tmp_path: Path,
    how: signal.Signals,
    all_of_it: bool,
    scheme: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = tmp_path / "sweep"
    process = start(*ARGUMENTS, "--out", f"{scheme}{folder}")
    wait_for(process, lambda: rows(folder / NAMES[1]) >= 20)
    if all_of_it:  # workers and all, as Ctrl-C does on a terminal
        os.killpg(process.pid, how)
    else:
        process.send_signal(how)
    out, err = process.communicate()
    if how == signal.SIGINT:
        assert process.returncode == 0, err
        assert f"continue with `wann resume {folder}`" in out
        assert "Traceback" not in err
        assert not (folder / "stop").exists()
        states = [run["state"] for run in json.loads((folder / "summary.json").read_text())["runs"]]
        # Those under way are stopped, or end just then; what has not begun waits.
        assert {"stopped", "waiting"} & set(states)
        assert "running" not in states
        assert "running" not in (folder / "runs.csv").read_text()
    # Once in workers; in the other cases here, as a worker takes seconds to start
    with nullcontext() if how == signal.SIGINT else jobs_here():
        assert digests(resume(f"{scheme}{folder}", capsys)) == digests(undisturbed)


def toy(fault: str) -> str:
    return f'gym:gym_toys:toys/Toy-v0 {{"kwargs": {{"fault": "{fault}"}}}}'


def test_runs_that_fail_lose_no_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "sweep"
    tasks = ",".join(toy(fault) for fault in ("raise", "", "killed"))
    tiny = (
        "environment",
        "--population",
        "4",
        "--generations",
        "2",
        "--confirm-episodes",
        "2",
        "--seeds",
        "0",
    )
    done = wann(
        "sweep",
        *tiny,
        "--grid",
        f"task={tasks}",
        "--out",
        folder,
        "--retries",
        "1",
        "--workers",
        "2",
        "--json",
    )
    assert done.returncode == 2
    summary = json.loads(done.stdout)
    assert [run["state"] for run in summary["runs"]] == ["failed", "finished", "failed"]
    assert [run["attempts"] for run in summary["runs"]] == [2, 1, 2]
    assert "division by zero" in summary["runs"][0]["error"]
    assert "signal 9" in summary["runs"][2]["error"]
    assert [row["n"] for row in summary["settings"]] == [0, 1, 0]
    last = done.stderr.splitlines()[-1]
    assert "2 of 3 runs failed" in last
    assert f"wann resume {folder}" in last
    assert "Traceback" not in done.stderr
    assert "division by zero" in (folder / summary["runs"][0]["run"] / "log.txt").read_text()
    with trust.forgotten_afterwards():
        assert main(["resume", str(folder), "--retries", "0", "--json", "--trust"]) == 2
        again = json.loads(capsys.readouterr().out)
        assert [run["state"] for run in again["runs"]] == ["failed", "finished", "failed"]
        alone = tmp_path / "alone"
        what = ["search", *tiny[:-2], "--seed", "0", "--task", toy("")]
        assert main([*what, "--out", str(alone), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["digest"] == summary["runs"][1]["digest"]


def test_a_run_begun_with_other_settings_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "sweep"
    assert (
        main(
            [
                "search",
                *SETTINGS,
                "--generations",
                "1",
                "--seed",
                "1",
                "--out",
                str(tmp_path / "other"),
            ]
        )
        == 0
    )
    tiny = (
        "sweep",
        *SETTINGS,
        "--generations",
        "2",
        "--seeds",
        "0,1",
        "--workers",
        "1",
        "--retries",
        "0",
    )
    process = start(*tiny, "--out", folder)
    wait_for(process, lambda: (folder / "sweep.json").exists())
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    (tmp_path / "other").rename(folder / "seed=1")
    before = stat(folder / "seed=1", ("lock",))
    capsys.readouterr()
    assert main(["resume", str(folder), "--json"]) == 2
    said = capsys.readouterr()
    assert [run["state"] for run in json.loads(said.out)["runs"]] == ["finished", "failed"]
    assert "other settings than the sweep's" in said.err.splitlines()[-1]
    assert stat(folder / "seed=1", ("lock",)) == before
