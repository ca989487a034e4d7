"""The lineage of a run: a line for each ancestor of its champions and of its front.

A line says what a birth changed in its parent, and what the network earned when it was first
scored. Nodes are named by their historical marks, as in the files of networks: 0 is the bias, then
come inputs, outputs and hidden nodes.
"""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from wann.errors import UserError
from wann.reading import parse_shaped
from wann.runs.filenames import LINEAGE


class BirthRow(NamedTuple):
    """A line of lineage.jsonl; what is empty in it is left out."""

    birth: int  # its number, in the order in which genomes were born; negative in a resumed old run
    generation: int  # in which it was first scored
    parent: int | None = None  # the number of its parent's birth; None for a founder
    mean: float | None = None  # return when it was first scored, over the generation's trials
    connections: int | None = None
    nodes_added: Sequence[tuple[int, str]] = ()  # mark and activation
    nodes_removed: Sequence[int] = ()
    activations: Sequence[tuple[int, str, str]] = ()  # mark, activation before and after
    connections_added: Sequence[
        tuple[int, int]
    ] = ()  # marks of source (~mark: one step before) and target
    connections_removed: Sequence[tuple[int, int]] = ()
    champion: int | None = None  # the generation in which it became the champion
    front: bool = False  # whether the confirmed front holds it

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            name: value
            for name, value in self._asdict().items()
            if value is not False and value not in (None, (), [])
        }


def lineage_text(rows: Iterable[BirthRow]) -> str:
    """Return the content of lineage.jsonl."""
    return "".join(json.dumps(row.to_json(), allow_nan=False) + "\n" for row in rows)


def read_lineage(folder: Path) -> list[BirthRow] | None:
    """Return the lineage of a run, parents before their children; None if it recorded none.

    UserError if the file is damaged.
    """
    path = folder / LINEAGE
    if not path.is_file():
        return None
    rows: list[BirthRow] = []
    known: set[int] = set()
    for line in path.read_bytes().splitlines():
        row = BirthRow(**_fields(parse_shaped(line, BirthRow, path)))
        if row.parent is not None and row.parent not in known:
            raise UserError(
                f"{path} is damaged: expected birth {row.parent} before its child {row.birth}; "
                "remove the file to do without it"
            )
        known.add(row.birth)
        rows.append(row)
    return rows


def _fields(found: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if name in BirthRow._fields}
