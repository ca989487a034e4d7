"""Grown networks in files, pruned into files by `wann prune --network`."""

import json
from pathlib import Path

import numpy as np
import pytest

from wann.cli.main import main
from wann.formats.whole_network import read_whole_network, write_network
from wann.network.from_masks import dense_masks, network_of_masks


def test_cut_networks_are_written_and_read_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    network = network_of_masks(dense_masks(64, [4], 10))
    weights = np.random.default_rng(0).standard_normal(network.connections)
    write_network(tmp_path / "grown.json", network, weights, "digits")
    command = [
        "prune",
        "--network",
        str(tmp_path / "grown.json"),
        "--method",
        "magnitude,snip",
        "--density",
        "0.5,0.1",
    ]
    assert main([*command, "--out", str(tmp_path / "out"), "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["score"], row["connections"]) for row in rows] == [
        ("magnitude", 150),
        ("magnitude", 30),
        ("snip", 150),
        ("snip", 30),
    ]
    for row in rows:
        found, of_it = read_whole_network(Path(row["network"]))[:2]
        assert found.connections == row["connections"]
        assert of_it is not None
    write_network(tmp_path / "shared.json", network, None, "digits")
    for flags, words in (
        (("--network", "shared.json", "--method", "snip"), "has no weights to score"),
        (("--network", "grown.json", "--method", "imp"), "imp is no score"),
        (("--network", "grown.json", "--method", "snip", "--seeds", "0-2"), "takes one seed"),
        (
            ("--network", "grown.json", "--method", "snip", "--density", "2"),
            "expected numbers such as 0.2,0.05 between 1e-09 and 1",
        ),
    ):
        given = [str(tmp_path / flag) if flag.endswith(".json") else flag for flag in flags]
        assert main(["prune", *given, "--out", str(tmp_path / "no")]) == 2
        assert words in capsys.readouterr().err
    assert not (tmp_path / "no").exists()


def test_networks_that_are_there_are_not_written_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    network = network_of_masks(dense_masks(64, [4], 10))
    for number in range(2):
        weights = np.random.default_rng(number).standard_normal(network.connections)
        Path(str(number)).mkdir()
        write_network(Path(str(number), "grown.json"), network, weights, "digits")
    command = ["prune", "--method", "magnitude", "--density", "0.5", "--network"]
    assert main([*command, "0/grown.json"]) == 0
    file = Path("runs/prune-grown/magnitude-150.json")
    written = file.read_bytes()
    assert main([*command, "0/grown.json"]) == 0
    assert main([*command, "1/grown.json"]) == 2
    assert "holds another network: give another --out" in capsys.readouterr().err
    assert file.read_bytes() == written


def test_networks_that_do_not_fit_their_task_are_refused_before_the_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    network = network_of_masks(dense_masks(20, [4], 10))
    weights = np.random.default_rng(0).standard_normal(network.connections)
    x, y = np.zeros((60, 20)), np.arange(60) % 3
    np.savez(tmp_path / "other.npz", x_train=x, y_train=y, x_test=x, y_test=y)
    for task, words in (
        ("digits", "it has 20 inputs and 10 outputs, the task needs 64 and 10"),
        (f"data:{tmp_path / 'other.npz'}", "20 inputs and 10 outputs, the task needs 20 and 3"),
        ("swingup", "it has 20 inputs and 10 outputs, the task needs 5 and 1"),
        ("", "does not say what it was grown for"),
    ):
        path = tmp_path / ("grown.json" if task else "table.out")
        if task:
            write_network(path, network, weights, task)
        else:
            path.write_text("0,0,1.5,1\n0,0,-1,1\n0,0,0,1\n")
        flags = ["--method", "magnitude,snip", "--out", str(tmp_path / "no")]
        assert main(["prune", "--network", str(path), *flags]) == 2
        captured = capsys.readouterr()
        assert words in captured.err
        assert "--task" not in captured.err
        assert captured.err.count("\n") == 1
    assert not (tmp_path / "no").exists()
