from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from wann.config import SearchConfig
from wann.errors import UserError
from wann.runs.completions import Completions, check_same_search, read_completions
from wann.runs.rundir import RunDir


def test_a_record_grows_and_is_read_again(tmp_path: Path) -> None:
    record = Completions(tmp_path / "record")
    record.add(0, [2, 0])
    record.add(2, [1])
    record.add(0, [2, 0, 1])  # followed, hence there already
    record.add(1, [0, 1, 10])
    again = Completions(tmp_path / "record")
    assert again.numbers == record.numbers == read_completions(tmp_path / "record") == [2, 0, 1, 10]
    assert [again.at(i) for i in (0, 3, 4)] == [2, 10, None]


def test_a_line_that_was_cut_off_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "record"
    path.write_text("3\n14\n1")
    record = Completions(path)
    record.add(2, [15])
    assert path.read_text() == "3\n14\n15\n"


def test_without_a_file_it_is_kept_in_memory() -> None:
    record = Completions()
    record.add(0, [4])
    assert record.at(0) == 4


@pytest.mark.parametrize(
    "text",
    ["a\n", "1,2\n", "-1\n", "1\n\n2\n", "1.0\n", "01\n", '{"ticket": 1}\n', "9" * 40 + "\n"],
)
def test_what_is_no_record_is_one_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "record").write_text(text)
    with pytest.raises(
        UserError, match="damaged: expected the number of a submission in each line"
    ) as raised:
        read_completions(tmp_path / "record")
    assert "\n" not in str(raised.value)


def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="No such file"):
        read_completions(tmp_path / "nowhere")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\n")
    with pytest.raises(UserError, match="not text"):
        read_completions(tmp_path / "bytes")


def test_a_gap_is_an_error(tmp_path: Path) -> None:
    record = Completions(tmp_path / "record")
    record.add(0, [1])
    with pytest.raises(UserError, match="shorter than the checkpoint says"):
        record.add(2, [3])


def test_only_a_record_of_the_same_settings_is_repeated(tmp_path: Path) -> None:
    made = SearchConfig(asynchronous=True, population=16, seed=3, task="swingup")
    with RunDir.create(tmp_path / "run", made):
        pass
    record = tmp_path / "run" / "completions.jsonl"
    check_same_search(record, made)
    check_same_search(record, replace(made, generations=7, task="swingup-hard"))
    check_same_search(record, replace(made, confirm_episodes=7, champion_tolerance=0.1))
    check_same_search(tmp_path / "completions.jsonl", SearchConfig())  # lies in no run
    others: list[dict[str, Any]] = [{"seed": 4}, {"population": 17}, {"weights": (1.0,)}]
    for changed in others:
        name = next(iter(changed))
        with pytest.raises(UserError, match=f"got one with {name} .*, where this one has"):
            check_same_search(record, replace(made, **changed))
