import os
from pathlib import Path

import pytest

from wann.errors import UserError
from wann.files import tidy

LEFT = ".{}.0123abcd.unfinished"


def test_only_what_writers_there_left_is_removed(tmp_path: Path) -> None:
    ours = [LEFT.format("a.json"), f"front/{LEFT.format('b')}", f"front/deep/{LEFT.format('c')}"]
    others = [
        "a.json",
        "front/b",
        ".a.json.unfinished",
        LEFT.format("mine"),
        f"notes/{LEFT.format('a.json')}",
    ]
    for name in ours + others:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("half")
    (tmp_path / "notes" / "out").symlink_to("/")
    (tmp_path / "mine").symlink_to("/")
    tidy(tmp_path, ["a.json", "front/", "absent"])
    assert not any((tmp_path / name).exists() for name in ours)
    assert all((tmp_path / name).exists() for name in others)


@pytest.mark.parametrize("name", ["a.json", LEFT.format("a.json"), "front", "front/x", "front/d/x"])
def test_a_link_under_a_name_of_ours_is_refused_before_anything_is_removed(
    name: str, tmp_path: Path
) -> None:
    left, victim = tmp_path / LEFT.format("z.json"), tmp_path / "victim"
    for path in (left, victim):
        path.write_text("half")
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).symlink_to(victim)
    with pytest.raises(UserError, match="is a link, which is neither followed nor removed"):
        tidy(tmp_path, ["z.json", "a.json", "front/"])
    assert left.exists()
    assert (tmp_path / name).is_symlink()
    assert os.path.exists(victim)
