"""A run that is not as it was when it ended is noticed when it is read."""

import json
import shutil
from pathlib import Path

import pytest
from paths import REFERENCE_RUN

from wann.errors import UserError
from wann.runs.digest import check_result, run_digest

ZOO = REFERENCE_RUN.parent / "cartpole-seed0"  # whose rows are left out


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return Path(shutil.copytree(REFERENCE_RUN, tmp_path / "run"))


def refused(folder: Path) -> bool:
    try:
        check_result(folder)
    except UserError as error:
        return "is damaged, or of another run" in str(error)
    return False


def test_a_run_is_taken_as_it_ended(run: Path) -> None:
    assert not refused(run)
    assert not refused(ZOO)


@pytest.mark.parametrize("name", ["generations.jsonl", "champion.json"])
def test_a_file_that_is_lost_or_changed_is_noticed(run: Path, name: str) -> None:
    with (run / name).open("a") as file:
        file.write("\n")
    assert refused(run)
    (run / name).unlink()
    assert refused(run)


def test_where_rows_are_left_out_the_champion_is_checked_by_itself(tmp_path: Path) -> None:
    place = Path(shutil.copytree(ZOO, tmp_path / "place"))
    with (place / "champion.json").open("a") as file:
        file.write("\n")
    assert refused(place)


def test_a_run_whose_summary_does_not_say_so_needs_its_rows(tmp_path: Path) -> None:
    place = Path(shutil.copytree(ZOO, tmp_path / "place"))
    summary = json.loads((place / "summary.json").read_text())
    del summary["champion_sha256"]
    (place / "summary.json").write_text(json.dumps(summary))
    assert refused(place)


def test_the_coding_of_arrays_does_not_count(run: Path) -> None:
    champion = run / "champion.json"
    before, text = run_digest(run), champion.read_text()
    champion.write_text(text.replace('"info": {\n', '"info": {\n    "coding": {"low": 0.0},\n'))
    assert champion.read_text() != text
    assert run_digest(run) == before
    champion.write_text(text.replace('"info": {\n', '"info": {\n    "codings": {"low": 0.0},\n'))
    assert run_digest(run) != before
