import json
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from bomb_toys import npy_bytes, npz_bytes

from wann.config import SearchConfig
from wann.errors import UserError
from wann.files import write_atomically
from wann.network.genome import minimal
from wann.runs import filenames
from wann.runs.checkpoint import Checkpoint
from wann.runs.lock import FolderLock
from wann.runs.rundir import RunDir, made_where_free


def checkpoint() -> Checkpoint:
    genomes = [
        minimal(2, 1, np.array([[a], [b], [True]])) for a in (False, True) for b in (False, True)
    ]
    return Checkpoint(genomes, {"generation": 3})


@pytest.fixture
def run(tmp_path: Path) -> Iterator[RunDir]:
    with RunDir.create(tmp_path / "run", SearchConfig(seed=4)) as made:
        yield made


def test_settings_and_environment_are_kept(run: RunDir) -> None:
    assert RunDir.open(run.path).config == SearchConfig(seed=4)
    assert run.read_json(filenames.ENVIRONMENT)["numpy"] == np.__version__


def test_an_existing_folder_is_never_overwritten(run: RunDir, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="exists already"):
        RunDir.create(run.path, SearchConfig())
    (tmp_path / "file").write_text("mine")
    with pytest.raises(UserError, match="exists already"):
        RunDir.create(tmp_path / "file", SearchConfig())
    assert (tmp_path / "file").read_text() == "mine"


def test_what_a_search_begins_with_is_there_before_its_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def kill(run: RunDir, name: str, text: str) -> None:
        assert not (run.path / filenames.CONFIG).exists()
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(RunDir, "write_content", kill)
        with pytest.raises(Killed):
            RunDir.create(tmp_path / "run", SearchConfig(), {filenames.START: b"network"})
    with pytest.raises(UserError, match="is not a run"):
        RunDir.open(tmp_path / "run")
    RunDir.create(tmp_path / "run", SearchConfig(), {filenames.START: b"network"}).close()
    assert (tmp_path / "run" / filenames.START).read_text() == "network"


@pytest.mark.parametrize("name", filenames.OWN)
def test_a_link_under_a_name_of_a_run_is_refused_before_it_is_opened_for_writing(
    run: RunDir, name: str, tmp_path: Path
) -> None:
    run.close()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "0001.json").write_text("mine")
    path = run.path / name.rstrip("/")
    if path.exists():
        path.replace(tmp_path / "elsewhere" / path.name)
    target = tmp_path / "elsewhere" / ("" if name.endswith("/") else path.name)
    path.symlink_to(target)
    before = {file.name: file.read_bytes() for file in (tmp_path / "elsewhere").iterdir()}
    with pytest.raises(UserError, match=f"{path.name} is a link"):
        RunDir.open(run.path, write=True)
    assert {file.name: file.read_bytes() for file in (tmp_path / "elsewhere").iterdir()} == before
    path.unlink()


def made_in(folder: Path, path: Path) -> str:
    with RunDir.create(path, SearchConfig()) as run:
        assert run.path.parent == folder
        return run.path.name


def test_names_count_on(tmp_path: Path) -> None:
    for expected in ("a", "a-2", "a-3"):
        assert made_where_free(tmp_path, "a", partial(made_in, tmp_path)) == expected


def test_a_folder_in_which_another_process_makes_a_run_is_left_to_it(tmp_path: Path) -> None:
    with FolderLock(tmp_path / "a"):
        assert made_where_free(tmp_path, "a", partial(made_in, tmp_path)) == "a-2"
    assert made_where_free(tmp_path, "a", partial(made_in, tmp_path)) == "a"


def test_all_that_begin_at_the_same_time_get_a_name_of_their_own(tmp_path: Path) -> None:
    together = threading.Barrier(3)

    def make(path: Path) -> str:
        if path.name == "a":
            together.wait(60)  # all have found it free
        return made_in(tmp_path, path)

    with ThreadPoolExecutor(3) as threads:
        waiting = [threads.submit(made_where_free, tmp_path, "a", make) for _ in range(3)]
        assert sorted(one.result(60) for one in waiting) == ["a", "a-2", "a-3"]


def test_a_mistake_is_raised_once(tmp_path: Path) -> None:
    asked: list[str] = []

    def make(path: Path) -> None:
        asked.append(path.name)
        raise UserError("unknown task")

    with pytest.raises(UserError, match="unknown task"):
        made_where_free(tmp_path, "a", make)
    assert asked == ["a"]


def test_two_writers_are_refused(run: RunDir) -> None:
    with pytest.raises(UserError, match="in use"):
        RunDir.open(run.path, write=True)
    run.close()
    RunDir.open(run.path, write=True).close()


