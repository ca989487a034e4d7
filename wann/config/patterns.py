"""The names of patterns of weights.

`N:M` are N of every M, `RxC` blocks of R by C, and `fan-in` as many for each unit of a layer.
"""

import re
from typing import NamedTuple

from wann.errors import UserError

_LARGEST = 1024  # weights in a group, or along a side of a block


FAN_IN = "fan-in"


class PatternName(NamedTuple):
    """What the name of a pattern says."""

    kind: str  # groups, blocks or fan-in
    first: int = 0  # N, or outputs
    second: int = 0  # M, or incoming weights


def parse_pattern(text: object) -> PatternName | None:
    """Return what the name of a pattern says, None for what is no such name.

    UserError for one without sense, such as 4:2.
    """
    if text == FAN_IN:
        return PatternName(FAN_IN)
    found = re.fullmatch(r"(\d+)([:x])(\d+)", text) if isinstance(text, str) else None
    if found is None:
        return None
    first, second = int(found[1]), int(found[3])
    if found[2] == "x" and 1 <= first <= _LARGEST and 1 <= second <= _LARGEST:
        return PatternName("blocks", first, second)
    if found[2] == ":" and 1 <= first < second <= _LARGEST:
        return PatternName("groups", first, second)
    raise UserError(
        f"the allocation {text!r}: expected N:M with N below M, such as 2:4, or the sides of "
        f"blocks, such as 4x4, up to {_LARGEST}"
    )


class AllocationNames(tuple[str, ...]):
    """The names of allocations, and of patterns, which stand in the place of one."""

    __slots__ = ()

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or parse_pattern(name) is not None
