"""Networks smaller than a champion, from the front of its run, for budget curves."""

from collections.abc import Sequence
from pathlib import Path

from wann.experiments.comparison.contestants.contestant import Champion
from wann.experiments.growing.rows import FrontRow
from wann.files import check_listed, inside
from wann.formats.load import load_network
from wann.network.network import without_recurrence
from wann.runs import filenames
from wann.runs.rundir import RunDir
from wann.tasks.task import Task

_SMALLEST = 2  # connections of a network in a curve


def smaller_networks_of(champions: Sequence[Champion], count: int, task: Task) -> list[Champion]:
    """Return up to `count` smaller networks of the front of each champion's run, for budget curves.

    The first has at most half the connections of the champion, but more than a quarter, the next at
    most a quarter, but more than an eighth, and so on: the largest network of the front in each of
    these ranges, if there is one. A champion that comes from no run has none. UserError for a
    recurrent network.
    """
    if not count:
        return []
    found = []
    for champion in champions:
        sizes = front_of(champion.path)
        most = champion.network.connections // 2
        for _ in range(min(count, most.bit_length())):
            least = max(_SMALLEST, most // 2 + 1)
            size = max((size for size in sizes if least <= size <= most), default=None)
            if size is not None:
                found.append(_smaller_network(champion, size, sizes[size], task))
            most //= 2
    return found


def networks_at(
    champions: Sequence[Champion], budgets: Sequence[int], task: Task
) -> dict[int, dict[str, Champion]]:
    """Return for each budget the network of each champion's run that is nearest below it.

    It is the largest one of the front, or the champion itself, that has no more connections than
    the budget, but more than the next smaller budget (of the smallest, more than a half): none
    stands at two of them. A champion without such a network is left out. By label of the champion.
    UserError for a recurrent network.
    """
    if not budgets:
        return {}
    found: dict[int, dict[str, Champion]] = {budget: {} for budget in sorted(budgets)}
    for champion in champions:
        own = champion.network.connections
        sizes, above = front_of(champion.path), min(budgets) // 2
        for budget, at in found.items():
            fit = [size for size in (own, *sizes) if max(above, _SMALLEST - 1) < size <= budget]
            if fit:
                size = max(fit)
                at[champion.label] = (
                    champion if size == own else _smaller_network(champion, size, sizes[size], task)
                )
            above = budget
    return found


def _smaller_network(champion: Champion, size: int, path: Path, task: Task) -> Champion:
    """Return the network of `size` connections at `path`, labelled as belonging to a champion."""
    loaded = load_network(path, task)
    loaded.check_fits(task)
    without_recurrence(
        loaded,
        f"{path}, for the curve of {champion.label}: only feed-forward networks are compared",
        f"compare the champion without its front by {champion.path}/{filenames.CHAMPION}",
    )
    label = f"{champion.label}-at-{size}"
    return Champion(label, path, loaded.network, loaded.weights, champion.cost)


def front_of(path: Path | None) -> dict[int, Path]:
    """Return the files of the networks on the front of the run at `path`, by their connections.

    The result is empty where there is no front.
    """
    if path is None or not (path / filenames.FRONT).is_file():
        return {}
    origin = path / filenames.FRONT
    found = {}
    for row in RunDir(path).read_json(filenames.FRONT, list[FrontRow]):
        network = inside(path, row["network"], origin)
        check_listed(network, row.get("sha256"), origin, f"`wann resume {path}` writes it anew")
        found[int(row["connections"])] = network
    return found
