"""What is written to a folder: whole or not at all, and nowhere else."""

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from wann.errors import UserError
from wann.files import Folder, finished_name, tidy, write_atomically

CALLS: dict[str, Callable[[Folder, str], object]] = {
    "write": lambda folder, name: folder.write(name, b"new"),
    "append": lambda folder, name: folder.append(name, b"new\n"),
    "cut": lambda folder, name: folder.cut(name, 1),
    "sync": lambda folder, name: folder.sync(name),
    "remove": lambda folder, name: folder.remove(name),
    "written last": lambda folder, name: folder.written_last(name, b"new").__enter__(),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("kind", ["link", "dangling link", "pipe", "socket", "folder"])
def test_what_is_no_plain_file_is_refused_and_stays(call: str, kind: str, tmp_path: Path) -> None:
    victim, folder = tmp_path / "victim", tmp_path / "folder"
    victim.write_text("mine")
    folder.mkdir()
    path = folder / "file"
    if "link" in kind:
        path.symlink_to(victim if kind == "link" else tmp_path / "nowhere")
    elif kind == "folder":
        path.mkdir()
    else:
        os.mknod(path, (0o010000 if kind == "pipe" else 0o140000) | 0o644)
    before = path.lstat().st_ino
    with pytest.raises(UserError, match=f"is a {kind.split()[-1]}") as mistake:
        CALLS[call](Folder(folder), "file")
    assert "\n" not in str(mistake.value)
    assert victim.read_text() == "mine"
    assert path.lstat().st_ino == before
    assert sorted(os.listdir(tmp_path)) == ["folder", "victim"]
    assert os.listdir(folder) == ["file"]


@pytest.mark.parametrize("call", CALLS)
def test_a_linked_folder_is_refused_and_what_is_in_it_stays(call: str, tmp_path: Path) -> None:
    (tmp_path / "elsewhere" / "b").mkdir(parents=True)
    (tmp_path / "elsewhere" / "b" / "file").write_text("mine")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UserError, match="folder/a is a link"):
        CALLS[call](Folder(tmp_path / "folder"), "a/b/file")
    with pytest.raises(UserError, match="folder/a is a link"):
        Folder(tmp_path / "folder").make("a")
    assert (tmp_path / "elsewhere" / "b" / "file").read_text() == "mine"
    assert os.listdir(tmp_path / "elsewhere" / "b") == ["file"]


def test_the_folder_itself_may_be_reached_through_links(tmp_path: Path) -> None:
    (tmp_path / "disk" / "run").mkdir(parents=True)
    (tmp_path / "home").symlink_to(tmp_path / "disk")
    (tmp_path / "run").symlink_to(tmp_path / "home" / "run")
    for folder in (tmp_path / "home" / "run", tmp_path / "run"):
        for number, call in enumerate(CALLS.values()):
            folder.joinpath("file").write_text("old")
            if number < 5:
                call(Folder(folder), "file")
    Folder(tmp_path / "run").write("inner/file", b"new")
    assert (tmp_path / "disk" / "run" / "inner" / "file").read_bytes() == b"new"


@pytest.mark.parametrize("call", ["write", "append", "cut"])
def test_the_other_name_of_a_file_keeps_its_content(call: str, tmp_path: Path) -> None:
    backup, path = tmp_path / "backup", tmp_path / "folder" / "file"
    backup.write_text("old\n")
    path.parent.mkdir()
    path.hardlink_to(backup)
    CALLS[call](Folder(path.parent), "file")
    assert backup.read_text() == "old\n"
    assert path.read_text() == {"write": "new", "append": "old\nnew\n", "cut": "o"}[call]


def test_a_line_that_was_cut_off_is_ended_before_the_next(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "new")
    folder.append("log", b"one\n")
    folder.append("log", b"two\nthr")
    folder.append("log", b"four\n")
    assert (tmp_path / "new" / "log").read_bytes() == b"one\ntwo\nthr\nfour\n"
    assert folder.sync("log") == 17


@pytest.mark.parametrize("problem", [OSError(errno.ENOSPC, "No space left"), KeyboardInterrupt()])
def test_half_an_append_is_taken_back_and_half_a_file_is_not_seen(
    problem: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, write = Folder(tmp_path), os.write
    folder.append("rows", b"one\n")

    def half(handle: int, content: bytes) -> int:
        write(handle, content[: len(content) // 2])
        raise problem

    monkeypatch.setattr(os, "write", half)
    for call in (folder.append, folder.write):
        with pytest.raises(type(problem)) as raised:
            call("rows", b"two\n")
        if isinstance(problem, OSError):
            assert getattr(raised.value, "filename") == str(tmp_path / "rows")  # noqa: B009
    with pytest.raises(type(problem)), folder.written_last("marker", b"12"):
        pass
    assert os.listdir(tmp_path) == ["rows"]
    assert (tmp_path / "rows").read_bytes() == b"one\n"


_WRITER = """
import os, sys, time
from pathlib import Path
from wann.files import folder
def wait(handle):
    print("writing", flush=True)
    time.sleep(600)
os.fsync = wait
folder.Folder(Path(sys.argv[1])).write("file", b"half")
"""


def test_what_is_being_written_stays_and_what_a_killed_writer_left_goes(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _WRITER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "writing\n"
        (left,) = os.listdir(tmp_path)
        assert finished_name(left) == "file"
        tidy(tmp_path, ["file"])
        write_atomically(tmp_path / "file", b"whole")
        assert sorted(os.listdir(tmp_path)) == sorted([left, "file"])
        writer.send_signal(signal.SIGKILL)
        writer.wait()
    tidy(tmp_path, ["other"])
    assert sorted(os.listdir(tmp_path)) == sorted([left, "file"])
    write_atomically(tmp_path / "file", b"new")
    assert os.listdir(tmp_path) == ["file"]


def test_a_marker_gets_its_name_behind_what_is_written_before(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    with folder.written_last("marker", b"made") as temporary:
        assert finished_name(temporary) == "marker"
        folder.write("other", b"")
        assert sorted(os.listdir(tmp_path)) == [temporary, "other"]
    assert sorted(os.listdir(tmp_path)) == ["marker", "other"]
    assert (tmp_path / "marker").read_bytes() == b"made"
