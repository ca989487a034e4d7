"""How many cores there are to work on."""

import math
import os

from wann.machine.control_groups import processor_quota

# What Slurm says of the cores that a task was given, where nothing else holds it to them.
_SLURM = "SLURM_CPUS_PER_TASK"


def available_cores() -> int:
    """Return how many cores this process may keep busy: at least 1.

    It is the least of what the scheduler lets it run on, of the quota of its control group (a
    container with 1.5 processors has work for two), and of what Slurm gave the task.
    """
    affinity = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )
    quota = processor_quota()
    allowed = [affinity, math.ceil(quota) if quota is not None else affinity]
    given = os.environ.get(_SLURM, "")
    if given.isascii() and given.isdigit():
        allowed.append(int(given[:9]))
    return max(1, min(allowed))
