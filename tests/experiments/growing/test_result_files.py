"""The files of a run: what is appended, what is replaced, and what of an older front is removed."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from front_toys import confirmed

from wann.config import SearchConfig
from wann.experiments.growing.result_files import ResultFiles
from wann.experiments.growing.rows import GenerationRow, GenerationSeconds, RunSummary
from wann.formats import read_network
from wann.runs.rundir import RunDir
from wann.tasks.registry import make_task

ROW = GenerationRow(4, 10**12, 1.5, None, 7, 6.5, 1, None, None)


@pytest.fixture
def files(tmp_path: Path) -> Iterator[ResultFiles]:
    config = SearchConfig(seed=3)
    with RunDir.create(tmp_path / "run", config) as run:
        yield ResultFiles(run, config, make_task(config.task))


def test_rows_are_appended_and_their_times_beside_them(files: ResultFiles) -> None:
    for _ in range(2):
        files.add_generation(ROW, GenerationSeconds(0.12345678, 2.0, 0.5))
    folder = files.run.path
    row = (
        '{"generation": 4, "env_steps": 1000000000000, "best": 1.5, "median": null, '
        '"connections": 7, "median_connections": 6.5, "failed": 1, "champion": null, '
        '"champion_connections": null}\n'
    )
    assert (folder / "generations.jsonl").read_text() == 2 * row
    timing = '{"generation": 4, "evaluate": 0.123457, "breed": 2.0, "confirm": 0.5}\n'
    assert (folder / "timing.jsonl").read_text() == 2 * timing


def test_a_champion_has_a_file_of_its_own_as_long_as_it_is_new(files: ResultFiles) -> None:
    first, second = confirmed(3, 10.0), confirmed(4, 11.0)
    for generation, champion in enumerate((None, first, first, second)):
        files.add_champion(champion, generation)
    folder = files.run.path
    kept = sorted((folder / "champions").iterdir())
    assert [path.name for path in kept] == ["000001.json", "000003.json"]
    assert (folder / "champion.json").read_bytes() == kept[-1].read_bytes()
    (folder / "champion.json").unlink()
    files.write_champion(second)
    assert (folder / "champion.json").read_bytes() == kept[-1].read_bytes()
    info = read_network(folder / "champion.json").info
    assert info == {
        "seed": 3,
        "confirmed": {
            "connections": 4,
            "mean": 11.0,
            "sd": 1.0,
            "sd_over": "trials: one weight and one episode each",
            "n": 600,
            "generation": 0,
        },
    }


def test_the_front_replaces_an_older_one(files: ResultFiles) -> None:
    small, middle, large = confirmed(2, 1.0), confirmed(3, 2.0), confirmed(5, 3.0)
    files.write_front([small, middle], middle)
    files.write_front([small, large], large)
    folder = files.run.path
    assert sorted(path.name for path in (folder / "front").iterdir()) == ["0002.json", "0005.json"]
    points = json.loads((folder / "front.json").read_text())
    assert [(point["network"], point["champion"]) for point in points] == [
        ("front/0002.json", False),
        ("front/0005.json", True),
    ]
    assert [(point["connections"], point["mean"]) for point in points] == [(2, 1.0), (5, 3.0)]


def test_the_summary_is_written_with_the_digest_of_rows_and_champion(files: ResultFiles) -> None:
    files.add_generation(ROW, GenerationSeconds(0.0, 0.0, 0.0))
    files.write_champion(confirmed(3, 10.0))
    folder = files.run.path
    summary = files.write_summary(
        RunSummary(str(folder), "swingup", 3, 5, True, 10**12, 1.5, None, 3, 10.0)
    )
    content = (folder / "generations.jsonl").read_bytes() + (folder / "champion.json").read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    written = json.loads((folder / "summary.json").read_text())
    assert list(written.items()) == [
        ("run", str(folder)),
        ("task", "swingup"),
        ("seed", 3),
        ("generations", 5),
        ("finished", True),
        ("env_steps", 10**12),
        ("seconds", 1.5),
        ("champion", None),
        ("connections", 3),
        ("mean", 10.0),
        ("digest", digest),
    ]
    assert summary.to_json() == written
    assert "digest" not in summary._replace(digest=None).to_json()
    assert f"stopped after 5 generations, digest {digest}" in (folder / "log.txt").read_text()


def test_of_the_folder_of_the_front_only_what_the_run_wrote_is_removed(
    files: ResultFiles, tmp_path: Path
) -> None:
    files.write_front([confirmed(3, 1.0)], None)
    front = files.run.path / "front"
    ours = (front / "0003.json").read_text()
    foreign = {
        "mine.json": ours,
        "0004.json": ours,  # which says 3 connections
        "0006.json": ours.replace('"seed": 3', '"seed": 4'),
        "0007.json": "{}",
        "0008.txt": "notes",
    }
    for name, text in foreign.items():
        (front / name).write_text(text)
    (tmp_path / "0003.json").write_text(ours)
    (front / "0009.json").symlink_to(tmp_path / "0003.json")
    files.write_front([confirmed(2, 1.0)], None)
    assert sorted(path.name for path in front.iterdir()) == sorted(
        [*foreign, "0002.json", "0009.json"]
    )
    assert (tmp_path / "0003.json").read_text() == ours
