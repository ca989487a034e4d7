"""Networks from wherever the user has them, compiled: of a run, or of a network file.

`network_reader` has the reader of a file as such.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from wann.config import SearchConfig
from wann.errors import UserError
from wann.formats.network_reader import read_network
from wann.network.compile import compile_with_genes
from wann.network.network import Network
from wann.runs import filenames
from wann.runs.digest import check_result
from wann.tasks.task import Task


class LoadedNetwork(NamedTuple):
    """A network that was read from a file."""

    path: Path
    network: Network
    weights: NDArray[np.float64] | None  # (connections,) in the order of the network, None: shared
    task: str | None  # the spec of what it was grown for, None where the file does not tell

    def __call__(self, x: ArrayLike, weight: ArrayLike | None = None) -> NDArray[np.float64]:
        """Return the outputs for one input or for many, as `Network` does.

        Without `weight` they are those of the network's own weights; UserError where it has none.
        """
        if weight is None:
            weight = self.weights
        if weight is None:
            raise UserError(
                f"{self.path} has no weights of its own: expected a weight that all connections "
                "share, such as network(x, 1.0)"
            )
        return self.network(x, weight)

    def __repr__(self) -> str:
        """Return in short what it is."""
        weights = "shared weight" if self.weights is None else "its own weights"
        return f"LoadedNetwork({str(self.path)!r}, {self.network!r}, {weights})"

    @property
    def task_or_default(self) -> str:
        """The spec of the task that it was grown for, or a search's default where it tells none."""
        return self.task or SearchConfig.task

    def check_fits(self, task: Task, advice: str = "choose another --task") -> None:
        """Raise UserError unless the network has as many inputs and outputs as `task`.

        `advice` says what the user can do about it.
        """
        has, needs = (self.network.inputs, self.network.outputs), (task.inputs, task.outputs)
        if has != needs:
            raise UserError(
                f"{self.path} does not fit the task {task.name!r}: it has {has[0]} inputs and "
                f"{has[1]} outputs, the task needs {needs[0]} and {needs[1]}; {advice}"
            )


def network_path(path: Path) -> Path:
    """Return the network file that `path` stands for: itself, or the champion of a run.

    UserError if it does not exist, or is a folder without a champion.
    """
    if not path.exists():
        raise UserError(f"{path} does not exist: expected a run directory, a .json or an .out file")
    if not path.is_dir():
        return path
    champion = path / filenames.CHAMPION
    if not champion.exists():
        if (path / filenames.CONFIG).exists():
            raise UserError(f"{path} has no champion yet: no generation was finished")
        raise UserError(f"{path} is not a run: expected a folder with {filenames.CHAMPION} in it")
    return champion


def load_network(path: Path | str, task: Task | None = None) -> LoadedNetwork:
    """Return the network that `path` stands for, a run or a file, compiled.

    `task` says how many inputs and outputs there are, where a file does not show that. UserError if
    there is no network, or the file cannot be read.
    """
    given, path = Path(path), network_path(Path(path))
    file = read_network(path, task.inputs, task.outputs) if task else read_network(path)
    if given.is_dir():
        check_result(given)
    network, genes = compile_with_genes(file.genome)
    return LoadedNetwork(
        path, network, None if file.weights is None else file.weights[genes], file.task
    )
