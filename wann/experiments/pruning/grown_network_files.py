"""A grown network in a file, pruned by scores into files: what `wann prune --network` does."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from wann.errors import UserError
from wann.experiments.comparison.contestants.prune_grown import cut, method_of
from wann.files import as_file_name, write_atomically
from wann.formats import dumps_json
from wann.formats.load import load_network, network_path
from wann.formats.loaded_network import LoadedNetwork
from wann.formats.network_reader import task_in
from wann.network.structure import structure_of
from wann.pruning.allocate import budget
from wann.pruning.torch_modes import in_own_modes
from wann.runs.digest import CODING
from wann.tasks.registry import task_of

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
            could tell one from another, another network in a file that would be written. All is
            refused before anything is written.
    """
    if task_in(network_path(path)) is None:
        raise _without_task(path)
    loaded = load_network(path)
    for score in scores:
        method_of(score)
    pruned = [
        (score, prune_grown(loaded, score, density, seed))
        for score in scores
        for density in densities
    ]
    of_data = {key: value for key, value in loaded.info.items() if key == CODING}
    rows, contents = [], {}
    for score, network in pruned:
        file = out / f"{as_file_name(score, '.')}-{network.connections}.json"
        contents[file] = dumps_json(network.with_info(of=str(path), **of_data).file).encode()
        rows.append({**network.info, "network": str(file)})
    for file, content in contents.items():
        if file.exists() and file.read_bytes() != content:
            raise UserError(
                f"{file} is there already and holds another network: give another --out"
            )
    for file, content in contents.items():
        write_atomically(file, content)
    return rows


@in_own_modes()
def prune_grown(network: LoadedNetwork, score: str, density: float, seed: int) -> LoadedNetwork:
    """Return a network with the connections that are best by a score.

    Args:
        network: with weights of its own, and the spec of its task.
        score: a method or score, as `prune_grown.method_of` takes it.
        density: the share of the connections to keep, in (0, 1].
        seed: of what the score draws.

    Raises:
        UserError: as `prune_grown_file`.
    """
    if network.task is None:
        raise _without_task(network.name)
    task = task_of(network.task, network.name)
    network.check_fits(task, "expected the file of a network and the task that it was grown for")
    if network.weights is None:
        raise UserError(
            f"{network.name} has no weights to score: give them to it by `wann tune "
            f"{network.name} --weights individual`"
        )
    keep = budget(network.connections, density)
    kept = cut(network, network.weights, score, keep, task, seed)
    at_work = structure_of(kept.network).effective_connections
    info: Row = {"score": score, "connections": keep, "effective_connections": at_work}
    return LoadedNetwork.of(kept.network, kept.weights, task=task.spec, info=info)


def _without_task(name: object) -> UserError:
    return UserError(
        f"{name} does not say what it was grown for: expected a run, or a .json file of a search "
        "or a tuning, which says it"
    )
