"""Callbacks, loops that are left, and Ctrl-C: what is done is saved, and can be gone on with."""

import os
import signal
from pathlib import Path
from typing import Any

import pytest
from run_toys import SMALL

import wann
from wann.api.watching.watch import Interrupted
from wann.errors import UserError
from wann.runs.lock import FolderLock

HOW = SMALL | {"generations": 4}
SMALL_SWEEP = {name: value for name, value in SMALL.items() if name != "threads"}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> wann.Run:
    return wann.search("swingup-quick", out=tmp_path_factory.mktemp("whole") / "run", **HOW)


def resumed(folder: Path) -> wann.Run:
    return wann.resume(folder, threads=1, figures=False)


def test_a_callback_stops_the_search(tmp_path: Path, undisturbed: wann.Run) -> None:
    rows: list[Any] = []
    run = wann.search(
        "swingup-quick",
        out=tmp_path / "run",
        callback=lambda row: rows.append(row) or len(rows) == 2,
        **HOW,
    )
    assert [row["generation"] for row in rows] == [0, 1]
    assert (run.summary.finished, run.summary.generations) == (False, 2)
    assert rows == run.history.rows
    assert "generations: 2 of 4" in repr(run)
    assert resumed(run.folder).digest == undisturbed.digest


def test_a_callback_that_fails_loses_nothing(tmp_path: Path, undisturbed: wann.Run) -> None:
    def fails(row: Any) -> Any:
        return 1 / 0 if row["generation"] else None

    for number, (callback, message) in enumerate(
        [
            (fails, "fails failed on generation 1: ZeroDivisionError"),
            (lambda row: row["generation"], "returned 0 of generation 0: expected a function of"),
        ]
    ):
        folder = tmp_path / str(number)
        with pytest.raises(UserError, match=message) as raised:
            wann.search("swingup-quick", out=folder, callback=callback, **HOW)
        assert f"nothing is lost: continue with `wann resume {folder}`" in str(raised.value)
        assert resumed(folder).digest == undisturbed.digest


def test_a_loop_may_be_left_and_gone_on_with(tmp_path: Path, undisturbed: wann.Run) -> None:
    for row in wann.grow("swingup-quick", out=tmp_path / "left", **HOW):
        if row["generation"] == 1:
            break
    assert wann.open_run(tmp_path / "left").summary.generations == 2
    assert resumed(tmp_path / "left").digest == undisturbed.digest
    with wann.grow("swingup-quick", out=tmp_path / "whole", **HOW) as rows:
        assert repr(rows) == f"Growing({str(tmp_path / 'whole')!r})"
        assert list(rows) == undisturbed.history.rows
        assert rows.run.digest == undisturbed.digest
        assert list(rows) == []
    stopped = wann.grow("swingup-quick", out=tmp_path / "stop", stop=lambda: True, **HOW)
    assert list(stopped) == []
    with pytest.raises(UserError, match="unknown recipe"):
        wann.grow("swingup-quik", out=tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_the_folder_is_locked_while_the_loop_lasts(tmp_path: Path) -> None:
    rows = wann.grow("swingup-quick", out=tmp_path / "run", **HOW)
    next(rows)
    with pytest.raises(UserError, match="is in use"):
        resumed(tmp_path / "run")
    rows.close()
    rows.close()
    assert resumed(tmp_path / "run").summary.finished


def test_a_default_folder_in_which_another_process_begins_is_left_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with FolderLock(tmp_path / "runs" / "swingup-quick-seed0"):
        assert wann.search("swingup-quick", **HOW).folder == Path("runs/swingup-quick-seed0-2")
        with pytest.raises(UserError, match="is in use"):
            wann.search("swingup-quick", out="runs/swingup-quick-seed0", **HOW)
    with FolderLock(tmp_path / "runs" / "swingup-quick-sweep"):
        found = wann.sweep("swingup-quick", seeds=0, workers=1, **SMALL_SWEEP)
        assert found.folder == "runs/swingup-quick-sweep-2"


def test_a_growth_is_run_as_before() -> None:
    config = wann.SearchConfig(population=16, generations=2, episodes=1, confirm_episodes=2)
    with wann.ThreadEvaluator(1) as evaluator:
        growth = wann.Growth(config, evaluator)
        assert len(list(wann.grow(growth))) == 2
        assert list(wann.grow(wann.Growth(config, evaluator), stop=lambda: True)) == []
        with pytest.raises(UserError, match="a Growth has its settings"):
            wann.grow(wann.Growth(config, evaluator), generations=3)  # type: ignore[call-overload]
        for name, value in (("stop", 5), ("checkpoint_seconds", "a")):
            wrong: Any = {name: value}
            with pytest.raises(UserError, match=f"{name}: expected"):
                wann.grow(wann.Growth(config, evaluator), **wrong)
        for name, value in (("cpus_per_worker", 2.0), ("memory_per_worker", "1G")):
            given: Any = {name: value}
            with pytest.raises(UserError, match="a Growth has its settings"):
                wann.grow(wann.Growth(config, evaluator), **given)


def test_ctrl_c_ends_after_the_generation_under_way(
    tmp_path: Path, undisturbed: wann.Run, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(KeyboardInterrupt, match="continue with") as raised:
        wann.search(
            "swingup-quick",
            out=tmp_path / "run",
            callback=lambda row: os.kill(os.getpid(), signal.SIGINT),
            **HOW,
        )
    assert isinstance(raised.value, Interrupted)
    assert raised.value.result.summary.generations == 1
    assert "finishing the generation" in capsys.readouterr().err
    assert resumed(tmp_path / "run").digest == undisturbed.digest


def test_an_object_of_another_session_is_passed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from odd_environments_toys import Plain

    from wann.own import names

    class Mine(Plain):
        pass

    Mine.__qualname__ = "Mine"
    run = wann.search(env=Mine, out=tmp_path / "run", callback=lambda row: True, **HOW)
    monkeypatch.setattr(names, "objects", {})
    with pytest.raises(UserError, match="environment Mine was an object of another Python session"):
        resumed(run.folder)
    with pytest.raises(UserError, match=r"pass it again \(to wann.resume in objects=\[...\]\)"):
        resumed(run.folder)
    assert wann.resume(run, objects=Mine, threads=1, figures=False).summary.finished
    assert wann.resume(run, objects=iter([Mine]), threads=1, figures=False).summary.finished


def test_code_that_changed_since_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    module = tmp_path / "mutation_that_changes.py"
    code = "def mutate(genome, rng, editor):\n    number = 1\n    return genome\n"
    module.write_text(code)
    tiny: Any = {
        "population": 4,
        "generations": 2,
        "episodes": 1,
        "figures": False,
        "mutation": ["mutation_that_changes:mutate=0.1"],
        "out": tmp_path / "run",
    }
    wann.search("swingup-quick", **tiny, callback=lambda row: True)
    wann.resume(tmp_path / "run", figures=False, callback=lambda row: True)
    assert "was changed since" not in capsys.readouterr().err
    module.write_text(code.replace("1", "2"))
    wann.resume(tmp_path / "run", figures=False)
    assert (
        "the file behind mutation_that_changes:mutate was changed since the run was begun"
        in capsys.readouterr().err
    )
