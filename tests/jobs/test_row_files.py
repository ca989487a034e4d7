from pathlib import Path

import pytest

from wann.errors import UserError
from wann.jobs.row_files import read_row


def test_a_row_is_read_and_one_that_is_not_there_is_none(tmp_path: Path) -> None:
    assert read_row(tmp_path / "row.json", dict, "it is made again") is None
    (tmp_path / "row.json").write_text('{"a": 1}')
    assert read_row(tmp_path / "row.json", dict, "it is made again") == {"a": 1}


@pytest.mark.parametrize(("text", "words"), [("{", "Expecting"), ("{}", "it lacks 'a'"), ("3", "")])
def test_a_damaged_row_says_what_to_do(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "row.json").write_text(text)
    with pytest.raises(UserError, match=f"row.json is damaged: .*{words}.*; remove it, and so on"):
        read_row(tmp_path / "row.json", lambda content: content["a"], "so on")
