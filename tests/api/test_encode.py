"""`wann.encode` and what is grown with an encoder: in processes, resumed, and taken elsewhere."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import wann
from wann.cli.main import main
from wann.errors import UserError

DOT = "picture_toys:Dot-v0"
TINY: dict[str, Any] = {
    "generations": 2,
    "population": 6,
    "episodes": 1,
    "confirm_episodes": 2,
    "figures": False,
}


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("encoded") / "encoder"
    found = wann.encode(
        "picture_toys:Dot-v0", frames=60, epochs=1, latents=3, out=folder, threads=1
    )
    assert found.folder == folder
    assert found.scores["frames"] == 8
    assert found.picture.is_file()
    return folder


def test_a_champion_is_the_same_in_processes_and_travels_with_its_encoder(
    encoder: Path, tmp_path: Path
) -> None:
    kept = shutil.copytree(encoder, tmp_path / "encoder")
    runs = [
        wann.search(env=DOT, encoder=str(kept), out=tmp_path / f"run{n}", threads=n, **TINY)
        for n in (1, 2)
    ]
    one, two = ((run.folder / "champion.json").read_bytes() for run in runs)
    assert one == two
    shutil.rmtree(kept)
    moved = shutil.move(tmp_path / "run1", tmp_path / "moved")
    found = wann.evaluate(moved, episodes=2, threads=1)
    assert found.text()
    assert wann.load(moved).policy().steps == 1000
    config = json.loads((tmp_path / "moved" / "config.json").read_text())
    (tmp_path / "moved" / "config.json").write_text(
        json.dumps({**config, "task": config["task"].replace('"sha256": "', '"sha256": "0')})
    )
    with pytest.raises(UserError, match="its bytes and its SHA-256 do not agree"):
        wann.resume(moved)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("encode", "expected --env ID"),
        ("encode --env CartPole-v9", "CartPole-v9"),
        ("encode --env odd_environments_toys:Odd-v0", "odd_environments_toys"),
        ("encode --env picture_toys:Dot-v0 --crop 1,2", "four whole numbers"),
        ("encode --env picture_toys:Dot-v0 --crop 0,0,99,99", "lies outside of the pictures"),
        ("encode --env picture_toys:Dot-v0 --device cuda:9", "device 'cuda:9' cannot be used"),
        ("encode --env picture_toys:Dot-v0 --frames 3", "20"),
        ("search --env CarRacing-v3", "wann encode --env CarRacing-v3 --out encoder"),
        ("search --env picture_toys:Dot-v0 --encoder nowhere", "expected the folder"),
        ("search --encoder nowhere", "--encoder needs --env ID"),
    ],
)
def test_mistakes_are_one_line(
    arguments: str,
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(arguments.split()) == 2
    told = capsys.readouterr().err.strip().splitlines()
    assert len(told) == 1
    assert says in told[0]
    assert not list(tmp_path.iterdir())


def test_resume_of_what_is_finished_returns_it(encoder: Path) -> None:
    assert wann.resume(encoder).manifest["latents"] == 3  # type: ignore[union-attr]
