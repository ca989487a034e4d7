import os
from pathlib import Path

import pytest

from wann.files import Anchored


class Holder:
    place = Anchored()

    def __init__(self, place: Path) -> None:
        self.place = place


def test_a_path_is_as_given_until_it_would_lead_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path)
    one, whole = Holder(Path("runs/a")), Holder(tmp_path / "b")
    assert (one.place, whole.place) == (Path("runs/a"), tmp_path / "b")
    os.chdir("other")
    assert (one.place, whole.place) == (tmp_path / "runs" / "a", tmp_path / "b")
    os.chdir("..")
    assert one.place == Path("runs/a")


def test_a_working_folder_that_is_gone_changes_no_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    one = Holder(Path("a"))
    (tmp_path / "gone").mkdir()
    os.chdir("gone")
    (tmp_path / "gone").rmdir()
    assert one.place == tmp_path / "a"
