"""`wann.load`: a network, whatever it is in."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

import numpy as np

from wann.api.calls import public
from wann.api.paths import path_of
from wann.errors import UserError, in_short
from wann.experiments.comparison import filenames as of_comparison
from wann.experiments.pruning import filenames as of_study
from wann.experiments.sweep import filenames as of_sweep
from wann.files import inside
from wann.formats import NetworkFile
from wann.formats.load import load_network
from wann.formats.loaded_network import LoadedNetwork
from wann.network.genome import Genome
from wann.network.network import Network
from wann.reading import read_shaped
from wann.tasks.registry import make_task

if TYPE_CHECKING:
    from wann.network.torch_module import NetworkModule
    from wann.pruning import PrunedModel

_MASKS = ".safetensors"
_WHAT = (
    "a run, a sweep, a step of a pruning study, a row of a comparison, a .json, .out or "
    ".safetensors file, a name of the zoo such as 'zoo:swingup', a genome, a network, a "
    "NetworkModule or a pruned model"
)


class _Run(TypedDict, total=False):
    run: str
    mean: float | None
    accuracy: float | None


class _Sweep(TypedDict, total=False):
    runs: list[_Run]


@public
def load(
    what: "str | Path | Genome | Network | NetworkModule | PrunedModel", task: str | None = None
) -> LoadedNetwork:
    """Return the network that `what` is or holds, to be called, drawn, put to use and exported.

    Args:
        what: the folder of a run (its champion), of a sweep (the champion of its best run), of a
            step of a pruning study, or of a row of a comparison; a network file (`.json`, `.out`);
            masks of a perceptron (`.safetensors`: their structure, with ReLU and without weights);
            `zoo:NAME`, see `wann.zoo`; or a `Genome`, a `Network`, a PyTorch module that
            `to_module` made, or a model that `prune` returned.
        task: the spec of what the network is for, such as `"gym:CartPole-v1"`, where that is not
            known, or is to be another one.

    Returns:
        A `LoadedNetwork`: `network(x, weight=1.0)`, `network.policy(env)`, `network.draw()`,
        `network.save(path)`, `network.card()`.

    Raises:
        UserError: in one line, what holds no network, or is damaged.

    Example:
        ```python
        network = wann.load("runs/swingup-seed0")
        network([0.0, 0.0, -1.0, 0.0, 0.0], weight=1.5)
        ```
    """
    path = path_of(what, "network") if isinstance(what, str | Path) else None
    found = _of_object(what) if path is None else _of_path(path, task)
    return found if task is None else found.with_task(task)


def _of_object(what: Any) -> LoadedNetwork:
    if isinstance(what, LoadedNetwork):
        return what
    if isinstance(what, Network):
        return LoadedNetwork.of(what)
    if isinstance(what, Genome):
        return LoadedNetwork.from_file(NetworkFile(what, None, None, {}))
    if "torch" in sys.modules:  # else it is no module of PyTorch
        found = _of_torch(what)
        if found is not None:
            return found
    # What calls return: a run, a sweep
    champion = getattr(what, "champion", None)
    if isinstance(champion, LoadedNetwork):
        return champion
    raise UserError(f"expected {_WHAT}, got {in_short(what)}")


def _of_torch(what: Any) -> LoadedNetwork | None:
    from wann.network.torch_module import NetworkModule, from_module
    from wann.pruning.pruned_model import PrunedModel

    if isinstance(what, NetworkModule):
        network, weights = from_module(what)
        # One weight that all connections share is written out, as in the files of tunings
        each = weights if weights.ndim else np.full(network.connections, weights)
        return LoadedNetwork.of(network, each)
    if isinstance(what, PrunedModel):
        example: Any = what.example
        if example is None:
            raise UserError(
                "the pruned model has no example of its inputs: expected "
                "wann.load(network) of `network, weights = pruned.to_network(example)`"
            )
        return LoadedNetwork.of(*what.to_network(example))
    return None


def _of_path(path: Path, task: str | None) -> LoadedNetwork:
    if path.suffix == _MASKS and path.is_file():
        from wann.pruning.structure.to_network import genome_of_masks

        return LoadedNetwork.from_file(NetworkFile(genome_of_masks(path), None, None, {}), path)
    if path.is_dir():
        if (path / of_sweep.PLAN.name).is_file():
            return load_network(_best_of_sweep(path))
        if (path / of_study.ROW).is_file() and (path / of_study.MASKS).is_file():
            from wann.experiments.pruning.step_network import network_of_step

            return network_of_step(path)
        if (path / of_comparison.ROW).is_file() and (path / of_comparison.NETWORK).is_file():
            return load_network(path / of_comparison.NETWORK)
        _refuse_whole(path)
    return load_network(path, None if task is None else make_task(task))


def _best_of_sweep(folder: Path) -> Path:
    """Return the run of a sweep whose champion is best: by accuracy, where there are classes."""
    if not (folder / of_sweep.SUMMARY).is_file():
        raise UserError(
            f"{folder} is a sweep without {of_sweep.SUMMARY}: expected one that has ended, or name "
            "one of its runs"
        )
    runs: list[_Run] = read_shaped(folder / of_sweep.SUMMARY, _Sweep).get("runs", [])
    accuracies = {run["run"]: run.get("accuracy") for run in runs}
    means = {run["run"]: run.get("mean") for run in runs}
    found = accuracies if any(value is not None for value in accuracies.values()) else means
    known = {run: value for run, value in found.items() if value is not None}
    if not known:
        raise UserError(f"{folder} is a sweep without a champion: none of its runs has finished")
    return inside(folder, max(known, key=known.__getitem__), folder / of_sweep.SUMMARY)


def _refuse_whole(folder: Path) -> None:
    """Raise UserError for a folder of many networks, which does not say which one is meant."""
    for name, noun, inner in (
        (of_study.PLAN.name, "a pruning study", "seed=0/imp/density=0.05"),
        (of_comparison.PLAN.name, "a comparison", "rows/CHAMPION/CONTESTANT/seed=0"),
    ):
        if (folder / name).is_file():
            raise UserError(
                f"{folder} is {noun}, which holds many networks: expected one of the folders in "
                f"it, such as {folder / inner}"
            )
