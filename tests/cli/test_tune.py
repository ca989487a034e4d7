"""`wann tune` and `wann evaluate --conditions`: files, resume to the byte, one-line errors."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from genome_toys import grow

from wann.api.watching.progress import describe_tuning
from wann.cli.main import main
from wann.formats import NetworkFile, dumps_json

TINY = (
    "--weights",
    "individual",
    "--generations",
    "30",
    "--population",
    "6",
    "--races",
    "2",
    "--episodes",
    "2",
)


@pytest.fixture
def network(tmp_path: Path) -> Path:
    path = tmp_path / "net.json"
    path.write_text(dumps_json(NetworkFile(grow(1, 40, 5, 1), None, "swingup-hard", {"seed": 1})))
    return path


def tuned(network: Path, out: Path, threads: int) -> bytes:
    assert main(["tune", str(network), *TINY, "--out", str(out), "--threads", str(threads)]) == 0
    return out.read_bytes()


def test_individual_weights_are_saved_beside_the_network(
    network: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["tune", str(network), *TINY, "--json"]) == 0
    summary = json.loads(capsys.readouterr().out)
    result = network.with_name("net-tuned-individual.json")
    assert summary["network"] == str(result)
    info = json.loads(result.read_text())["info"]
    assert info["seed"] == 1  # what was known of the network is kept
    assert {"method", "mean", "sd", "n", "seed", "evaluations"} <= set(info["tuned"])
    assert info["tuned"]["mean"] == summary["mean"]
    assert main(["evaluate", str(result), "--episodes", "5", "--conditions", "all", "--json"]) == 0
    evaluated = json.loads(capsys.readouterr().out)
    assert evaluated["task"] == "swingup-hard"
    assert evaluated["own_weights"]["n"] == 5
    assert evaluated["conditions"]["tuned_weights"]["method"] == "given"
    assert main(["tune", str(network), *TINY]) == 0  # another name: nothing is overwritten
    assert network.with_name("net-tuned-individual-2.json").read_bytes() == result.read_bytes()


def test_a_shared_weight_is_saved_on_every_connection(
    network: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["tune", str(network), "--weights", "shared", "--json"]) == 0
    summary = json.loads(capsys.readouterr().out)
    content = json.loads(network.with_name("net-tuned-shared.json").read_text())
    assert {connection["weight"] for connection in content["connections"]} == {summary["weight"]}
    assert (
        main(
            [
                "evaluate",
                str(network),
                "--episodes",
                "5",
                "--conditions",
                "random_shared,tuned_shared",
            ]
        )
        == 0
    )
    printed = capsys.readouterr().out
    assert "tuned shared" in printed
    assert "tuned weights" not in printed


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_stopped_and_resumed_gives_the_same_bytes(
    network: Path, tmp_path: Path, how: signal.Signals
) -> None:
    whole = tuned(network, tmp_path / "whole.json", 1)
    assert tuned(network, tmp_path / "again.json", 2) == whole
    command = [
        sys.executable,
        "-m",
        "wann",
        "tune",
        str(network),
        *TINY,
        "--out",
        str(tmp_path / "part.json"),
    ]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ
    )
    rows = tmp_path / "part" / "generations.jsonl"
    while not (rows.exists() and rows.read_text().count("\n") >= 3):
        time.sleep(0.001)
    process.send_signal(how)
    process.communicate()
    assert process.returncode == (0 if how == signal.SIGINT else -how)
    with rows.open("a") as file:
        file.write('{"generation": 9')  # a line cut short by the stop
    assert main(["tune", str(tmp_path / "part"), "--resume"]) == 0
    assert (tmp_path / "part.json").read_bytes() == whole
    assert rows.read_bytes() == (tmp_path / "whole" / "generations.jsonl").read_bytes()
    assert main(["tune", str(tmp_path / "part"), "--resume"]) == 0  # finished: the same again
    assert (tmp_path / "part.json").read_bytes() == whole


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("tuning.json", "{", "is damaged"),
        ("tuning.json", "[]", "expected an object of settings"),
        ("tuning.json", '{"sigma": 0}', "sigma must be between"),
        ("tuning.json", '{"generatoins": 5}', "did you mean 'generations'"),
        ("network.json", "{}", "is it a network file?"),
        ("generations.jsonl", "[]\n", "is damaged"),
        ("generations.jsonl", "{\n", "is damaged"),
        ("generations.jsonl", "{}\n", "does not belong to its settings"),
    ],
)
def test_a_damaged_tuning_is_one_line(
    network: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    content: str,
    message: str,
) -> None:
    tuned(network, tmp_path / "t.json", 1)
    (tmp_path / "t" / name).write_text(content)
    capsys.readouterr()
    assert main(["tune", str(tmp_path / "t"), "--resume"]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert message in error


def test_what_is_there_is_not_overwritten(
    network: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tuned(network, tmp_path / "t.json", 1)
    (tmp_path / "t.json").write_text("mine")
    for arguments in (
        [str(network), *TINY, "--out", str(tmp_path / "t.json")],
        [str(network), "--weights", "shared", "--out", str(tmp_path / "t.json")],
        [str(tmp_path / "t"), "--resume"],
    ):
        capsys.readouterr()
        assert main(["tune", *arguments]) == 2
        assert "exists already" in capsys.readouterr().err
        assert (tmp_path / "t.json").read_text() == "mine"
    shutil.rmtree(tmp_path / "t")


@pytest.mark.parametrize(
    ("row", "line"),
    [
        (
            {"best": 0.93749, "median": 0.9, "validation": 0.93749, "accuracy": 0.9},
            "accuracy 93.7 % on validation examples, 90.0 % while training",
        ),
        (
            {"best": 0.25, "median": 0.25, "validation": 0.25, "accuracy": None},
            "accuracy 25.0 % on validation examples",
        ),
        ({"best": 912.34, "median": -21.44, "races": 8}, "best 912, median -21.4, 8 races"),
    ],
)
def test_progress_shows_accuracies_as_well_as_returns(row: dict[str, float], line: str) -> None:
    assert describe_tuning(row) == line


MISTAKES = [
    (["tune", "net.json", "--weights", "shared", "--out", "net.json/a.json"], "net.json"),
    (["tune", "nowhere", "--weights", "shared"], "does not exist"),
    (["tune", "net.json"], "expected --weights shared or --weights individual"),
    (["tune", "net.json", "--weights", "own"], "unknown kind of weights 'own'"),
    (
        ["tune", "net.json", "--weights", "individual", "--generations", "0"],
        "generations: expected a whole number between",
    ),
    (["tune", "net.json", "--weights", "individual", "--population", "x"], "'x'"),
    (
        ["tune", "net.json", "--weights", "individual", "--sigma", "nan"],
        "expected a number between",
    ),
    (
        ["tune", "net.json", "--weights", "individual", "--seed", "-1"],
        "expected a whole number",
    ),
    (["tune", "net.json", "--weights", "individual", "--method", "sgd"], "unknown method 'sgd'"),
    (
        ["tune", "net.json", "--weights", "individual", "--task", "swimming"],
        "unknown task 'swimming'",
    ),
    (["tune", "net.json", "--weights", "individual", "--out", "net.txt"], "ends in .json"),
    (["tune", "net.json", "--weigths", "individual"], "did you mean --weights"),
    (["tune", "net.json", "--resume"], "is not a tuning"),
    (["tune", "net.json", "--resume", "--seed", "3"], "remove --seed"),
    (["tune", "two.json", "--weights", "shared"], "1 inputs and 1 outputs"),
    (["evaluate", "net.json", "--conditions", "tuned"], "unknown condition 'tuned'"),
    (["evaluate", "net.json", "--conditions", ""], "got the empty text ''"),
]


@pytest.mark.parametrize(
    ("arguments", "message"), MISTAKES, ids=[" ".join(arguments) for arguments, _ in MISTAKES]
)
def test_mistakes_are_one_line(
    arguments: list[str],
    message: str,
    network: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(network.parent)
    Path("two.json").write_text(dumps_json(NetworkFile(grow(1, 5, 1, 1), None, "swingup", {})))
    before = sorted(Path().iterdir())
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert message in captured.err
    assert sorted(Path().iterdir()) == before
