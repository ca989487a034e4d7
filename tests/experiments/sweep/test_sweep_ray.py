"""Sweeps on a Ray of their own: real processes, some of which are killed."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wann.cli.main import main

pytest.importorskip("ray")
pytestmark = pytest.mark.usefixtures("nothing_painted", "alone_with_ray")

ARGUMENTS = (
    *(
        "sweep",
        "swingup-quick",
        "--population",
        "32",
        "--generations",
        "300",
        "--confirm-episodes",
        "4",
    ),
    *(
        "--grid",
        "ranking=nsga2,lexicase",
        "--seeds",
        "5-6",
        "--checkpoint-seconds",
        "0.1",
        "--workers",
        "2",
    ),
)


def start(*arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "wann", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for(process: subprocess.Popen[str], reached: Callable[[], bool]) -> None:
    while not reached():
        assert process.poll() is None, process.communicate()
        time.sleep(0.005)


def rows(run: Path) -> int:
    file = run / "generations.jsonl"
    return file.read_text().count("\n") if file.exists() else 0


def worker(run: Path) -> dict[str, Any]:
    signed: dict[str, Any] = json.loads((run / "worker.json").read_text())
    return signed


def test_a_worker_killed_a_sweep_stopped_and_resumed_elsewhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*ARGUMENTS, "--out", str(tmp_path / "whole"), "--json"]) == 0
    expected: dict[str, Any] = json.loads(capsys.readouterr().out)
    folder = tmp_path / "sweep"
    names = [run["run"] for run in expected["runs"]]
    process = start(*ARGUMENTS, "--out", folder, "--ray")
    first = folder / names[0]
    wait_for(process, lambda: rows(first) >= 20)
    os.kill(worker(first)["pid"], signal.SIGKILL)
    wait_for(process, lambda: worker(first)["attempt"] == 2)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate()
    assert process.returncode == 0, err
    assert "Traceback" not in err
    assert f"continue with `wann resume {folder}`" in out
    assert main(["resume", str(folder), "--workers", "2", "--json"]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert [run["digest"] for run in summary["runs"]] == [run["digest"] for run in expected["runs"]]
