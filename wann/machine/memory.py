"""How much memory there is, and which part of it the content of one file may fill."""

import os

from wann.machine.control_groups import memory_limit

# What is taken where a system does not say how much memory it has.
_UNKNOWN = 8 * 2**30
# A data set is at first held as it is stored, then as float32: up to four times as much.
_PARTS = 4
_LARGEST = 4 * 2**30


def memory() -> int:
    """Return the bytes of memory of this machine, or of the container that this process is in."""
    try:
        physical = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        physical = _UNKNOWN
    limit = memory_limit()
    return int(min(physical, limit)) if limit is not None else physical


def largest_content() -> int:
    """Return how many bytes a packed file may hold: a quarter of the memory, at most 4 GiB."""
    return min(_LARGEST, memory() // _PARTS)


def in_words(size: int) -> str:
    """Return a number of bytes for a message: 1.5 GiB, 40 MiB, 3 KiB or 700 bytes."""
    for unit, name in ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB")):
        if size >= unit:
            return f"{size / unit:.3g} {name}"
    return f"{size} bytes"
