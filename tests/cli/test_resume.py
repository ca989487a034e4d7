"""Searches that are stopped and resumed, by other threads or signals: the bytes are the same."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import redirect_stdout
from pathlib import Path

import pytest
from paths import ROOT

from wann.cli.main import main

pytestmark = pytest.mark.usefixtures("nothing_painted")

RESUMED = (
    "search",
    "swingup-quick",
    "--population",
    "32",
    "--generations",
    "60",
    "--confirm-episodes",
    "4",
    "--seed",
    "5",
)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    path = tmp_path_factory.mktemp("whole") / "run"
    with redirect_stdout(io.StringIO()) as said:
        assert main([*RESUMED, "--threads", "1", "--out", str(path), "--json"]) == 0
    return dict(json.loads(said.getvalue()))


def test_two_threads_give_the_same_bytes(
    undisturbed: dict[str, object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*RESUMED, "--threads", "2", "--out", str(tmp_path / "run"), "--json"]) == 0
    again = json.loads(capsys.readouterr().out)
    assert again["digest"] == undisturbed["digest"]
    for name in ("generations.jsonl", "champion.json", "front.json", "lineage.jsonl"):
        assert (tmp_path / "run" / name).read_bytes() == (
            Path(str(undisturbed["run"])) / name
        ).read_bytes()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
@pytest.mark.parametrize("rows", [3, 25])
def test_stopped_and_resumed_gives_the_same_bytes(
    undisturbed: dict[str, object],
    tmp_path: Path,
    how: signal.Signals,
    rows: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    run = tmp_path / "run"
    command = [
        sys.executable,
        "-m",
        "wann",
        *RESUMED,
        "--out",
        str(run),
        "--checkpoint-seconds",
        "0.1",
        "--no-figures",
    ]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ
    )
    written = run / "generations.jsonl"
    while not (written.exists() and written.read_text().count("\n") >= rows):
        time.sleep(0.005)
    process.send_signal(how)
    process.communicate()
    assert process.returncode == (0 if how == signal.SIGINT else -how)
    assert main(["resume", str(run), "--threads", "1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["digest"] == undisturbed["digest"]
    whole = Path(str(undisturbed["run"]))
    assert sorted(os.listdir(run / "champions")) == sorted(os.listdir(whole / "champions"))
    assert (run / "lineage.jsonl").read_bytes() == (whole / "lineage.jsonl").read_bytes()


def test_resume_refuses_flags_that_would_do_nothing(
    undisturbed: dict[str, object], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["resume", str(undisturbed["run"]), "--retries", "0"]) == 2
    assert "--retries is for sweeps, studies and comparisons, and " in capsys.readouterr().err
    sweep = tmp_path / "sweep"
    tiny = ("--population", "8", "--generations", "1", "--seeds", "0", "--workers", "1")
    assert main(["sweep", "swingup-quick", *tiny, "--out", str(sweep), "--json"]) == 0
    capsys.readouterr()
    assert main(["resume", str(sweep), "--threads", "2"]) == 2
    assert (
        "is a sweep, each of whose searches has one thread: --workers N" in capsys.readouterr().err
    )


def test_resume_of_a_comparison_that_came_without_its_networks_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "compared"
    folder.mkdir()
    plan = ROOT / "runs" / "studies" / "comparison-swingup" / "compare.json"
    (folder / plan.name).write_bytes(plan.read_bytes())
    assert main(["resume", str(folder)]) == 2
    assert "champions/swingup-seed0.json: expected a readable file" in capsys.readouterr().err
    assert not (folder / "rows").exists()


def test_resume_of_a_finished_run_changes_nothing(
    undisturbed: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["resume", str(undisturbed["run"]), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["digest"] == undisturbed["digest"]
