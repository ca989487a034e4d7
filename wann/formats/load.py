"""Networks from wherever the user has them, of a run or of a network file.

`network_reader` has the reader of a file as such.
"""

from pathlib import Path
from typing import Any

from wann.errors import UserError
from wann.formats.card import KEY as CARD
from wann.formats.loaded_network import LoadedNetwork
from wann.formats.network_reader import read_network
from wann.formats.zoo import located
from wann.reading import read_shaped
from wann.runs import filenames
from wann.runs.digest import check_result
from wann.tasks.task import Task


def network_path(path: Path) -> Path:
    """Return the network file that `path` stands for: itself, or the champion of a run.

    `zoo:NAME` is the run of that name in the zoo. UserError if it does not exist, or is a folder
    without a champion.
    """
    path = located(path)
    if not path.exists():
        raise UserError(f"{path} does not exist: expected a run directory, a .json or an .out file")
    if not path.is_dir():
        return path
    champion = path / filenames.CHAMPION
    if not champion.exists():
        if (path / filenames.CONFIG).exists():
            rows = path / filenames.GENERATIONS
            finished = rows.exists() and rows.stat().st_size > 0
            why = "no network earned a finite return" if finished else "no generation was finished"
            raise UserError(f"{path} has no champion yet: {why}")
        raise UserError(f"{path} is not a run: expected a folder with {filenames.CHAMPION} in it")
    return champion


def load_network(path: Path | str, task: Task | None = None) -> LoadedNetwork:
    """Return the network that `path` stands for, a run, a file or `zoo:NAME`, compiled.

    `task` says how many inputs and outputs there are, where a file does not show that. UserError if
    there is no network, or the file cannot be read.
    """
    given = located(path)
    path = network_path(given)
    file = read_network(path, task.inputs, task.outputs) if task else read_network(path)
    if given.is_dir():
        check_result(given)
    card = given / filenames.CARD
    if card.is_file():
        measured = read_shaped(card, dict[str, Any])
        file = file._replace(info={**file.info, CARD: measured})
    return LoadedNetwork.from_file(file, path)
