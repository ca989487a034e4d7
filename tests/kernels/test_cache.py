"""Where compiled kernels are kept, and which sources they depend on."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from paths import ROOT, TOYS

from wann.kernels import cache
from wann.kernels.cache import cache_folder, kernel_sources, source_digest


def test_whatever_uses_the_compiler_is_in_the_digest() -> None:
    named = {path.resolve() for path in kernel_sources()}
    files = [*(ROOT / "wann").rglob("*.py"), *(ROOT / "envs").rglob("*.py")]
    users = {path for path in files if uses_the_compiler(path)}
    assert {"vectors.py", "breeding.py", "cartpole_physics.py"} <= {path.name for path in users}
    assert {path.resolve() for path in users} <= named
    assert {"table.py", "genome.py", "row_sums.py"} <= {path.name for path in named}


def uses_the_compiler(path: Path) -> bool:
    text = path.read_text()
    # Who only listens to the compiler, for a display, compiles nothing.
    text = text.replace("from numba.core import event", "")
    return "from numba" in text or "import numba" in text or "kernel\ndef " in text


@pytest.fixture
def found_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary folders, while the cache folder is looked for as at a start."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    monkeypatch.setenv(cache._HANDED, "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user"))
    (tmp_path / "tmp").mkdir()
    return tmp_path / "tmp"


def look() -> Path | None:
    return cache_folder.__wrapped__()


@pytest.mark.parametrize("unusable", ["~nobody-of-this-name/x", "/proc/x", __file__])
def test_an_unusable_folder_gives_one_temporary_folder_and_one_line(
    unusable: str,
    found_anew: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", unusable)
    folder = look()
    assert [folder] == list(found_anew.iterdir())
    assert look() == folder, "who is handed a folder makes none"
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert err.startswith(f"wann: compiled kernels cannot be kept in {unusable}/wann (")
    assert "set NUMBA_CACHE_DIR" in err


@pytest.mark.parametrize("given", ["", "user"])
def test_a_folder_that_can_be_written_is_taken(
    given: str, found_anew: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = found_anew.parent / "user"
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(root) if given else "")
    assert look() == root / "wann" / f"kernels-{source_digest()}"
    assert not list(found_anew.iterdir())


def test_kernels_that_can_be_read_alone_are_taken_over(
    found_anew: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", "")
    kept = look()
    assert kept
    (kept / "forward.nbc").write_text("compiled")

    def refuse(folder: Path) -> None:
        if folder == kept:
            raise OSError(30, "Read-only file system")

    monkeypatch.setattr(cache, "_make_with_room", refuse)
    taken = look()
    assert taken
    assert taken != kept
    assert (taken / "forward.nbc").read_text() == "compiled"


LEAVE = f"from wann.kernels.{Path(cache.__file__).stem} import cache_folder; import os, sys; "


def test_a_temporary_folder_goes_with_its_command_or_is_removed_by_the_next(tmp_path: Path) -> None:
    variables = {**os.environ, "NUMBA_CACHE_DIR": __file__, "TMPDIR": str(tmp_path)}
    commands = ["cache_folder(); os._exit(9)", "print(cache_folder())"]
    killed, ended = (
        subprocess.run(
            [sys.executable, "-c", LEAVE + command], env=variables, capture_output=True, text=True
        )
        for command in commands
    )
    assert (killed.returncode, ended.returncode) == (9, 0)
    assert ended.stdout.startswith(str(tmp_path))
    assert not list(tmp_path.iterdir())


DAMAGED = """
import pathlib, sys, numpy
from wann.kernels.cache import cache_folder
if len(sys.argv) > 1:
    for path in pathlib.Path(cache_folder()).rglob("*.nb[ic]"):
        path.write_bytes(path.read_bytes()[:7])
from wann.kernels.maths import exponential
from wann.kernels.jit import kernel
@kernel
def twice(x):
    return exponential(x) * 2.0
print(twice(1.0), cache_folder())
"""


def test_a_full_disk_and_a_damaged_cache_cost_nothing_but_time(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(DAMAGED)
    variables = {
        **os.environ,
        "NUMBA_CACHE_DIR": str(tmp_path / "kernels"),
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(TOYS)]),
    }

    def run(*arguments: str, most_bytes: int = resource.RLIM_INFINITY) -> tuple[str, str, str]:
        done = subprocess.run(
            [sys.executable, str(script), *arguments],
            env=variables,
            capture_output=True,
            text=True,
            check=True,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, -1)),
        )
        value, folder = done.stdout.split()
        return value, folder, done.stderr

    whole = run()
    assert not whole[2]
    damaged = run("damaged")
    assert damaged[:2] == whole[:2]
    assert run("damaged", most_bytes=2**18 + 1)[0] == whole[0], "no kernel of some size is kept"
    nowhere = run(most_bytes=2**10)
    assert nowhere[:2] == (whole[0], "None")
    assert nowhere[2].count("\n") == 1
    assert "every process compiles" in nowhere[2]
