"""The rule that picks the champion among the confirmed networks."""

import math
from collections.abc import Sequence

from wann.evolution.front import Confirmed


def pick_champion(
    members: Sequence[Confirmed], tolerance: float, most: float = math.inf
) -> Confirmed | None:
    """Return the smallest network that is nearly as good as the best; None if there are none.

    `members` come smallest first, as `Front.members` does. Nearly as good is a mean within
    `tolerance`, a share of the best mean, of the best mean. Networks of more than `most`
    connections, such as a search from a large parent begins with, count only while there are no
    others.
    """
    if not members:
        return None
    members = [member for member in members if member.connections <= most] or members
    best = max(member.mean for member in members)
    return next(member for member in members if member.mean >= best - tolerance * abs(best))
