import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")

from study_toys import study_row

from wann.errors import UserError
from wann.experiments.pruning.rows import StudyRow
from wann.experiments.pruning.step_files import read_row, rows_below, write_step


def test_a_row_comes_back_with_its_keys_in_order(tmp_path: Path) -> None:
    row = study_row("snip", 0, 0.5, 1 / 3, kept_by_layer={"fc": 450})
    write_step(tmp_path, tmp_path / "seed=0" / "snip", row)
    (again,) = rows_below(tmp_path)
    assert again == row
    assert list(again.to_json()) == list(row.to_json())
    assert list(row.to_json())[:3] == ["model", "dataset", "method"]
    assert list(row.to_json())[-2:] == ["kept_by_layer", "seconds"]


@pytest.mark.parametrize(
    "change", [{"of a newer version": 1}, {"loss_increase": None, "test_loss": None}]
)
def test_a_row_of_another_version_is_given_back_as_it_was(change: dict[str, Any]) -> None:
    content = study_row("snip", 0, 0.5, 0.9).to_json()
    for key, value in change.items():
        if value is None:
            del content[key]
        else:
            content[key] = value
    row = StudyRow.from_json(content)
    assert row.accuracy == 0.9
    assert row.to_json() == content
    assert list(row.to_json()) == list(content)


def test_a_damaged_row_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "row.json").write_text("{")
    with pytest.raises(UserError, match=r"is damaged: .*; remove it, and the step is done again"):
        read_row(tmp_path)
    (tmp_path / "row.json").write_text(json.dumps({"model": "m"}))
    with pytest.raises(UserError, match=r"is damaged: .*; remove it, and the step is done again"):
        read_row(tmp_path)
