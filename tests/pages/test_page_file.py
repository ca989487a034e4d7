from pathlib import Path

import pytest

from wann.errors import UserError
from wann.pages import Section, make_page
from wann.pages.page_file import check_page_file, write_page

PAGE = make_page("t", [Section("a", "player")], {"a": {}})


def test_a_page_replaces_an_older_one(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    write_page(path, "<!doctype html><title>no mark</title>")
    with pytest.raises(UserError, match="is no page of wann"):
        write_page(path, PAGE)
    path.unlink()
    for _ in range(2):
        assert write_page(path, PAGE) == path
    assert path.read_text("utf-8") == PAGE


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("page.txt", "ends in .html for the page, got .*; such as page.html"),
        ("page", "ends in .html"),
        ("nowhere/page.html", "nowhere is no folder"),
        ("folder.html", "is no page of wann"),
        ("link.html", "is no page of wann"),
    ],
)
def test_nothing_else_is_replaced(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "folder.html").mkdir()
    target = write_page(tmp_path / "target.html", PAGE)
    (tmp_path / "link.html").symlink_to(target)
    with pytest.raises(UserError, match=message):
        check_page_file(tmp_path / name)
