"""The reader of a network file, whatever its format."""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from wann.errors import UserError
from wann.formats import json_format, out_format
from wann.formats.network_file import NetworkFile, read_text
from wann.formats.release_weights import (
    is_release_weights,
    read_offsets,
    release_weights,
    shared_weight_of,
)
from wann.network.genome import Genome
from wann.terminal import printable, warn

_MOST_TABLES = 100  # beside a file of tuned weights


def read_network(
    path: Path | str, inputs: int | None = None, outputs: int | None = None
) -> NetworkFile:
    """Return the network in a file: JSON if its name or its text says so, else a `.out` table.

    A table does not always show how many of its nodes are inputs and outputs; `inputs` (without the
    bias) and `outputs` say so, JSON files say it themselves. Tuned weights of the 2019 release, a
    JSON file too, are read with the table that they belong to, which must lie in the same folder.
    What a file does not say itself, where weights come from, is said on stderr. UserError with one
    line that names the file, if it cannot be read or holds no network.
    """
    path = Path(path)
    text = read_text(path)
    if is_release_weights(text):
        return _with_release_weights(path, inputs, outputs)
    if _is_json(path, text):
        return json_format.loads(text, str(path)).located_in(path.parent)
    file = out_format.loads(text, str(path), inputs, outputs)
    if file.weights is not None:
        _say_once(
            f"{path} is a table with a weight for each connection: they are taken as tuned weights "
            "(in champions of the 2019 release's weight-agnostic searches they mean nothing: "
            "`wann evaluate`, `wann render` and `wann export` leave them out with "
            "--without-weights)"
        )
    return file


def task_in(path: Path) -> str | None:
    """Return the spec of the task that a network file names, None where it names none.

    Only JSON files name one; tables are not read. UserError as `read_network` raises it.
    """
    return facts_in(path)[0]


def facts_in(path: Path) -> tuple[str | None, dict[str, Any]]:
    """Return the task that a network file names, as `task_in` does, and what else it knows."""
    text = read_text(path)
    if not _is_json(path, text) or is_release_weights(text):
        return None, {}
    file = json_format.loads(text, str(path)).located_in(path.parent)
    return file.task, file.info


def _is_json(path: Path, text: str) -> bool:
    return path.suffix.lower() == ".json" or text.lstrip().startswith("{")


def _with_release_weights(path: Path, inputs: int | None, outputs: int | None) -> NetworkFile:
    """Return the network whose tuned weights are in a file of the release; see `read_network`."""
    offsets, shared = read_offsets(path), shared_weight_of(path)
    fitting: list[tuple[Path, NetworkFile]] = []
    reason = ""
    for table in sorted(path.parent.glob("*.out"))[:_MOST_TABLES]:
        try:
            file = out_format.loads(read_text(table), str(table), inputs, outputs)
            weights = release_weights(file, offsets, shared)
        except UserError as error:
            reason = f" ({error})"
            continue
        if not any(_same(file.genome, known.genome) for _, known in fitting):
            fitting.append((table, file._replace(weights=weights)))
    if len(fitting) != 1:
        found = ", ".join(str(table) for table, _ in fitting) or f"none{reason}"
        raise UserError(
            f"{printable(str(path))}: tuned weights of the 2019 release belong to a .out table: "
            f"expected one table of {len(offsets)} enabled connections in the same folder, got "
            f"{found}"
        )
    ((table, file),) = fitting
    _say_once(
        f"{path} holds tuned weights of the 2019 release: they are added to the shared weight "
        f"{shared:g}, for the network {table}"
    )
    return file


def _same(a: Genome, b: Genome) -> bool:
    return all(np.array_equal(np.asarray(x), np.asarray(y)) for x, y in zip(a, b, strict=True))


@cache
def _say_once(line: str) -> None:
    """Say something of a file that is read several times."""
    warn(line)
