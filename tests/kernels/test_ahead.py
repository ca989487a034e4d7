"""Kernels that another process compiles meanwhile, and several that save at once."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from paths import ROOT

TOY = """
import os, sys, time
from pathlib import Path
from wann.kernels.ahead import compiled_ahead, end_with_parent, say_compiled
from wann.kernels.jit import kernel

@kernel
def half(x):
    return x / 2

@kernel
def third(x):
    return x / 3

if __name__ == "__main__":
    from toy import half, third
    end_with_parent()
    Path("pid").write_text(str(os.getpid()))
    {does}
"""
ASKS = """
import json, time
import toy
from wann.kernels import ahead
from wann.kernels.jit import _ForgivingCache
ahead.available_cores = lambda: 2
with ahead.compiled_ahead([toy.third, toy.half], "toy"):
    {does}
    value = toy.half(3.0)
hits, misses = (sum(of.values()) for of in (toy.half.stats.cache_hits, toy.half.stats.cache_misses))
print(json.dumps([value, hits, misses]))
"""


def start(folder: Path, does: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", ASKS.format(does=does)],
        cwd=folder,
        env={**os.environ, "NUMBA_CACHE_DIR": str(folder), "PYTHONPATH": f"{folder}:{ROOT}"},
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize(
    ("child", "hits", "misses"),
    [
        ("time.sleep(1); half(1.0)", 1, 0),  # what it compiled is waited for, and used
        ("half(1)", 0, 1),  # of another kind
        ("raise SystemExit(3)", 0, 1),
    ],
)
def test_what_another_process_compiles_is_waited_for(
    tmp_path: Path, child: str, hits: int, misses: int
) -> None:
    (tmp_path / "toy.py").write_text(TOY.format(does=child))
    said, _ = start(tmp_path, "pass").communicate(timeout=60)
    assert json.loads(said) == [1.5, hits, misses]
    assert (tmp_path / "pid").exists()


def test_nothing_is_begun_where_the_kernel_is_kept(tmp_path: Path) -> None:
    (tmp_path / "toy.py").write_text(TOY.format(does="half(1.0)"))
    start(tmp_path, "pass").communicate(timeout=60)
    (tmp_path / "pid").unlink()
    said, _ = start(tmp_path, "pass").communicate(timeout=60)
    assert json.loads(said) == [1.5, 1, 0]
    assert not (tmp_path / "pid").exists()


def test_a_kernel_is_waited_for_until_it_is_said_to_be_compiled(tmp_path: Path) -> None:
    compiles = "third(1.0); say_compiled(third); time.sleep(3); half(1.0); say_compiled(half)"
    (tmp_path / "toy.py").write_text(TOY.format(does=f"{compiles}; time.sleep(600)"))
    asks = "began = time.monotonic(); toy.third(3.0); early = time.monotonic() - began"
    asks += "; assert not toy.half._cache._cache_file._load_index(), early"
    said, _ = start(tmp_path, asks).communicate(timeout=60)
    assert json.loads(said) == [1.5, 1, 0]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_the_other_process_ends_with_this_one(tmp_path: Path, how: signal.Signals) -> None:
    (tmp_path / "toy.py").write_text(TOY.format(does="time.sleep(600)"))
    process = start(tmp_path, "time.sleep(600)")
    child = int(eventually(lambda: (tmp_path / "pid").exists() and read(tmp_path / "pid")))
    process.send_signal(how)
    process.communicate(timeout=60)
    eventually(lambda: not alive(child))


def test_two_processes_that_save_a_kernel_for_two_signatures_keep_both(tmp_path: Path) -> None:
    (tmp_path / "toy.py").write_text(TOY.format(does="pass"))
    slowly = (
        "import sys, time\n"
        "from numba.core.caching import IndexDataCacheFile as File\n"
        "save = File._save_index\n"
        "def save_slowly(*given):\n"
        "    time.sleep(1)\n"
        "    save(*given)\n"
        "File._save_index = save_slowly\n"
        "import toy\n"
        "print(toy.half(eval(sys.argv[1])), sum(toy.half.stats.cache_hits.values()))\n"
    )
    env = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path), "PYTHONPATH": f"{tmp_path}:{ROOT}"}

    def call(value: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-c", slowly, value]
        return subprocess.Popen(command, cwd=tmp_path, env=env, stdout=subprocess.PIPE, text=True)

    both = [call("3"), call("3.0")]
    assert [process.communicate(timeout=60)[0].split() for process in both] == [["1.5", "0"]] * 2
    for value in ("3", "3.0"):
        assert call(value).communicate(timeout=60)[0].split() == ["1.5", "1"]


def read(path: Path) -> str:
    return path.read_text()


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # One that ended and that nobody waits for, as where no process adopts it, is none
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def eventually(holds, seconds: float = 30.0):  # type: ignore[no-untyped-def]
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := holds():
            return found
        time.sleep(0.05)
    raise AssertionError("it did not come true")
