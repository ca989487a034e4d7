import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from wann.cli.main import main
from wann.config import SearchConfig
from wann.errors import UserError
from wann.evaluators.evaluator import Evaluation
from wann.evaluators.processes import ProcessEvaluator
from wann.evaluators.threads import ThreadEvaluator
from wann.experiments.growing.growth import Growth, grow
from wann.runs import filenames
from wann.runs.digest import run_digest
from wann.runs.rundir import RunDir

# Episodes of 9 to 500 steps.
UNEVEN = "gym:CartPole-v1"
SIMULATED = 'gym:CartPole-v1 {"backend": "gymnasium", "max_steps": 200}'


def small(**settings: object) -> SearchConfig:
    return SearchConfig(
        **{
            "task": UNEVEN,
            "population": 64,
            "generations": 6,
            "episodes": 1,
            "confirm_episodes": 4,
            "tournament": 8,
            "weights": (1.0, 2.0),
            "weight_series": "fixed",
            "asynchronous": True,
            **settings,
        }
    )


class Shuffled(ThreadEvaluator):
    """One thread that completes its submissions in a random order, as many workers may."""

    def __init__(self, seed: int) -> None:
        super().__init__(1)
        self.slots, self._rng = 6, np.random.default_rng(seed)

    def completed(self) -> tuple[int, Evaluation]:
        self._waiting.rotate(int(self._rng.integers(len(self._waiting))))
        return super().completed()


def search(
    path: Path,
    evaluator: ThreadEvaluator | ProcessEvaluator,
    config: SearchConfig,
    record: Path | None,
) -> str:
    with RunDir.create(path, config) as run:
        if record:
            run.write_text(filenames.COMPLETIONS, record.read_text())
        growth = Growth(config, evaluator, run)
        rows = list(grow(growth))
        assert [row["generation"] for row in rows] == list(range(config.generations))
        return str(growth.finish()["digest"])


@pytest.fixture(scope="module")
def shuffled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("shuffled") / "run"
    with Shuffled(0) as evaluator:
        search(path, evaluator, small(), None)
    return path


def numbers(path: Path) -> list[int]:
    return [int(line) for line in (path / filenames.COMPLETIONS).read_text().split()]


def test_the_record_names_each_submission_once_and_out_of_order(shuffled: Path) -> None:
    recorded = numbers(shuffled)
    assert sorted(recorded) == list(range(len(recorded)))
    assert recorded != sorted(recorded)


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_the_record_repeats_the_run_with_any_number_of_workers(
    shuffled: Path, tmp_path: Path, workers: int
) -> None:
    with ThreadEvaluator(workers) as evaluator:
        search(tmp_path / "run", evaluator, small(), shuffled / filenames.COMPLETIONS)
    for name in (filenames.GENERATIONS, filenames.CHAMPION, filenames.FRONT, filenames.COMPLETIONS):
        assert (tmp_path / "run" / name).read_bytes() == (shuffled / name).read_bytes()


def test_another_order_is_another_run(shuffled: Path, tmp_path: Path) -> None:
    with Shuffled(1) as evaluator:
        assert search(tmp_path / "run", evaluator, small(), None) != run_digest(shuffled)


def test_simulators_in_processes_record_and_repeat(tmp_path: Path) -> None:
    config = small(task=SIMULATED, population=32, generations=3)
    with ProcessEvaluator(2) as evaluator:
        digest = search(tmp_path / "two", evaluator, config, None)
    with ThreadEvaluator(1) as evaluator:
        assert (
            search(tmp_path / "one", evaluator, config, tmp_path / "two" / filenames.COMPLETIONS)
            == digest
        )


@pytest.mark.parametrize("line", [0, 70])
def test_a_record_of_another_search_is_one_line(shuffled: Path, tmp_path: Path, line: int) -> None:
    lines = (shuffled / filenames.COMPLETIONS).read_text().splitlines()
    lines[line] = "12345"
    with RunDir.create(tmp_path / "run", small()) as run, ThreadEvaluator(1) as evaluator:
        run.write_text(filenames.COMPLETIONS, "\n".join(lines) + "\n")
        with pytest.raises(
            UserError, match=f"line {line + 1} says submission 12345, which was not under way"
        ):
            list(grow(Growth(small(), evaluator, run)))


