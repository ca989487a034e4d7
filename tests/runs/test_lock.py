import errno
import fcntl
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from wann.config import SearchConfig
from wann.errors import UserError
from wann.runs import filenames
from wann.runs.lock import FolderLock, is_held
from wann.runs.rundir import RunDir

HOLD = """
import sys, time
from pathlib import Path
from wann.runs.lock import FolderLock
with FolderLock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


def test_a_second_lock_is_refused_until_the_first_is_released(tmp_path: Path) -> None:
    with (
        FolderLock(tmp_path),
        pytest.raises(UserError, match="is in use: another process is writing to it"),
    ):
        FolderLock(tmp_path)
    FolderLock(tmp_path).release()


def test_another_process_is_refused_and_a_killed_one_frees_the_folder(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(UserError, match="is in use"):
            FolderLock(tmp_path)
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    FolderLock(tmp_path).release()


def test_a_lock_that_an_older_version_left_locks_nothing(tmp_path: Path) -> None:
    RunDir.create(tmp_path / "run", SearchConfig()).close()
    (tmp_path / "run" / filenames.LOCK).write_text("")
    with RunDir.open(tmp_path / "run", write=True) as run:
        assert run.config == SearchConfig()


def test_a_file_left_over_locks_nothing_where_the_file_system_has_no_locks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))

    (tmp_path / filenames.LOCK).write_text("")
    monkeypatch.setattr("fcntl.flock", refuse)
    for _ in range(2):  # it says what is missing, and not that another process is writing
        with pytest.raises(OSError, match=os.strerror(errno.ENOSYS)):
            FolderLock(tmp_path)
    monkeypatch.undo()
    FolderLock(tmp_path).release()


def test_what_a_killed_writer_left_half_written_is_removed(tmp_path: Path) -> None:
    for name in (".row.json.0123abcd.unfinished", ".mine.json.0123abcd.unfinished"):
        (tmp_path / name).write_text("half")
    with FolderLock(tmp_path) as lock:
        lock.tidy(["row.json"])
    assert [path.name for path in tmp_path.glob(".*.json*")] == [".mine.json.0123abcd.unfinished"]


def test_a_bystander_sees_who_writes_and_keeps_nobody_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert is_held(tmp_path) is False
    with FolderLock(tmp_path):
        assert is_held(tmp_path) is True
    assert is_held(tmp_path) is False
    look = os.open(tmp_path / filenames.LOCK, os.O_RDONLY)
    fcntl.flock(look, fcntl.LOCK_SH)  # a bystander looks at the same moment
    threading.Timer(0.02, os.close, [look]).start()
    FolderLock(tmp_path).release()

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))

    monkeypatch.setattr("fcntl.flock", refuse)
    assert is_held(tmp_path) is None
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked" / filenames.LOCK).symlink_to(tmp_path / filenames.LOCK)
    assert is_held(tmp_path / "linked") is None
