"""Activations of one's own: the same bytes on threads, in processes, on Ray, and resumed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from wann.cli.main import main

ACTIVATIONS = "tanh,bent = x / (1 + abs(x)),leaky = select(x > 0, x, 0.1 * x)"
TINY = (
    *("--population", "24", "--generations", "5", "--episodes", "2", "--episodes-last", "0"),
    *("--confirm-episodes", "3", "--activations", ACTIVATIONS),
)
SIMULATOR = ("--env", "CartPole-v1", "--backend", "gymnasium", "--max-steps", "60", *TINY)
CASES = {
    "compiled": ("swingup-quick", *TINY),
    "data set": ("digits", *TINY),
    "simulator": SIMULATOR,
}


def searched(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["search", *arguments, "--json"]) == 0
    return str(json.loads(capsys.readouterr().out)["digest"])


@pytest.mark.parametrize("name", CASES)
def test_threads_or_processes_and_resumed_elsewhere_give_the_same_bytes(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two, cut = (str(tmp_path / run) for run in ("one", "two", "cut"))
    expected = searched(capsys, *CASES[name], "--threads", "1", "--out", one)
    assert "bent = x" in (tmp_path / "one" / "config.json").read_text()
    assert searched(capsys, *CASES[name], "--threads", "2", "--out", two) == expected
    searched(capsys, *CASES[name], "--threads", "1", "--out", cut, "--generations", "2")
    config = tmp_path / "cut" / "config.json"
    config.write_text(config.read_text().replace('"generations": 2', '"generations": 5'))
    resumed = subprocess.run(
        [sys.executable, "-m", "wann", "resume", cut, "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert resumed.returncode == 0, resumed.stderr
    assert json.loads(resumed.stdout)["digest"] == expected


@pytest.mark.parametrize("name", ["simulator"])
def test_ray_gives_the_same_bytes(
    name: str, machines: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    address = machines.address  # type: ignore[attr-defined]
    expected = searched(capsys, *CASES[name], "--threads", "1", "--out", str(tmp_path / "one"))
    # The driver is another process, so that nothing is declared but by the settings.
    on_ray = subprocess.run(
        [
            *(sys.executable, "-m", "wann", "search", *CASES[name], "--threads", "1", "--json"),
            *("--ray", address, "--out", str(tmp_path / "ray")),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert on_ray.returncode == 0, on_ray.stderr
    assert json.loads(on_ray.stdout)["digest"] == expected