@pytest.mark.parametrize("generations", [1, 3])
def test_stopped_and_restored_is_the_replay_of_its_own_record(
    tmp_path: Path, generations: int
) -> None:
    with RunDir.create(tmp_path / "run", small()) as run:
        with Shuffled(2) as evaluator:
            growth = Growth(small(), evaluator, run)
            list(grow(growth, stop=lambda: growth.search.generation >= generations))
            growth.finish()
            assert not evaluator._waiting, "what was under way is waited for"
        with Shuffled(3) as evaluator:
            growth = Growth(small(), evaluator, run)
            growth.restore()
            assert growth.search.generation == generations
            list(grow(growth))
            digest = growth.finish()["digest"]
    recorded = numbers(tmp_path / "run")
    assert sorted(recorded) == list(range(len(recorded))), (
        "nothing is lost, and nothing counted twice"
    )
    with ThreadEvaluator(2) as evaluator:
        assert (
            search(tmp_path / "again", evaluator, small(), tmp_path / "run" / filenames.COMPLETIONS)
            == digest
        )


def test_a_search_goes_on_after_its_summary(shuffled: Path, tmp_path: Path) -> None:
    with RunDir.create(tmp_path / "run", small()) as run, ThreadEvaluator(2) as evaluator:
        run.write_text(filenames.COMPLETIONS, (shuffled / filenames.COMPLETIONS).read_text())
        growth = Growth(small(), evaluator, run)
        list(grow(growth, stop=lambda: growth.search.generation >= 2))
        growth.finish()
        list(grow(growth))
        assert growth.finish()["digest"] == run_digest(shuffled)


def test_a_record_shorter_than_the_checkpoint_is_an_error(tmp_path: Path) -> None:
    with RunDir.create(tmp_path / "run", small()) as run, ThreadEvaluator(1) as evaluator:
        growth = Growth(small(), evaluator, run)
        list(grow(growth, stop=lambda: growth.search.generation >= 2))
        growth.finish()
        (run.path / filenames.COMPLETIONS).write_text("0\n")
        growth = Growth(small(), evaluator, run)
        growth.restore()
        with pytest.raises(UserError, match="shorter than the checkpoint says"):
            growth.step()


RUN = (
    *(
        "--population",
        "64",
        "--generations",
        "40",
        "--confirm-episodes",
        "4",
        "--threads",
        "2",
        "--json",
    ),
)
MODES = {"asynchronous": ("--asynchronous",), "islands": ("--islands", "4", "--migrate-every", "3")}


@pytest.mark.usefixtures("unpainted")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
@pytest.mark.parametrize("mode", MODES)
def test_killed_and_resumed_gives_the_bytes_of_one_go(
    tmp_path: Path, mode: str, how: signal.Signals, capsys: pytest.CaptureFixture[str]
) -> None:
    run, flags = tmp_path / "run", ["search", "cartpole", *RUN, *MODES[mode]]
    command = [
        sys.executable,
        "-m",
        "wann",
        *flags,
        "--out",
        str(run),
        "--checkpoint-seconds",
        "0.1",
        "--no-figures",
    ]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ
    )
    written = run / filenames.GENERATIONS
    while not (written.exists() and written.read_text().count("\n") >= 10):
        time.sleep(0.005)
    process.send_signal(how)
    process.communicate()
    # Where a kernel is just being compiled, Ctrl-C ends the command at once.
    assert process.returncode in ((0, 130) if how == signal.SIGINT else (-how,))
    before = written.read_text()
    assert main(["resume", str(run), "--threads", "1", "--json"]) == 0
    resumed = json.loads(capsys.readouterr().out)["digest"]
    assert written.read_text().startswith(before[: before.rfind("\n") + 1]), "no row is taken back"
    again = ["--completions", str(run / filenames.COMPLETIONS)] if mode == "asynchronous" else []
    assert main([*flags, *again, "--out", str(tmp_path / "again")]) == 0
    assert json.loads(capsys.readouterr().out)["digest"] == resumed
    one, two = (folder / filenames.LINEAGE for folder in (run, tmp_path / "again"))
    assert one.read_bytes() == two.read_bytes()


def test_the_record_is_on_the_disk_before_the_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    real = os.fsync
    monkeypatch.setattr(
        os, "fsync", lambda file: synced.append(os.readlink(f"/proc/self/fd/{file}")) or real(file)
    )
    with RunDir.create(tmp_path / "run", small()) as run, ThreadEvaluator(1) as evaluator:
        growth = Growth(small(), evaluator, run)
        list(grow(growth, stop=lambda: growth.search.generation >= 1))
        synced.clear()
        growth.finish()
        assert str(run.path / filenames.COMPLETIONS) in synced
