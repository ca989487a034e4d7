"""How much processor time and memory the control groups of Linux leave to a process.

A container usually sees all cores and all memory of its machine, but is stopped for the rest of a
period of some 100 ms once it has used up its time, and killed beyond its memory. Groups are nested,
and the least limit holds. See "CPU Controller" and "Memory Controller" in the kernel's
`admin-guide/cgroup-v2`, and `scheduler/sched-bwc` and `admin-guide/cgroup-v1/memory` for version 1;
proc_pid_mountinfo(5) for where they are.
"""

import contextlib
import math
import re
from collections.abc import Callable, Iterator
from pathlib import Path

# The folder of a process in /proc, here this one's own.
OWN = Path("/proc/self")


def processor_quota(process: Path = OWN) -> float | None:
    """Return how many processors' time the control groups of a process give it.

    None where they set no limit, or there are none.
    """
    return _least(process, "cpu", _quota_of)


def memory_limit(process: Path = OWN) -> float | None:
    """Return how many bytes the control groups of a process give it, None as above."""
    return _least(process, "memory", _memory_of)


def _least(process: Path, controller: str, limit_of: Callable[[Path], float]) -> float | None:
    limits: list[float] = []
    for group in _groups(process, controller):
        with contextlib.suppress(OSError, ValueError):
            limit = limit_of(group)
            if 0.0 < limit < math.inf:
                limits.append(limit)
    return min(limits, default=None)


def _quota_of(group: Path) -> float:
    """Return the processors' time of one group; inf or -1 where it sets no limit."""
    second = group / "cpu.max"
    if second.exists():
        quota, period = _text(second).split()
        return math.inf if quota == "max" else int(quota) / max(1, int(period))
    quota = _text(group / "cpu.cfs_quota_us")
    period = _text(group / "cpu.cfs_period_us")
    return int(quota) / max(1, int(period))


def _memory_of(group: Path) -> float:
    """Return the bytes of one group; inf or a number beyond any memory where it sets no limit."""
    second = group / "memory.max"
    limit = _text(second if second.exists() else group / "memory.limit_in_bytes").strip()
    return math.inf if limit == "max" else int(limit)


def _groups(process: Path, controller: str) -> Iterator[Path]:
    """Yield the folders of the groups of a process that a controller heeds, inner ones first."""
    try:
        memberships = _text(process / "cgroup").splitlines()
        mounts = _text(process / "mountinfo").splitlines()
    except (OSError, UnicodeDecodeError):
        return
    for line in memberships:
        number, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        is_second_version = number == "0" and not controllers
        if not is_second_version and controller not in controllers.split(","):
            continue
        for mount in mounts:
            found = _mount_point(mount, None if is_second_version else controller)
            if found:
                yield from _from_within(*found, path)


def _mount_point(line: str, controller: str | None) -> tuple[str, str] | None:
    """Return which group is mounted where, if a line of mountinfo is a mount of the hierarchy.

    That is the one of version 1 of a `controller`, or without one that of version 2.
    """
    fields, _, about = line.partition(" - ")
    before, after = fields.split(), about.split()
    if len(before) < 5 or len(after) < 3:
        return None
    if controller is None and after[0] == "cgroup2":
        return _plain(before[3]), _plain(before[4])
    if controller and after[0] == "cgroup" and controller in after[2].split(","):
        return _plain(before[3]), _plain(before[4])
    return None


def _plain(text: str) -> str:
    r"""Return a path of mountinfo, where a blank is written as \040."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), text)


def _from_within(root: str, point: str, path: str) -> Iterator[Path]:
    """Yield the folder of the group `path` and those around it, up to the mount point.

    A container may see its own group mounted as if it were the root of all.
    """
    folder, top = Path(point), Path(point)
    inside = Path(path)
    if inside.is_relative_to(root):
        folder = top / inside.relative_to(root)
    while folder != top and ".." not in folder.parts:
        yield folder
        folder = folder.parent
    yield top


def _text(path: Path) -> str:
    """Return the text of a file of Linux, in which paths may be any bytes."""
    return path.read_text(encoding="utf-8", errors="surrogateescape")
