from pathlib import Path
from typing import Any

import pytest

from wann.errors import UserError
from wann.jobs.plan_files import FolderFiles, PlanFile, differing_keys

PLAN = PlanFile("cake.json", "cake", "wann bake")


def bake(content: Any) -> list[int]:
    if not isinstance(content, dict) or "eggs" not in content:
        raise UserError("expected eggs")
    return [content["eggs"]]


def test_a_plan_is_begun_where_nothing_lies_and_found_again(tmp_path: Path) -> None:
    for folder in (tmp_path / "new", tmp_path / "new" / "inner"):
        files = FolderFiles(folder)
        assert PLAN.find(files, bake) is None
        with PLAN.written(files, {"eggs": 3}):
            assert files.read(PLAN.name) is None
        assert PLAN.find(files, bake) == PLAN.read(files, bake) == [3]
    assert FolderFiles(tmp_path / "new").names() == ["cake.json", "inner"]


def test_what_is_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path, tmp_path / "file"):
        with pytest.raises(UserError, match="exists already, and is no cake: give another --out"):
            PLAN.find(FolderFiles(path), bake)
    with pytest.raises(UserError, match=r"is not a cake: expected cake.json in it, as `wann bake`"):
        PLAN.read(FolderFiles(tmp_path), bake)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", "[" * 100_000])
def test_a_damaged_plan_is_one_line(tmp_path: Path, content: str) -> None:
    (tmp_path / "cake.json").write_text(content)
    with pytest.raises(UserError, match=r"cake.json is damaged: ") as mistake:
        PLAN.find(FolderFiles(tmp_path), bake)
    assert "\n" not in str(mistake.value)


def test_other_settings_are_named(tmp_path: Path) -> None:
    files = FolderFiles(tmp_path)
    known, asked = {"eggs": 3, "sugar": 1}, {"eggs": 4, "sugar": 1, "salt": 0}
    assert differing_keys(known, known) == []
    PLAN.refuse_others(files, [])
    with pytest.raises(UserError) as mistake:
        PLAN.refuse_others(files, differing_keys(known, asked), ", or eat it")
    assert str(mistake.value) == (
        f"{tmp_path} holds a cake of other settings (eggs, salt differ): give another --out, or "
        "eat it"
    )
