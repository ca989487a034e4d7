"""A cluster whose head is lost: real ones, whose processes are killed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from ray_toys import ENVIRONMENT, environment_without_ray

from wann.cli.main import main

pytest.importorskip("ray")

SETUP = """
import json, os, sys, threading, time
from pathlib import Path

from ray_toys import ENVIRONMENT, Machines

os.environ.update(ENVIRONMENT)
from wann.errors import ClusterLost
from wann.evaluators.ray import head

head._PATIENCE = 2.0

def lose(machines, path, pattern):
    while not any(file.stat().st_size for file in Path(path).glob(pattern)):
        time.sleep(0.02)
    machines.cluster.head_node.kill_gcs_server()
    if "raylet" in sys.argv:
        machines.cluster.head_node.kill_raylet()

def losing(path, pattern):
    machines = Machines()
    threading.Thread(target=lose, args=(machines, path, pattern), daemon=True).start()
    return machines

"""
SEARCH = (
    SETUP
    + """
from wann.cli.main import main

machines = losing(".", "*/generations.jsonl")
code = main([*sys.argv[2:], "--ray", machines.address, "--threads", "1"])
machines.cluster.head_node.kill_all_processes(check_alive=False, allow_graceful=False)
sys.exit(code)
"""
)
TASKS = (
    SETUP
    + """
from tasks_toys import mark_and_wait

from wann.jobs.runners import make_ray_runner
from wann.evaluators.ray.cluster import Cluster

machines = losing(".", "begun*")
try:
    run = make_ray_runner(Cluster(machines.address))
    print(list(run(mark_and_wait, ["begun"], retries=0, stopped=lambda: False)))
except ClusterLost as lost:
    print(lost)
machines.cluster.head_node.kill_all_processes(check_alive=False, allow_graceful=False)
"""
)


def script(text: str, folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", text, *arguments],
        env={**environment_without_ray(), **ENVIRONMENT},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=200,
    )


@pytest.mark.usefixtures("unpainted")
def test_a_search_that_loses_the_head_ends_in_one_line_and_is_resumed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = ["search", "swingup-quick", "--generations", "60", "--population", "96", "--seed", "3"]
    lost = script(SEARCH, tmp_path, "raylet", *flags, "--out", "lost", "--checkpoint-seconds", "0")
    assert lost.returncode == 2, lost.stderr
    (line,) = [one for one in lost.stderr.splitlines() if not one.startswith("generation ")]
    assert line.startswith("wann: the head of the Ray cluster at ")
    assert line.endswith("what was saved is intact: resume with `wann resume lost`")
    monkeypatch.chdir(tmp_path)
    digests = set()
    for command in (["resume", "lost"], [*flags, "--out", "undisturbed"]):
        assert main([*command, "--json"]) == 0
        digests.add(json.loads(capsys.readouterr().out)["digest"])
    assert len(digests) == 1


def test_jobs_that_lose_the_head_have_not_failed(tmp_path: Path) -> None:
    done = script(TASKS, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("the head of the Ray cluster at "), done.stdout
    assert not done.stderr
    assert os.listdir(tmp_path) == ["begun"]
