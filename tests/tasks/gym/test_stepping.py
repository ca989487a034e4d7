"""What an environment raises is told from what its user does."""

import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from scoring_toys import networks, score

from wann.api.evaluate import evaluate
from wann.errors import UserError
from wann.formats import NetworkFile, dumps_json
from wann.network.compile import to_genome
from wann.tasks.registry import make_task
from wann.tasks.task import Task


def interrupting(at: int) -> Task:
    return make_task(f'gym:odd_environments_toys:Interrupts {{"kwargs": {{"at": {at}}}}}')


@pytest.mark.parametrize("at", [0, 3])
def test_an_interrupt_of_an_environments_own_is_a_fault(at: int) -> None:
    task = interrupting(at)
    said = rf"failed \(seed 1, step {at}\): RuntimeError: it raised KeyboardInterrupt by itself"
    with ThreadPoolExecutor(1) as pool, pytest.raises(UserError, match=said) as raised:
        pool.submit(score, task, np.array([1]), networks(task)[:1]).result()
    assert "\n" not in str(raised.value)
    heard = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with pytest.raises(UserError, match=said):
            score(task, np.array([1]), networks(task)[:1])
    finally:
        signal.signal(signal.SIGINT, heard)


@pytest.mark.parametrize("at", [0, 3])
def test_what_may_be_ctrl_c_stops_all(at: int) -> None:
    task = interrupting(at)
    with pytest.raises(KeyboardInterrupt):
        score(task, np.array([1]), networks(task)[:1])


def test_an_interrupt_in_a_worker_is_one_line(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    task, path = interrupting(3), tmp_path / "net.json"
    genome = to_genome(networks(task)[0])
    path.write_text(dumps_json(NetworkFile(genome, None, task.spec, {})), encoding="utf-8")
    with pytest.raises(UserError, match="it raised KeyboardInterrupt by itself"):
        evaluate(path, episodes=2, threads=2)
    assert "Traceback" not in capfd.readouterr().err
