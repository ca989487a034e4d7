"""The data of the story of a run: its milestones, its confirmed front, and a champion's lineage."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from wann.network.network import Network
from wann.pages.network_data import network_data
from wann.pages.player import Profile

# Milestones that are shown; more would be a crowd.
MOST_MILESTONES = 6
# Connections of all networks of the front together that go into a page: 5 bytes each, or so.
_MOST_CONNECTIONS = 60_000


class Told(NamedTuple):
    """A network of the story."""

    label: str
    network: Network
    generation: int | None
    mean: float | None  # when it was confirmed
    profile: Profile = ()
    champion: bool = False  # whether it is the champion of the run


def story_data(
    milestones: Sequence[Told],
    front: Sequence[Told],
    line: Sequence[dict[str, Any]],
    measure: str,
    notes: Sequence[str] = (),
) -> dict[str, Any]:
    """Return JSON values of a run's story, as web/story.js reads them.

    Args:
        milestones: champions of several generations, in their order.
        front: the confirmed front, the smallest first.
        line: what `line_data` returned; empty where the lineage is not known.
        measure: what the confirmed means are of.
        notes: plain sentences on what is left out.
    """
    shown = _that_fit(front)
    left = len(front) - len(shown)
    are = "network of the front is" if left == 1 else "networks of the front are"
    more = [f"{left} {are} too large for this page."] if left else []
    return {
        "told": bool(milestones or front or line),
        "measure": measure,
        "milestones": [_told(one) for one in milestones],
        "front": [_told(one) for one in shown],
        "line": list(line),
        "notes": [*notes, *more],
    }


def chosen_milestones(generations: Sequence[int]) -> list[int]:
    """Return the indices of the champions to show, of the generations that found them, in order.

    They are the first, the last, and between them those whose generations lie most evenly on a
    logarithmic scale: a search finds much at first, and ever less.
    """
    count = len(generations)
    if count <= MOST_MILESTONES:
        return list(range(count))
    scale = np.log1p(np.array(generations, np.float64))
    chosen = [0, count - 1]
    for aim in np.linspace(scale[0], scale[-1], MOST_MILESTONES)[1:-1]:
        left = [i for i in range(count) if i not in chosen]
        chosen.append(min(left, key=lambda i: abs(scale[i] - aim)))
    return sorted(chosen)


def _told(one: Told) -> dict[str, Any]:
    return {
        "label": one.label,
        "note": "",
        "generation": one.generation,
        "mean": one.mean,
        "connections": one.network.connections,
        "champion": one.champion,
        "network": network_data(one.network),
        "profile": [[float(weight), float(mean)] for weight, mean in one.profile],
    }


def _that_fit(front: Sequence[Told]) -> list[Told]:
    """Return the networks of the front that a page has room for, the smallest first."""
    room, shown = _MOST_CONNECTIONS, []
    for one in front:
        room -= one.network.connections
        if room >= 0 or one.champion:
            shown.append(one)
    return shown
