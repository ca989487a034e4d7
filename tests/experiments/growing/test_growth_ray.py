"""Searches on Ray end as they do on threads, whatever is killed or interrupted."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from ray_toys import Machines, environment_without_ray

from wann.cli.main import main
from wann.config import make_config
from wann.evaluators.ray.evaluator import RayEvaluator
from wann.evaluators.threads import ThreadEvaluator
from wann.experiments.growing.growth import Growth, grow
from wann.runs.filenames import COMPLETIONS
from wann.runs.rundir import RunDir

pytest.importorskip("ray")
pytestmark = pytest.mark.usefixtures("nothing_painted")

TOY = "gym:gym_toys:toys/Toy-v0"


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "wann", *map(str, arguments)]


TINY = (
    "--population",
    "24",
    "--generations",
    "6",
    "--episodes",
    "2",
    "--confirm-episodes",
    "3",
    "--threads",
    "2",
)
CARTPOLE = ("--env", "CartPole-v1", "--backend", "gymnasium", "--max-steps", "100", *TINY)


@pytest.mark.parametrize(
    "what", [("swingup-quick", *TINY), CARTPOLE], ids=["compiled", "simulator"]
)
def test_a_search_whose_driver_is_killed_ends_as_the_undisturbed_one(
    machines: Machines,
    second: Any,
    tmp_path: Path,
    what: tuple[str, ...],
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["search", *what, "--out", str(tmp_path / "serial"), "--json"]) == 0
    expected = json.loads(capsys.readouterr().out)["digest"]
    run = tmp_path / "ray"
    driver = subprocess.Popen(
        command(
            "search", *what, "--generations", "100000", "--out", run, "--ray", machines.address
        ),
        stderr=subprocess.DEVNULL,
    )
    rows, deadline = run / "generations.jsonl", time.monotonic() + 60
    while not (rows.exists() and len(rows.read_bytes().splitlines()) >= 3):
        assert driver.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    driver.send_signal(signal.SIGKILL)
    driver.wait()
    settings = json.loads((run / "config.json").read_text())
    (run / "config.json").write_text(json.dumps({**settings, "generations": 6}))
    assert main(["resume", str(run), "--ray", machines.address, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["digest"] == expected


def test_the_ray_of_this_machine_is_started_and_needs_no_cluster(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a process of its own: only what is left out is said, and nothing is left running."""
    environment = environment_without_ray()
    what = ("search", "--env", TOY.removeprefix("gym:"), "--max-steps", "20", *TINY, "--json")
    assert main([*what, "--out", str(tmp_path / "serial")]) == 0
    expected = json.loads(capsys.readouterr().out)["digest"]
    finished = subprocess.run(
        command(*what, "--ray", "--out", tmp_path / "ray"),
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    assert json.loads(finished.stdout)["digest"] == expected
    said = ("generation ", "wann: no film: the environment draws no pictures")
    assert all(line.startswith(said) for line in finished.stderr.splitlines()), finished.stderr


def test_ctrl_c_in_a_terminal_ends_an_own_ray_in_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The whole process group is interrupted; threads go on from there to the same bytes."""
    what = ("search", "swingup-quick", *TINY, "--islands", "2", "--migrate-every", "2")
    environment = environment_without_ray()
    run = tmp_path / "ray"
    asked = (
        *("--ray", "--threads", "1", "--cpus-per-worker", "2", "--memory-per-worker", "200M"),
        "--no-figures",
    )
    driver = subprocess.Popen(
        command(*what, "--generations", "100000", "--out", run, *asked),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        start_new_session=True,
    )
    rows, deadline = run / "generations.jsonl", time.monotonic() + 60
    while not (rows.exists() and len(rows.read_bytes().splitlines()) >= 3):
        assert driver.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.killpg(driver.pid, signal.SIGINT)
    out, err = driver.communicate(timeout=60)
    assert driver.returncode == 0, err
    assert f"continue with `wann resume {run}`" in out
    assert "Traceback" not in err
    settings = json.loads((run / "config.json").read_text())
    done = len(rows.read_bytes().splitlines())
    (run / "config.json").write_text(json.dumps({**settings, "generations": done + 3}))
    assert main(["resume", str(run), "--json"]) == 0
    resumed = json.loads(capsys.readouterr().out)["digest"]
    assert (
        main([*what, "--generations", str(done + 3), "--out", str(tmp_path / "whole"), "--json"])
        == 0
    )
    assert json.loads(capsys.readouterr().out)["digest"] == resumed


def test_an_asynchronous_search_is_repeated_by_its_record(
    evaluator_on_machines: RayEvaluator, tmp_path: Path
) -> None:
    settings = {
        "task": "gym:CartPole-v1",
        "asynchronous": True,
        "population": 48,
        "generations": 6,
        "episodes": 2,
    }
    config = make_config({**settings, "confirm_episodes": 20})
    with RunDir.create(tmp_path / "ray", config) as run:
        first = Growth(config, evaluator_on_machines, run)
        list(grow(first))
        digest = first.finish()["digest"]
    with RunDir.create(tmp_path / "threads", config) as run, ThreadEvaluator(2) as threads:
        run.write_text(COMPLETIONS, (tmp_path / "ray" / COMPLETIONS).read_text())
        again = Growth(config, threads, run)
        list(grow(again))
        assert again.finish()["digest"] == digest
    names = ("generations.jsonl", "champion.json", "front.json", COMPLETIONS)
    assert all(
        (tmp_path / "ray" / n).read_bytes() == (tmp_path / "threads" / n).read_bytes()
        for n in names
    )
