"""Processes as the system sees them, by Linux's /proc."""

import time
from collections.abc import Callable
from pathlib import Path


def runs(pid: int) -> bool:
    """Whether a process is there, and no zombie that nobody has asked after."""
    fields = _fields(pid)
    return bool(fields) and fields[0] != "Z"


def parent_of(pid: int) -> int:
    """Return the number of a process's parent, 0 where the process is gone."""
    fields = _fields(pid)
    return int(fields[1]) if fields else 0


def descendants(pid: int) -> set[int]:
    """Return the processes that a process started, and those that they started."""
    there = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
    found, parents = set[int](), {pid}
    while parents:
        parents = {child for child in there if parent_of(child) in parents}
        found |= parents
    return found


def ticks(pid: int) -> int:
    """Return the processor time that a process has taken, in ticks of the clock."""
    fields = _fields(pid)
    return int(fields[11]) + int(fields[12]) if fields else 0


def wait_until(condition: Callable[[], bool], seconds: float = 60.0) -> bool:
    """Wait until something is so, and return whether it came to be within some seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _fields(pid: int) -> list[str]:
    """Return the fields of /proc/PID/stat behind the name, of which the first is the state."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
