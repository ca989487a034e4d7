"""Limits of processor time and memory: in folders as Linux has them, and of real groups."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from wann.machine.control_groups import memory_limit, processor_quota
from wann.machine.cores import available_cores
from wann.machine.memory import largest_content, memory

V2 = "29 22 0:26 {root} {at} rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate"
V1 = "32 31 0:29 {root} {at} rw,relatime - cgroup cgroup rw,cpu,cpuacct"
V1_MEMORY = "33 31 0:30 {root} {at} rw - cgroup cgroup rw,memory"
OTHERS = "33 31 0:30 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n22 1 0:21 / /sys rw - x"


def process(folder: Path, groups: str, mount: str, root: str, files: Mapping[str, str]) -> Path:
    """Make a folder like that of a process in /proc, whose groups are mounted beside it."""
    at = folder / "the groups"
    for name, content in files.items():
        (at / name).parent.mkdir(parents=True, exist_ok=True)
        (at / name).write_text(content)
    (folder / "cgroup").write_text(groups)
    written = mount.format(root=root, at=str(at).replace(" ", r"\040"))
    (folder / "mountinfo").write_text(f"{OTHERS}\n{written}\n")
    return folder


def first_version(quota: int, period: int = 100_000, at: str = "") -> dict[str, str]:
    return {f"{at}cpu.cfs_quota_us": f"{quota}\n", f"{at}cpu.cfs_period_us": f"{period}\n"}


IN_A_POD = "0::/kubepods/pod1/main\n"
NESTED = {
    "cpu.max": "max 100000\n",
    "kubepods/cpu.max": "max 100000\n",
    "kubepods/pod1/cpu.max": "150000 100000\n",
    "kubepods/pod1/main/cpu.max": "400000 100000\n",
}


@pytest.mark.parametrize(
    ("groups", "mount", "root", "files", "quota"),
    [
        pytest.param("0::/\n", V2, "/", {"cpu.max": "250000 100000\n"}, 2.5, id="container, v2"),
        pytest.param("0::/\n", V2, "/", {"cpu.max": "max 100000\n"}, None, id="no limit, v2"),
        pytest.param("0::/\n", V2, "/", {}, None, id="controller is off"),
        pytest.param(IN_A_POD, V2, "/", NESTED, 1.5, id="the outer group has less"),
        pytest.param("0::/../../x\n", V2, "/", {"cpu.max": "50000 100000"}, 0.5, id="outside"),
        pytest.param(
            "9:memory:/m\n4:cpu,cpuacct:/docker/7\n0::/\n",
            V1,
            "/docker/7",
            first_version(300_000),
            3.0,
            id="container, v1",
        ),
        pytest.param("1:cpu:/\n", V1, "/", first_version(-1), None, id="no limit, v1"),
        pytest.param(
            "1:cpu:/slurm/job3\n",
            V1,
            "/",
            first_version(50_000, 25_000, "slurm/") | first_version(-1, at="slurm/job3/"),
            2.0,
            id="the outer group has the limit",
        ),
        pytest.param("0::/\n", V2, "/", {"cpu.max": "nonsense\n"}, None, id="unreadable"),
    ],
)
def test_the_least_quota_holds(
    groups: str,
    mount: str,
    root: str,
    files: Mapping[str, str],
    quota: float | None,
    tmp_path: Path,
) -> None:
    assert processor_quota(process(tmp_path, groups, mount, root, files)) == quota


@pytest.mark.parametrize(
    ("groups", "mount", "files", "limit"),
    [
        ("0::/a\n", V2, {"memory.max": "max\n", "a/memory.max": "268435456\n"}, 2**28),
        ("0::/\n", V2, {"memory.max": "max\n"}, None),
        ("4:memory:/\n", V1_MEMORY, {"memory.limit_in_bytes": "1048576\n"}, 2**20),
    ],
)
def test_the_least_memory_holds(
    groups: str, mount: str, files: Mapping[str, str], limit: int | None, tmp_path: Path
) -> None:
    assert memory_limit(process(tmp_path, groups, mount, "/", files)) == limit


def test_a_file_may_fill_a_quarter_of_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    assert 2**20 < memory() < 2**60
    monkeypatch.setattr("wann.machine.memory.memory_limit", lambda: 2**28)
    assert (memory(), largest_content()) == (2**28, 2**26)


def test_a_system_without_control_groups(tmp_path: Path) -> None:
    assert processor_quota(tmp_path) is None


@pytest.mark.parametrize(
    ("quota", "slurm", "cores"),
    [
        (None, "", 16),
        (1.5, "", 2),
        (0.2, "", 1),
        (64.0, "", 16),
        (None, "4", 4),
        (2.0, "4", 2),
        (None, "0", 1),
        (None, "²", 16),
        (None, "many", 16),
    ],
)
def test_the_least_of_all_limits_is_the_number_of_cores(
    quota: float | None, slurm: str, cores: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda process: set(range(16)), raising=False)
    monkeypatch.setattr("wann.machine.cores.processor_quota", lambda: quota)
    monkeypatch.setenv("SLURM_CPUS_PER_TASK", slurm)
    assert available_cores() == cores


@pytest.fixture
def group_of_one_core() -> Iterator[Path]:
    """A real control group, within one that has the time of one processor."""
    top = Path("/sys/fs/cgroup")
    second = (top / "cgroup.controllers").exists()
    outer = (top if second else top / "cpu") / f"wann-test-{os.getpid()}"
    try:
        (outer / "inner").mkdir(parents=True)
        if second:
            (outer / "cpu.max").write_text("100000 100000")
        else:
            (outer / "cpu.cfs_quota_us").write_text("100000")
    except OSError as problem:
        pytest.skip(f"no control group can be made here: {problem}")
    yield outer / "inner"
    (outer / "inner").rmdir()
    outer.rmdir()


ENTER = (
    "import os, pathlib, sys; (pathlib.Path(sys.argv[1]) / 'cgroup.procs').write_text('0'); "
    "from wann.machine.cores import available_cores; print(available_cores())"
)


def test_a_real_group(group_of_one_core: Path) -> None:
    if available_cores() < 2:
        pytest.skip("there is but one core without the group")
    done = subprocess.run(
        [sys.executable, "-c", ENTER, str(group_of_one_core)], capture_output=True, text=True
    )
    assert done.stdout == "1\n", done.stderr
