"""The folder of a tuning under way, from which it goes on after a stop.

No generation is evaluated again.

tuning.json        the settings          network.json   the network that is tuned
generations.jsonl  a row per generation, with the fitness of every candidate
learning_curve.*   the figure that `wann render` makes of these

There is no optimiser state: fed with these values again, the seeded optimiser comes to where it
was. The tuned network is written beside the folder, with `.json` behind its name.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from wann.config import TuneConfig
from wann.config.own_data import settings_named_in
from wann.errors import Taken, UserError
from wann.files import Folder, free_name, json_bytes, write_atomically
from wann.formats import NetworkFile, dumps_json, read_network
from wann.reading import parse_shaped
from wann.runs import filenames
from wann.runs.lock import FolderLock, is_held
from wann.runs.making import Making
from wann.runs.rundir import RunDir
from wann.weights.tuning_rows import StoredRow, StoredShape

Made = TypeVar("Made")

SETTINGS = "tuning.json"
NETWORK = "network.json"
FIGURE = "learning_curve"  # the name of the figure gets .png and .svg
_MAKING = Making(SETTINGS, (NETWORK,))
# All that is written there, as `wann.files.tidy` takes it
_OWN = (SETTINGS, NETWORK, filenames.GENERATIONS, filenames.LOCK, f"{FIGURE}.*")


def made_where_free(network: Path, weights: str, make: Callable[[Path], Made]) -> Made:
    """Return what `make` makes of where a tuned network goes by default.

    That is in the run, or beside the network file. There is neither a file of that name yet nor the
    folder of such a tuning, other than one whose making was cut off. Where somebody else comes
    first, so that `make` raises `Taken`, the next name has its turn.
    """
    name = f"tuned-{weights}" if network.is_dir() else f"{network.stem}-tuned-{weights}"
    folder = network if network.is_dir() else network.parent

    lost: set[str] = set()

    def is_taken(name: str) -> bool:
        path = folder / f"{name}.json"
        rows = folder_of(path)
        there = os.path.lexists(path) or not _MAKING.can_begin(rows)
        return there or name in lost or bool(is_held(rows))

    while True:
        free = free_name(name, is_taken)
        try:
            return make(folder / f"{free}.json")
        except Taken:
            lost.add(free)


def folder_of(result: Path) -> Path:
    """Return the folder of the tuning whose result goes to the file `result`.

    UserError unless that ends in .json.
    """
    if result.suffix != ".json":
        raise UserError(
            f"expected a file name that ends in .json, got {str(result)!r}; give another --out"
        )
    return result.with_suffix("")


def create(result: Path, config: TuneConfig, file: NetworkFile) -> RunDir:
    """Make the folder of a new tuning and lock it.

    Taken if the folder or `result` is there already, but for a folder whose making was cut off.
    """
    folder = folder_of(result)
    check_free(result)
    with FolderLock(folder):
        check_free(result)  # another process may have made one there meanwhile
        settings = settings_named_in(config.to_dict(), folder)
        with _MAKING.made(folder, json_bytes(settings)) as files:
            files.write(NETWORK, dumps_json(file.named_in(folder)).encode())
    return RunDir(folder).locked(_OWN)


def check_free(result: Path) -> None:
    """Raise Taken where the file of a new tuning or its folder is there already."""
    folder = folder_of(result)
    taken = result if os.path.lexists(result) else folder
    if taken == result or not _MAKING.can_begin(folder):
        raise Taken(
            f"{taken} exists already: give another --out, or continue with: wann tune {folder} "
            "--resume"
        )


def reopen(folder: Path) -> tuple[RunDir, TuneConfig, NetworkFile, list[StoredRow]]:
    """Lock and read the folder of a tuning that was stopped; UserError if it is none, or damaged.

    A last line that was not written to its end is dropped.
    """
    if not is_tuning(folder):
        raise UserError(
            f"{folder} is not a tuning: expected a folder with {SETTINGS} in it, as `wann tune` "
            "makes"
        )
    run = RunDir(folder).locked(_OWN)
    try:
        return (
            run,
            run.read_settings(SETTINGS, TuneConfig()),
            read_network(folder / NETWORK),
            stored_rows(folder / filenames.GENERATIONS),
        )
    except BaseException:
        run.close()
        raise


def is_tuning(folder: Path) -> bool:
    """Return whether there is a tuning in a folder."""
    return (folder / SETTINGS).is_file()


def read_tuning(folder: Path) -> tuple[TuneConfig, list[StoredRow]]:
    """Return the settings of the tuning in a folder, and its rows so far; UserError on damage.

    Nothing is written, and others may write meanwhile.
    """
    config = RunDir(folder).read_settings(SETTINGS, TuneConfig())
    return config, _whole_rows(folder / filenames.GENERATIONS)[0]


def save(result: Path, file: NetworkFile) -> None:
    """Write the tuned network; UserError if something else is there."""
    content = dumps_json(file.named_in(result.parent)).encode()
    if os.path.lexists(result) and (
        not result.is_file() or result.is_symlink() or result.read_bytes() != content
    ):
        raise UserError(
            f"{result} exists already and holds something else: move it away, then resume"
        )
    write_atomically(result, content)


def stored_rows(path: Path) -> list[StoredRow]:
    """Return the whole rows of a file, which is cut behind the last of them."""
    rows, size = _whole_rows(path)
    if path.exists() and size < path.stat().st_size:
        Folder(path.parent).cut(path.name, size)
    return rows


def _whole_rows(path: Path) -> tuple[list[StoredRow], int]:
    """Return the whole rows of a file, none where there is no file, and how many bytes they are."""
    content = path.read_bytes() if path.exists() else b""
    whole = content[: content.rfind(b"\n") + 1]
    try:
        rows = [parse_shaped(line, StoredShape, path) for line in whole.splitlines()]
    except UserError as error:
        raise UserError(f"{error} (expected one JSON object a line); begin a new tuning") from None
    return rows, len(whole)
