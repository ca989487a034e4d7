"""A run is watched to its end: on a terminal of any width, and through a pipe."""

import io
import shutil
import threading
from pathlib import Path
from typing import Any

import pyte
import pytest
from paths import REFERENCE_RUN
from run_toys import SMALL

import wann
from wann.api.watching import bystander
from wann.cli.main import main
from wann.runs.lock import FolderLock


class Pipe(io.StringIO):
    """What is written; `seen` is set once that is the first generation."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = threading.Event()

    def write(self, text: str) -> int:
        written = super().write(text)
        if "generation 1/2" in self.getvalue():
            self.seen.set()
        return written


class Terminal(Pipe):
    """A terminal of some columns, and what it shows in the end."""

    def isatty(self) -> bool:
        return True

    def shown(self, columns: int) -> list[str]:
        screen = pyte.Screen(columns, 24)
        pyte.Stream(screen).feed(self.getvalue().replace("\n", "\r\n"))
        return [line.rstrip() for line in screen.display if line.strip()]


def watched(run: Path, stream: Pipe, monkeypatch: pytest.MonkeyPatch) -> None:
    """Watch a search that is begun before, and goes on once it is watched."""
    monkeypatch.setattr(bystander, "_LOOK_SECONDS", 0.01)
    monkeypatch.setattr(bystander, "_PLAIN_SECONDS", 0.0)
    begun = threading.Event()

    def wait(row: dict[str, Any]) -> None:
        begun.set()
        assert stream.seen.wait(60)

    def search() -> None:
        wann.search("swingup-quick", out=run, callback=wait, **SMALL)

    searching = threading.Thread(target=search)
    searching.start()
    assert begun.wait(60)
    bystander.watch(str(run), stream)
    searching.join()


@pytest.mark.parametrize("columns", [40, 100])
def test_on_a_terminal_it_is_drawn_anew(
    columns: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", str(columns))
    terminal = Terminal()
    watched(tmp_path / "run", terminal, monkeypatch)
    lines = terminal.shown(columns)
    assert any("generation 2/2, finished" in line for line in lines)
    assert not any("generation 1/2" in line for line in lines), "it is drawn in its place"


def test_through_a_pipe_there_are_plain_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pipe = Pipe()
    watched(tmp_path / "run", pipe, monkeypatch)
    lines = pipe.getvalue().splitlines()
    assert lines[0].startswith("generation 1/2: best")
    assert "\x1b" not in pipe.getvalue()
    assert main(["watch", str(tmp_path / "run"), "--once"]) == 0
    once = capsys.readouterr().out
    assert once.splitlines() == lines[-len(once.splitlines()) :], (
        "the end is told in the same words"
    )
    assert main(["watch", str(tmp_path / "run")]) == 0
    assert capsys.readouterr().out == once
    assert main(["watch", str(tmp_path / "run"), "--json"]) == 0
    assert '"state": "finished"' in capsys.readouterr().out
    assert main(["watch", str(tmp_path)]) == 2


def test_storage_that_fails_for_a_moment_changes_nothing() -> None:
    look = bystander.Look(False, "line", lambda width, height: "", {})

    def fail() -> bystander.Look:
        raise TimeoutError("far away")

    assert bystander._again(fail, look) is look


def test_ctrl_c_ends_watching_without_a_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(seconds: float) -> None:
        raise KeyboardInterrupt

    run = shutil.copytree(REFERENCE_RUN, tmp_path / "run")
    (run / "summary.json").unlink()
    with FolderLock(run):
        monkeypatch.setattr(bystander.time, "sleep", interrupt)
        assert main(["watch", str(run)]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("generation 600/600: best")
    assert said.err == ""
