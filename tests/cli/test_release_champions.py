"""Champions of the 2019 release, a table and its tuned weights, wherever commands take networks."""

import json
from pathlib import Path

import pytest
from genome_toys import grow

from wann.cli.main import main
from wann.formats import NetworkFile, read_network
from wann.formats.out_format import dumps

TUNED = "cartpole_swingup.wann.json"


@pytest.fixture(scope="module")
def tuned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tuned weights beside their table, as the release publishes them."""
    folder = tmp_path_factory.mktemp("release")
    genome = grow(1, 25, 5, 1)
    (folder / "swing.out").write_text(dumps(NetworkFile(genome, None, None, {})))
    offsets = [round(0.01 * i, 2) for i in range(genome.connections)]
    (folder / TUNED).write_text(json.dumps([offsets, 932.0]))
    return folder / TUNED


def test_it_is_drawn_with_its_weights_or_without(
    tuned: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pictures = {}
    for name, flags in (("with", []), ("without", ["--without-weights"])):
        capsys.readouterr()
        assert main(["render", str(tuned), "--out", str(tmp_path / name), *flags]) == 0
        drawn = [Path(line) for line in capsys.readouterr().out.splitlines()]
        assert {path.stem for path in drawn} == {"champion", "profile", "episode"}
        pictures[name] = {path.name: path.read_bytes() for path in drawn}
    differ = {name for name in pictures["with"] if len({p[name] for p in pictures.values()}) > 1}
    assert differ == {"champion.png", "champion.svg", "episode.gif"}  # not the profile


@pytest.mark.usefixtures("unpainted")
def test_a_search_begins_from_it(tuned: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    small = ["--population", "8", "--generations", "1", "--max-connections", "200"]
    assert main(["search", "swingup", "--seed-from", str(tuned), *small, "--out", str(run)]) == 0
    start = read_network(run / "seed.json").genome
    assert start.connections == read_network(tuned).genome.connections


@pytest.mark.usefixtures("unpainted")
def test_it_is_compared(tuned: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "comparison"
    both = ["compare", str(tuned), str(tuned.with_name("swing.out")), "--out", str(out)]
    capsys.readouterr()
    assert main(both) == 2
    said = capsys.readouterr().err.splitlines()
    assert said[-1] == f"wann: {tuned} does not say what it was grown for: give --task"
    assert not out.exists()
    short = ["--seeds", "0", "--episodes", "2", "--generations", "1", "--races", "1"]
    assert main([*both, "--task", "swingup", *short, "--workers", "1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)
    kept = [read_network(path) for path in sorted((out / "champions").iterdir())]
    assert [file.weights is not None for file in kept] == [True, False]
