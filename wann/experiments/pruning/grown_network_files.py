"""A grown network in a file, pruned by scores into files: what `wann prune --network` does."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from wann.errors import UserError
from wann.experiments.comparison.contestants.prune_grown import cut, method_of
from wann.files import as_file_name
from wann.formats.load import load_network, network_path
from wann.formats.network_reader import task_in
from wann.formats.whole_network import write_network
from wann.network.structure import structure_of
from wann.pruning.allocate import budget
from wann.tasks.registry import task_of
from wann.tasks.task import Task

Row = dict[str, Any]


def prune_grown_file(
    path: Path, scores: Sequence[str], densities: Sequence[float], seed: int, out: Path
) -> list[Row]:
    """Write the network at `path`, pruned by each score to each density, and return a row for each.

    Args:
        path: the file of a network with weights of its own.
        scores: methods or scores, as `prune_grown.method_of` takes them.
        densities: shares of the connections to keep, in (0, 1].
        seed: of what scores draw.
        out: the folder to write to.

    Raises:
        UserError: scores that are unknown or do not suit, densities outside (0, 1], a network that
            does not name its task or does not fit it, or one without weights, of which no score
            could tell one from another. All is refused before anything is written.
    """
    task, loaded = _task_of(path), load_network(path)
    loaded.check_fits(task, "expected the file of a network and the task that it was grown for")
    if loaded.weights is None:
        raise UserError(
            f"{path} has no weights to score: give them to it by wann tune {path} --weights "
            "individual"
        )
    sizes = [budget(loaded.connections, density) for density in densities]
    for score in scores:
        method_of(score)
    found = [
        (score, keep, cut(loaded, loaded.weights, score, keep, task, seed))
        for score in scores
        for keep in sizes
    ]
    rows = []
    for score, keep, kept in found:
        at_work = structure_of(kept.network).effective_connections
        row: Row = {"score": score, "connections": keep, "effective_connections": at_work}
        name = as_file_name(score, ".")
        write_network(
            out / f"{name}-{keep}.json",
            kept.network,
            kept.weights,
            task.spec,
            {**row, "of": str(path)},
        )
        rows.append({**row, "network": str(out / f"{name}-{keep}.json")})
    return rows


def _task_of(path: Path) -> Task:
    """Return the task that the network was grown for; UserError if its file names none."""
    spec = task_in(network_path(path))
    if spec is None:
        raise UserError(
            f"{path} does not say what it was grown for: expected a run, or a .json file of a "
            "search or a tuning, which says it"
        )
    return task_of(spec, path)
