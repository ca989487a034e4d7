"""A file that another one lists is the one that was listed, and lies in its folder."""

import os
from pathlib import Path

import pytest

from wann.errors import UserError
from wann.files import check_listed, inside, sha256

OUTSIDE = ["../net.json", "../../net.json", "/etc/passwd", "link.json", "linked/net.json", "a\0b"]


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_name_that_leads_out_of_the_folder_is_refused(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    (tmp_path / "net.json").touch()
    os.symlink("../net.json", folder / "link.json")
    os.symlink(tmp_path, folder / "linked")
    with pytest.raises(UserError, match=r"front\.json is damaged: it lists .*, which is not in "):
        inside(folder, name, folder / "front.json")


@pytest.mark.parametrize("name", ["net.json", "front/net.json", "front/../net.json", "not-there"])
def test_a_name_within_the_folder_is_a_path(name: str, tmp_path: Path) -> None:
    assert inside(tmp_path, name, tmp_path / "front.json") == tmp_path / name


def test_another_content_is_refused_and_an_unknown_one_is_not(tmp_path: Path) -> None:
    path, origin = tmp_path / "weights", tmp_path / "row.json"
    path.write_bytes(b"abc")
    check_listed(path, sha256(b"abc"), origin, "remove it")
    check_listed(path, None, origin, "remove it")
    with pytest.raises(UserError, match=r"weights is damaged, or another.*row\.json.*; remove it"):
        check_listed(path, sha256(b"abd"), origin, "remove it")
    missing = tmp_path / "missing"
    check_listed(missing, None, origin, "remove it")
    for unreadable in (missing, tmp_path):
        with pytest.raises(UserError, match=r"cannot be read .*; remove it"):
            check_listed(unreadable, sha256(b"abc"), origin, "remove it")
