import threading
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest

from wann.errors import UserError
from wann.experiments.sweep.addresses import open_store
from wann.experiments.sweep.filenames import PLAN
from wann.experiments.sweep.storage import FolderStore, Store
from wann.experiments.sweep.url_storage import UrlStore
from wann.runs import filenames


@pytest.fixture(params=["folder", "file", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "memory":
        yield UrlStore("memory://sweeps/one")
        fsspec.filesystem("memory").rm("/sweeps", recursive=True)
        return
    yield open_store(
        str(tmp_path / "one") if request.param == "folder" else f"file://{tmp_path}/one/"
    )


def test_files_come_back(store: Store) -> None:
    assert store.names() == []
    assert (store.read("a"), store.tail("a", 4)) == (None, b"")
    store.write("seed=1,x/a", b"0123456789")
    store.write("b", b"old")
    store.write("b", b"")
    assert store.read("seed=1,x/a") == b"0123456789"
    assert (store.tail("seed=1,x/a", 4), store.tail("seed=1,x/a", 40)) == (b"6789", b"0123456789")
    assert store.read("b") == b""
    assert store.names() == ["b", "seed=1,x"]
    assert store.where("b").endswith("one/b")
    store.remove("b")
    store.remove("b")
    assert store.names() == ["seed=1,x"]


def test_the_next_worker_finds_what_was_published(store: Store) -> None:
    with store.work_folder("run") as work_folder:
        (work_folder.path / "front").mkdir(parents=True)
        (work_folder.path / "front" / "a.json").write_text("a")
        (work_folder.path / filenames.CHECKPOINT).write_text("1")
        (work_folder.path / filenames.CONFIG).write_text("{}")
        work_folder.publish()
        work_folder.publish()
    with store.work_folder("run") as work_folder:
        assert (work_folder.path / "front" / "a.json").read_text() == "a"
        (work_folder.path / filenames.CHECKPOINT).write_text("22")
        work_folder.publish()
    assert store.read(f"run/{filenames.CHECKPOINT}") == b"22"
    assert store.read("run/front/a.json") == b"a"
    with store.work_folder("run") as work_folder:
        (work_folder.path / "front" / "a.json").unlink()
        (work_folder.path / "front" / "b.json").write_text("b")
        work_folder.publish()
    assert (store.read("run/front/a.json"), store.read("run/front/b.json")) == (None, b"b")


def test_a_url_holds_what_is_published_alone(tmp_path: Path) -> None:
    store = UrlStore(f"file://{tmp_path}/one")
    with store.work_folder("run") as work_folder:
        work_folder.path.mkdir()
        for name in ("a", "lock", ".a.0123abcd.unfinished"):
            (work_folder.path / name).touch()
        work_folder.publish()
        (work_folder.path / "b").touch()
        scratch = work_folder.path
    assert sorted(path.name for path in (tmp_path / "one" / "run").iterdir()) == ["a"]
    assert not scratch.exists()


def test_the_settings_are_published_last_and_the_checkpoint_behind_its_rows(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    store, written = UrlStore(f"file://{tmp_path}/one"), list[str]()
    monkeypatch.setattr(store, "write", lambda name, content: written.append(name))
    names = (filenames.CONFIG, "a", "z", filenames.CHECKPOINT)
    with store.work_folder("run") as work_folder:
        work_folder.path.mkdir()
        for name in names:
            (work_folder.path / name).touch()
        work_folder.publish()
    assert written == [f"run/{name}" for name in ("a", "z", "checkpoint.npz", "config.json")]


def test_a_reader_never_sees_half_a_file(tmp_path: Path) -> None:
    store = open_store(f"file://{tmp_path}/one")
    contents = [b"a" * 300_000, b"b" * 200_000]
    store.write("x", contents[0])
    over = threading.Event()

    def write() -> None:
        for i in range(60):
            store.write("x", contents[i % 2])
        over.set()

    thread = threading.Thread(target=write)
    thread.start()
    while not over.is_set():
        assert store.read("x") in contents
    thread.join()


def test_one_driver_at_a_time(tmp_path: Path) -> None:
    store = FolderStore(str(tmp_path / "one"))
    with store.locked(PLAN), pytest.raises(UserError, match="in use"), store.locked(PLAN):
        pass


@pytest.mark.parametrize("address", ["s3://bucket/x", "nowhere://x"])
def test_storage_that_is_not_there_is_one_line(address: str) -> None:
    if address.startswith("s3"):
        try:
            import s3fs  # type: ignore[import-not-found]  # noqa: F401
        except ImportError:
            pass
        else:
            pytest.skip("s3fs is installed")
    with pytest.raises(UserError, match=address):
        open_store(address)