def test_checkpoint_returns_what_was_saved_and_drops_later_rows(run: RunDir) -> None:
    run.append(filenames.GENERATIONS, {"generation": 0})
    saved = checkpoint()
    run.save_checkpoint(saved)
    run.append(filenames.GENERATIONS, {"generation": 1})
    with (run.path / filenames.GENERATIONS).open("a") as file:
        file.write('{"gener')  # killed while writing
    loaded = run.load_checkpoint()
    assert loaded is not None
    assert loaded.state["generation"] == 3
    for a, b in zip(saved.genomes, loaded.genomes, strict=True):
        assert all(np.array_equal(x, y) for x, y in zip(a, b, strict=True))
    assert run.rows() == [{"generation": 0}]


def test_without_a_checkpoint_a_run_begins_anew_unless_it_has_rows(run: RunDir) -> None:
    assert run.load_checkpoint() is None
    run.append(filenames.GENERATIONS, {"generation": 0})
    with pytest.raises(UserError, match="missing"):
        run.load_checkpoint()
    assert run.rows() == [{"generation": 0}]


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 truncated", b"\x93NUMPY no", b"{}"])
def test_a_damaged_checkpoint_is_one_line(run: RunDir, damage: bytes) -> None:
    run.save_checkpoint(checkpoint())
    (run.path / filenames.CHECKPOINT).write_bytes(damage)
    with pytest.raises(UserError, match="damaged") as raised:
        run.load_checkpoint()
    assert "\n" not in str(raised.value)


def test_a_checkpoint_with_a_cycle_is_refused(run: RunDir) -> None:
    genome = minimal(1, 1, np.ones((2, 1), bool))._replace(
        node_id=np.arange(5),
        activation=np.ones(5, np.int64),
        source=np.array([3, 4]),
        target=np.array([4, 3]),
        enabled=np.ones(2, bool),
    )
    run.save_checkpoint(Checkpoint([genome], {}))
    with pytest.raises(UserError, match="cycle"):
        run.load_checkpoint()


def test_a_checkpoint_that_fills_the_memory_is_refused(
    run: RunDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrays = {"state": npy_bytes((2**20,), bytes(2**20))}
    (run.path / filenames.CHECKPOINT).write_bytes(npz_bytes(arrays))
    monkeypatch.setattr("wann.runs.checkpoint.memory", lambda: 2**20)
    with pytest.raises(UserError, match="its arrays have 1 MiB unpacked, expected at most 512 KiB"):
        run.load_checkpoint()


def test_a_checkpoint_of_pickles_is_refused(run: RunDir) -> None:
    with (run.path / filenames.CHECKPOINT).open("wb") as file:
        np.savez(file, state=np.array([object()], dtype=object))
    with pytest.raises(UserError, match="damaged"):
        run.load_checkpoint()


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"population": "x"}', '{"unknown": 1}', "[" * 100_000]
)
def test_damaged_settings_are_one_line(run: RunDir, text: str) -> None:
    (run.path / filenames.CONFIG).write_text(text)
    with pytest.raises(UserError) as raised:
        _ = RunDir.open(run.path).config
    assert "\n" not in str(raised.value)
    assert filenames.CONFIG in str(raised.value)


def test_a_folder_that_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is not a run"):
        RunDir.open(tmp_path)


def test_rows_are_json_lines(run: RunDir) -> None:
    run.append(filenames.GENERATIONS, {"best": 1.5, "champion": None})
    assert json.loads((run.path / filenames.GENERATIONS).read_text()) == {
        "best": 1.5,
        "champion": None,
    }
    (run.path / filenames.GENERATIONS).write_text("no json\n")
    with pytest.raises(UserError, match="damaged"):
        run.rows()


def test_atomic_write_leaves_the_old_file_when_the_disk_is_full(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_atomically(path, b"old")
    code = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from wann.files import write_atomically\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "write_atomically(Path(sys.argv[1]), b'x' * 5000)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "File too large" in done.stderr
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["file"]
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 1000


def test_what_a_killed_writer_left_is_removed_when_the_run_is_opened_again(tmp_path: Path) -> None:
    with RunDir.create(tmp_path / "run", SearchConfig()) as run:
        run.write_text("champions/000001.json", "whole")
    left = tmp_path / "run" / "champions" / ".000002.json.abcd1234.unfinished"
    left.write_text("half")
    RunDir.open(tmp_path / "run").close()
    assert left.exists(), "a reader removes nothing: the writer may be at work"
    RunDir.open(tmp_path / "run", write=True).close()
    assert [path.name for path in left.parent.iterdir()] == ["000001.json"]
