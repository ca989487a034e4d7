"""Stdout holds results alone, whatever is printed while a command runs."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from command_toys import wann
from paths import ROOT, TOYS

from wann.cli.main import main

PRINTS = ("--env", "odd_environments_toys:Prints-v0")
TINY = ("--population", "8", "--generations", "2", "--episodes", "1", "--confirm-episodes", "2")
SEARCH = ("search", *PRINTS, *TINY, "--threads", "2", "--json")


def environment() -> dict[str, str]:
    path = os.pathsep.join([str(TOYS), os.environ.get("PYTHONPATH", "")])
    return {**os.environ, "PYTHONPATH": path, "ODD_TOYS_PRINT": "1"}


def test_an_environment_that_prints_leaves_stdout_to_the_result(tmp_path: Path) -> None:
    done = wann(*SEARCH, "--out", tmp_path / "run", env=environment())
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["generations"] == 2
    for what in ("printed on import", "written on import", "printed in __init__"):
        assert what in done.stderr
    for what in ("written in reset", "printed in step", "written in step", "by a process of its"):
        assert what in done.stderr


@pytest.mark.usefixtures("unpainted")
def test_that_holds_within_python_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # `os.write` goes past what a test can capture; all that Python prints must not.
    assert main([*SEARCH, "--out", str(tmp_path / "run")]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["generations"] == 2
    assert "printed in __init__" in said.err


def test_a_reader_that_leaves_is_no_traceback() -> None:
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "wann", "recipes"]
    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, text=True, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.parametrize(("closed", "shown"), [(">&-", False), ("2>&-", True)])
def test_a_stream_that_is_closed_from_the_start_is_no_traceback(closed: str, shown: bool) -> None:
    done = run_by_shell(f"-m wann recipes {closed}")
    assert (done.returncode, done.stderr) == (0, "")
    assert ("cartpole" in done.stdout) == shown


def test_what_goes_to_a_stderr_that_is_closed_is_no_result() -> None:
    code = (
        "import os; from wann.cli.results import show, stdout_for_results\n"
        "with stdout_for_results(whole_process=True):\n"
        "    os.write(1, b'noise'); show('result'); os.write(2, b'noise')\n"
    )
    done = run_by_shell(f"-c {shlex.quote(code)} 2>&-")
    assert done.stdout == "result\n"


def run_by_shell(arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        f"exec {shlex.quote(sys.executable)} {arguments}",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )


def test_commands_print_by_show_and_say() -> None:
    for path in (ROOT / "wann" / "cli").glob("*.py"):
        for call in re.findall(r"(?<![\w.])print\((?:[^()]|\([^()]*\))*\)", path.read_text()):
            assert "file=" in call, f"{path.name}: use show of results, or say"
