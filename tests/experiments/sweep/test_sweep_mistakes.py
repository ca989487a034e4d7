from pathlib import Path
from typing import Any

import pytest

from wann.cli.main import main

MISTAKES = [
    ([], "--seeds"),
    (["--seeds", "0-"], "expected seeds such as 0-4,7"),
    (["--seeds", "0", "--seed", "1"], "unknown argument '--seed'"),
    (["--seeds", "0", "--grid", "populaton=3"], "did you mean 'population'"),
    (["--seeds", "0", "--grid", "population=1"], "population: expected a whole number between 2"),
    (["--seeds", "0", "--grid", "task=swimming,swingup"], "unknown task 'swimming'"),
    (["--seeds", "0", "--task", "swimming"], "unknown task 'swimming'"),
    (
        ["--seeds", "0", "--grid", "population=8,16", "--population", "32"],
        "both as a flag and in --grid",
    ),
    (["--seeds", "0", "--workers", "0"], "between 1 and 100,000"),
    (["--seeds", "0", "--evaluate", "x"], "between 0 and 9,223"),
    (["--seeds", "0", "--out", "nowhere://x"], "nowhere://x"),
    (["--seeds", "0", "--out", "memory://x"], "memory of one process"),
    (["--seeds", "0", "--out", "/dev/null/sweep"], "/dev/null/sweep"),
    (["--seeds", "0", "--out", "."], "is no sweep"),
    (["--seeds", "0", "--memory-per-worker", "2G"], "needs --ray"),
    (["--seeds", "0", "--ray", "localhost"], "--ray takes HOST:PORT"),
]


@pytest.mark.parametrize(("arguments", "message"), MISTAKES, ids=str)
def test_mistakes_are_one_line(
    arguments: list[str], message: str, capsys: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "something").touch()
    assert main(["sweep", "swingup-quick", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    assert message in captured.err
    assert [path.name for path in tmp_path.rglob("*")] == ["something"]


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", '{"settings": {}}', '{"settings": {"x": 1}, "grid": {}, "seeds": [0]}'],
)
def test_a_damaged_plan_is_one_line(content: str, tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "sweep.json").write_text(content)
    assert main(["resume", str(tmp_path)]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "is damaged" in error
    assert main(["resume", f"file://{tmp_path}/nothing"]) == 2
    assert "is not a sweep" in capsys.readouterr().err
