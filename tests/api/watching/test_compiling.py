"""Compilation is shown with its time, and Ctrl-C ends it; both with a cache that holds nothing."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pyte
import pytest

from wann.api.watching import compiling
from wann.api.watching.compiling import INTERRUPTED, compilation, in_words, shown_below_bar
from wann.api.watching.compiling import shown_while_compiling as shown

SEARCH = ["search", "swingup-quick", "--population", "24", "--generations", "3", "--out", "run"]


class Terminal:
    """A terminal of 60 columns, with a command whose stderr it shows."""

    def __init__(self, folder: Path, *arguments: str, **more: str) -> None:
        self.screen = pyte.Screen(60, 24)
        self._stream = pyte.ByteStream(self.screen)
        self._read, write = pty.openpty()
        environment = {**os.environ, "COLUMNS": "60", "TERM": "xterm", **more}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "wann", *arguments],
            cwd=folder,
            env=environment,
            stderr=write,
            stdout=subprocess.PIPE,
        )
        os.close(write)

    def lines(self) -> list[str]:
        return [line.rstrip() for line in self.screen.display if line.strip()]

    def shows(self, text: str) -> bool:
        """Wait until the text is shown; False where the command ends before."""
        while text not in "\n".join(self.lines()):
            try:
                self._stream.feed(os.read(self._read, 4096))
            except OSError:  # the other side is closed
                return False
        return True

    def end(self) -> int:
        assert not self.shows("\0")
        os.close(self._read)
        assert self.process.stdout
        with self.process.stdout as results:
            self.results = results.read()
        return self.process.wait()


def test_ctrl_c_ends_a_compilation_that_is_shown_with_its_time(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, *SEARCH, NUMBA_CACHE_DIR=str(tmp_path / "cache"))
    assert terminal.shows("compiling the kernels, 0:01")
    assert terminal.lines()[0].startswith("generation 0/3 ")
    terminal.process.send_signal(signal.SIGINT)
    assert terminal.end() == INTERRUPTED
    assert terminal.lines()[-1] == "wann: interrupted"
    assert (tmp_path / "run" / "generations.jsonl").read_text() == ""  # nothing was waited for
    assert not terminal.screen.cursor.hidden


def test_a_search_fits_a_narrow_terminal(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, *SEARCH, "--json")
    assert terminal.end() == 0
    counter, best, *_, speed = terminal.lines()
    assert counter.startswith("generation 3/3 ")
    assert best.startswith("best ")
    assert speed.endswith(" left")
    assert json.loads(terminal.results)["finished"]


def test_what_is_compiled_within_a_compilation_counts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(compiling.time, "monotonic", lambda: now[0])
    clock = compiling._Clock()
    for step, seconds in (
        (clock.begin, 0.0),
        (clock.begin, 3.0),
        (clock.end, 4.0),
        (clock.end, 5.0),
    ):
        now[0] = 100.0 + seconds
        step()
    now[0] = 200.0
    assert (clock.is_running, clock.seconds) == (False, 5.0)
    clock.begin()
    now[0] = 202.0
    assert (clock.is_running, clock.seconds) == (True, 7.0)


def test_a_real_compilation_is_counted_and_said_where_there_is_no_bar(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import numba

    monkeypatch.setattr(compiling, "_LOOK_SECONDS", 0.001)
    monkeypatch.setattr(compiling, "_SHOWN_AFTER_SECONDS", 0.0)
    before = compilation().seconds
    with shown():
        assert numba.njit(lambda x: x * x + 1.0)(2.0) == 5.0
    assert compilation().seconds > before
    assert not compilation().is_running
    assert in_words() == ""
    # The time is that of all compilations in this process, those of other tests included.
    assert re.match(r"compiling the kernels, \d+:\d\d\n", capsys.readouterr().err)
    with shown_below_bar(), shown():
        numba.njit(lambda x: x * x + 2.0)(2.0)
    assert capsys.readouterr().err == ""


def test_the_thread_that_waits_for_ctrl_c_ends_with_the_context() -> None:
    before, wakeup = set(threading.enumerate()), signal.set_wakeup_fd(-1)
    # A shell may have started this in the background, deaf to Ctrl-C
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    with compiling.stopped_at_once_while_compiling(), pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    signal.signal(signal.SIGINT, handler)
    assert not compilation().interrupted  # else the next compilation would end the process
    # Threads of tests before this one may end meanwhile
    assert set(threading.enumerate()) <= before
    assert signal.set_wakeup_fd(-1) == wakeup
