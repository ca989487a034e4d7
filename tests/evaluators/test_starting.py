"""Workers end with their parent: real commands, and real signals."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from paths import ROOT, TESTS, TOYS
from process_toys import descendants, runs, ticks, wait_until

from wann.evaluators.processes import ProcessEvaluator
from wann.evaluators.threads import ThreadEvaluator
from wann.network.compile import compile_genome
from wann.network.weightings import Weightings
from wann.tasks.registry import make_task

TINY = ["--population", "4", "--generations", "1", "--episodes", "4"]
SIMULATOR = "gym_toys:toys/Toy-v0"


def started(folder: Path, *arguments: str) -> "subprocess.Popen[str]":
    """Start Python with some arguments, in a folder where workers that are busy leave marks."""
    variables = {
        **os.environ,
        "TOY_MARKS": str(folder),
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(TOYS), str(TESTS)]),
    }
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(
        [sys.executable, *arguments], env=variables, cwd=folder, text=True, **pipes
    )


def never_returning(manner: str) -> list[str]:
    return ["--env", SIMULATOR, "--env-kwargs", json.dumps({"fault": manner}), *TINY]


@pytest.mark.parametrize(
    ("arguments", "manner", "end"),
    [
        pytest.param(["search", "--threads", "2"], "loops", signal.SIGKILL, id="killed"),
        pytest.param(["search", "--threads", "2"], "holds", signal.SIGKILL, id="in-a-simulator"),
        pytest.param(["sweep", "--seeds", "0,1"], "holds", signal.SIGTERM, id="workers-of-workers"),
        pytest.param(
            ["search", "--threads", "1"], "loops in rehearsals", signal.SIGKILL, id="rehearsed"
        ),
    ],
)
def test_workers_end_within_seconds_of_their_parent(
    arguments: list[str], manner: str, end: signal.Signals, tmp_path: Path
) -> None:
    name, *flags = arguments
    if name == "sweep":
        flags += ["--workers", "2"]
    parent = started(tmp_path, "-m", "wann", name, *never_returning(manner), *flags)
    busy: list[int] = []

    def are_busy() -> bool:
        busy[:] = [int(path.name) for path in tmp_path.iterdir() if path.name.isdigit()]
        return len(busy) == 2 or parent.poll() is not None

    assert wait_until(are_busy)
    assert parent.poll() is None
    workers = descendants(parent.pid)
    assert set(busy) <= workers
    parent.send_signal(end)
    parent.communicate()
    assert parent.returncode == -end
    assert wait_until(lambda: not any(map(runs, workers)), seconds=5.0)


SCORE = """
import hashlib, sys
import numpy as np
from ray_toys import WEIGHTS, networks
from wann.evaluators.processes import ProcessEvaluator
from wann.tasks.registry import make_task

def score(evaluator, spec):
    task = make_task(spec)
    digest = hashlib.sha256()
    for seed in range(20):
        some = networks(task, 12, 9)
        drawn = np.array([seed, 99])
        digest.update(evaluator.evaluate(task, some, WEIGHTS, drawn).returns.tobytes())
        print(seed, flush=True)
    return digest.hexdigest()

if __name__ == "__main__":
    with ProcessEvaluator(2) as evaluator:
        print(score(evaluator, sys.argv[1]))
"""


def test_workers_of_a_stopped_parent_wait_for_it(tmp_path: Path) -> None:
    """So a scheduler can suspend a command and go on with it later."""
    (tmp_path / "score.py").write_text(SCORE)
    spec = 'gym:CartPole-v1 {"backend": "gymnasium", "max_steps": 60}'
    parent = started(tmp_path, str(tmp_path / "score.py"), spec)
    assert parent.stdout
    assert parent.stdout.readline() == "0\n"
    workers = descendants(parent.pid)
    parent.send_signal(signal.SIGSTOP)
    used = []
    for _ in range(3):
        time.sleep(0.6)
        used.append(sum(map(ticks, workers)))
    assert used[-1] - used[-2] <= 2, "two hundredths of a second"
    assert all(map(runs, workers)), "a parent that is stopped is not gone"
    parent.send_signal(signal.SIGCONT)
    said, _ = parent.communicate()
    assert said.splitlines()[-2] == "19"
    names: dict[str, Any] = {"__name__": "score"}
    exec(SCORE, names)
    with ThreadEvaluator(1) as undisturbed:
        assert names["score"](undisturbed, spec) == said.splitlines()[-1]


def test_workers_outlive_the_thread_that_started_them() -> None:
    from genome_toys import grow

    task = make_task(f"gym:{SIMULATOR}")
    networks = [compile_genome(grow(0, 5, task.inputs, task.outputs))]
    seen = list[list[int]]()
    with ProcessEvaluator(1) as evaluator:

        def evaluate() -> None:
            evaluator.evaluate(task, networks, Weightings.shared([1.0]), np.arange(2))
            seen.append(evaluator.pids)

        thread = threading.Thread(target=evaluate)
        thread.start()
        thread.join()
        time.sleep(0.2)
        evaluate()
    assert seen[0] == seen[1]
