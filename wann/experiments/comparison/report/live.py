"""The networks that act on the page: one of each entry, all at the same shared weight."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from wann.config import TRAINING_WEIGHTS
from wann.experiments.comparison.plan import ComparisonPlan
from wann.experiments.comparison.row_files import read_network
from wann.experiments.comparison.rows import ComparisonRow
from wann.pages import Contestant, player_data
from wann.pages.classifier import classifier_data
from wann.pages.network_data import network_data
from wann.pages.player import EXAMPLES, Profile
from wann.pages.web_files import json_text
from wann.tasks.classify import Classification
from wann.tasks.task import Task

_MOST = 1_500_000  # bytes of all networks together, so that a page stays below some 3 MB


class Live(NamedTuple):
    """What acts on the page."""

    part: str  # of the page, which shows it
    data: dict[str, Any]  # of that part
    text: str  # what is to be seen, and what is left out


class _Shown(NamedTuple):
    """A network that may act on the page."""

    contestant: Contestant
    profile: Profile
    size: int  # bytes

    @property
    def label(self) -> str:
        return self.contestant.label


def live_of(
    folder: Path, plan: ComparisonPlan, rows: Sequence[ComparisonRow], task: Task
) -> Live | None:
    """Return the networks of the entries' first rows, None where there is no row.

    Networks that would make the page too large are left out, and named.

    Args:
        folder: The folder of the comparison.
        plan: Its plan.
        rows: All rows but those that only budget curves show.
        task: What they are compared on.
    """
    firsts = [
        next((row for row in rows if plan.entry_of(row.job) == entry), None)
        for entry in plan.entries
    ]
    shown, left_out, room = [], [], _MOST
    for one in (_shown(folder, plan, row) for row in firsts if row is not None):
        if one.size <= room:
            room -= one.size
            shown.append(one)
        else:
            left_out.append(one.label)
    if not shown:
        return None
    contestants = [one.contestant for one in shown]
    profiles = [one.profile for one in shown]
    given = contestants, TRAINING_WEIGHTS, profiles
    # Shared weights come first: they tell contestants apart. Not all were trained at these.
    how: dict[str, Any] = {"begin_with_own": False, "offered": EXAMPLES}
    if isinstance(task, Classification):
        data = classifier_data(task, *given, **how)
        return Live("classifier", data, _text("answer the same input at once", plan, left_out))
    data = player_data(task, *given, **how)
    done = "do the same task at once" if data["task"]["scene"] else "can be looked at here"
    return Live("player", data, _text(done, plan, left_out))


def _shown(folder: Path, plan: ComparisonPlan, row: ComparisonRow) -> _Shown:
    network, weights = read_network(folder, row.job)[:2]
    note = f"{row.about[:1].upper()}{row.about[1:]}."
    entry = plan.entry_of(row.job)
    # Its colour is that in figures, whoever is left out of the page
    contestant = Contestant(entry, network, weights, note, plan.entries.index(entry))
    points = row.profiles.plain if row.profiles else ()
    profile = [(point.weight, point.mean) for point in points if point.mean is not None]
    size = len(json_text([network_data(network, weights), profile, note]))
    return _Shown(contestant, profile, size)


def _text(done: str, plan: ComparisonPlan, left_out: Sequence[str]) -> str:
    """Return what is to be seen of all networks, and which of them are left out."""
    text = (
        f"All networks, of seed {plan.seeds[0]}, {done}, at the one weight that the slider "
        "sets for all their connections. Its curves show what each of them earns there. In the "
        "drawings of networks, blue signals are positive and orange ones negative."
    )
    if left_out:
        text += (
            f" Left out, because the page would become too large: {', '.join(left_out)}. "
            "`wann render` makes a page of each network alone."
        )
    return text
