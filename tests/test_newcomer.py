"""A script of thirty lines as a newcomer would write it, with an environment, a ranking and an
activation of its own, a policy in a loop, and a C file: it runs as it is.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from paths import ROOT, TOYS

import wann

SCRIPT = TOYS / "newcomer.py"


@pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc compiles the C file")
def test_the_script_of_a_newcomer(tmp_path: Path) -> None:
    lines = [line for line in SCRIPT.read_text().splitlines() if line.strip()]
    assert len(lines) <= 30
    done = subprocess.run(
        [sys.executable, SCRIPT],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout.startswith("Run('runs/Chase-seed0', task: gym:session:Chase, seed: 0, ")
    earned = float(done.stdout.split()[-1])
    assert -20 < earned < 0
    assert (tmp_path / "chase.o").stat().st_size > 0
    run = wann.open_run(tmp_path / "runs" / "Chase-seed0")
    assert run.config.ranking == "session:by_mean_then_size"
    assert [path.name for path in (run.folder / "figures").glob("*.svg")]
    with pytest.raises(wann.UserError, match="was an object of another Python session"):
        wann.resume(run)
