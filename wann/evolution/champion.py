"""The rule that picks the champion among the confirmed networks."""

from collections.abc import Sequence

from wann.evolution.front import Confirmed


def pick_champion(members: Sequence[Confirmed], tolerance: float) -> Confirmed | None:
    """Return the smallest network that is nearly as good as the best; None if there are none.

    `members` come smallest first, as `Front.members` does. Nearly as good is a mean within
    `tolerance`, a share of the best mean, of the best mean.
    """
    if not members:
        return None
    best = max(member.mean for member in members)
    return next(member for member in members if member.mean >= best - tolerance * abs(best))
