"""Activations of one's own: the same bytes on threads, in processes, on Ray, and resumed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from wann.cli.main import main

pytestmark = pytest.mark.usefixtures("nothing_painted")

ACTIVATIONS = "tanh,bent = x / (1 + abs(x)),leaky = select(x > 0, x, 0.1 * x)"
TINY = (
    *("--population", "24", "--generations", "5", "--episodes", "2", "--episodes-last", "0"),
    *("--confirm-episodes", "3", "--activations", ACTIVATIONS),
)
SIMULATOR = ("--env", "CartPole-v1", "--backend", "gymnasium", "--max-steps", "60", *TINY)
CASES = {
    "compiled": ("swingup-quick", *TINY),
    "data set": ("digits", "--method=evolution", *TINY),
    "simulator": SIMULATOR,
}


def searched(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["search", *arguments, "--json"]) == 0
    return str(json.loads(capsys.readouterr().out)["digest"])


# One process for all runs, as a start takes seconds; each finds nothing of one's own declared
RESUMING = """
import sys
from wann.activations import table
from wann.cli.main import main

for run in sys.argv[1:]:
    for own in [row for row in table.declared() if row.is_own]:
        del table._by_code[own.code], table._by_name[own.name]
    code = main(["resume", run, "--json"])
    if code:
        sys.exit(code)
"""


def test_threads_or_processes_and_resumed_elsewhere_give_the_same_bytes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cut = {}
    for name, case in CASES.items():
        one, two, half = (str(tmp_path / f"{name}-{run}") for run in ("one", "two", "half"))
        expected = searched(capsys, *case, "--threads", "1", "--out", one)
        assert "bent = x" in Path(one, "config.json").read_text()
        assert searched(capsys, *case, "--threads", "2", "--out", two) == expected, name
        searched(capsys, *case, "--threads", "1", "--out", half, "--generations", "2")
        config = Path(half, "config.json")
        config.write_text(config.read_text().replace('"generations": 2', '"generations": 5'))
        cut[half] = expected
    resumed = subprocess.run(
        [sys.executable, "-c", RESUMING, *cut], capture_output=True, text=True, check=False
    )
    assert resumed.returncode == 0, resumed.stderr
    found = [json.loads(line)["digest"] for line in resumed.stdout.splitlines()]
    assert found == list(cut.values())


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
