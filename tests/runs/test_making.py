import os
from pathlib import Path

import pytest

from wann.runs.making import Making

MAKING = Making("cake.json", ("eggs.json", "shelf/*.json"))
LEFT = ".{}.0123abcd.unfinished"
BEGUN = LEFT.format("cake.json")


def put(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("" if name == "lock" else "left")
    return folder


@pytest.mark.parametrize(
    "names",
    [
        (),
        ("lock",),
        (BEGUN,),
        ("lock", BEGUN, "eggs.json", "shelf/a.json"),
        ("lock", BEGUN, LEFT.format("eggs.json"), f"shelf/{LEFT.format('a.json')}"),
    ],
)
def test_what_making_leaves_is_made_anew_as_if_nothing_lay_there(
    names: tuple[str, ...], tmp_path: Path
) -> None:
    folder = put(tmp_path / "folder", *names)
    assert MAKING.can_begin(folder)
    with MAKING.made(folder, b"whole") as files:
        assert sorted(os.listdir(folder)) == sorted({"lock"} & set(names) | set(begun(folder)))
        files.write("eggs.json", b"new")
    assert set(os.listdir(folder)) - {"lock"} == {"cake.json", "eggs.json"}
    assert (folder / "cake.json").read_bytes() == b"whole"
    assert not MAKING.can_begin(folder)


def begun(folder: Path) -> list[str]:
    return [name for name in os.listdir(folder) if name.startswith(".cake.json.")]


@pytest.mark.parametrize(
    "names",
    [
        ("eggs.json",),  # a user's own: no making was begun there
        ("lock", "eggs.json"),
        ("shelf/a.json",),
        (BEGUN, "mine"),
        (BEGUN, "shelf/deep/a.json"),
        (BEGUN, "other/a.json"),
        (LEFT.format("eggs.json"),),
        ("cake.json",),
        ("cake.json", BEGUN, "eggs.json"),
    ],
)
def test_what_else_lies_there_is_somebodys(names: tuple[str, ...], tmp_path: Path) -> None:
    assert not MAKING.can_begin(put(tmp_path, *names))


def test_a_lock_that_holds_something_a_file_and_links_are_somebodys(tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "lock").write_text("mine")
    (tmp_path / "file").touch()
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked" / "lock").symlink_to(tmp_path / "file")
    for name in ("full", "file", "dangling", "linked"):
        assert not MAKING.can_begin(tmp_path / name)
    (tmp_path / "empty").mkdir()
    (tmp_path / "to-empty").symlink_to(tmp_path / "empty")
    assert MAKING.can_begin(tmp_path / "to-empty")


@pytest.mark.parametrize("problem", [OSError("full"), KeyboardInterrupt()])
def test_making_that_fails_leaves_nothing(problem: BaseException, tmp_path: Path) -> None:
    put(tmp_path, "lock")

    def make() -> None:
        with MAKING.made(tmp_path, b"whole") as files:
            files.write("shelf/a.json", b"new")
            raise problem

    with pytest.raises(type(problem)):
        make()
    assert os.listdir(tmp_path) == ["lock"]
