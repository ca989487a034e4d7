"""How much processor time the control groups of Linux leave to this process.

A container usually sees all cores of its machine, and is stopped for the rest of a period of some
100 ms once it has used up its quota. Groups are nested, and the least quota holds. See "CPU
Controller" in the kernel's `admin-guide/cgroup-v2`, `scheduler/sched-bwc` for version 1, and
proc_pid_mountinfo(5) for where they are.
"""

import contextlib
import math
import re
from collections.abc import Iterator
from pathlib import Path


def processor_quota(process: Path = Path("/proc/self")) -> float | None:
    """Return how many processors' time the control groups of a process give it.

    None where they set no limit, or there are none. `process` is the folder of a process in /proc.
    """
    quotas: list[float] = []
    for group in _groups(process):
        with contextlib.suppress(OSError, ValueError):
            quota = _quota_of(group)
            if quota is not None and quota > 0.0 and math.isfinite(quota):
                quotas.append(quota)
    return min(quotas, default=None)


def _groups(process: Path) -> Iterator[Path]:
    """Yield the folders of the control groups that a process is in, and of those around them."""
    try:
        memberships = (process / "cgroup").read_text().splitlines()
        mounts = (process / "mountinfo").read_text().splitlines()
    except (OSError, UnicodeDecodeError):
        return
    for line in memberships:
        number, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        is_second_version = number == "0" and not controllers
        if not is_second_version and "cpu" not in controllers.split(","):
            continue
        for mount in mounts:
            found = _mount_point(mount, is_second_version)
            if found:
                yield from _from_within(*found, path)


def _mount_point(line: str, is_second_version: bool) -> tuple[str, str] | None:
    """Return which group is mounted where, if a line of mountinfo is a mount of the hierarchy."""
    fields, _, about = line.partition(" - ")
    before, after = fields.split(), about.split()
    if len(before) < 5 or len(after) < 3:
        return None
    if is_second_version and after[0] == "cgroup2":
        return _plain(before[3]), _plain(before[4])
    if not is_second_version and after[0] == "cgroup" and "cpu" in after[2].split(","):
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


def _quota_of(group: Path) -> float | None:
    """Return the quota that one group sets, in processors; None where it sets none."""
    second = group / "cpu.max"
    if second.exists():
        quota, period = second.read_text().split()
        return None if quota == "max" else int(quota) / max(1, int(period))
    quota = (group / "cpu.cfs_quota_us").read_text()
    period = (group / "cpu.cfs_period_us").read_text()
    return int(quota) / max(1, int(period))
