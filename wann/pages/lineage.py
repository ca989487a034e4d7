"""The line of a champion in words: what each birth changed, and what that was worth."""

from collections.abc import Mapping, Sequence
from typing import Any

from wann.runs.lineage import BirthRow

_MOST_WORDS = 6  # changes of one birth that are told one by one


def line_to(rows: Sequence[BirthRow], number: int) -> list[BirthRow]:
    """Return the births from the founder to the birth `number`, the founder first.

    `rows` are those of a run. KeyError if `number` is not among them.
    """
    by_number = {row.birth: row for row in rows}
    line = [by_number[number]]
    while line[-1].parent is not None:
        line.append(by_number[line[-1].parent])
    return line[::-1]


def line_data(
    line: Sequence[BirthRow], inputs: Sequence[str], outputs: Sequence[str]
) -> list[dict[str, Any]]:
    """Return JSON values of the births of a line, as web/lineage.js reads them.

    Births that changed nothing that is computed are left out; what a birth earned more than its
    parent is `gain`, null where one of the two is not known. Hidden nodes are numbered in the order
    in which the line got them.
    """
    names = dict(enumerate(["bias", *inputs, *outputs]))
    found: list[dict[str, Any]] = []
    before: BirthRow | None = None
    for row in line:
        for mark, _ in row.nodes_added:
            names.setdefault(mark, f"node {len(names) - len(inputs) - len(outputs)}")
        told = what_changed(row, names) if before else [_beginning(row)]
        if told:
            found.append(
                {
                    "generation": row.generation,
                    "connections": row.connections,
                    "mean": row.mean,
                    "gain": gain_of(row, before),
                    "told": told,
                    "champion": row.champion,
                }
            )
        before = row
    return found


def what_changed(row: BirthRow, names: Mapping[int, str]) -> list[str]:
    """Return in words what a birth changed; empty where the network computes the same.

    `names` are those of nodes, by their marks.
    """

    def name(mark: int) -> str:
        if mark < 0:
            return f"{name(~mark)} one step before"
        return names.get(mark, f"node of mark {mark}")

    # In a file pairs are lists
    added = [(a, b) for a, b in row.connections_added]
    removed = [(a, b) for a, b in row.connections_removed]
    told = []
    for mark, activation in row.nodes_added:
        split = next(
            ((a, b) for a, b in removed if (a, mark) in added and (mark, b) in added), None
        )
        if split is None:
            told.append(f"adds {name(mark)} ({activation})")
            continue
        a, b = split
        told.append(f"splits {name(a)} → {name(b)} by {name(mark)} ({activation})")
        removed.remove(split)
        added = [pair for pair in added if pair not in ((a, mark), (mark, b))]
    told += [f"{name(mark)}: {new} instead of {old}" for mark, old, new in row.activations]
    told += [f"removes {name(mark)} with its connections" for mark in row.nodes_removed]
    gone = set(row.nodes_removed)
    removed = [(a, b) for a, b in removed if gone.isdisjoint((a if a >= 0 else ~a, b))]
    told += [f"adds {name(a)} → {name(b)}" for a, b in added]
    told += [f"removes {name(a)} → {name(b)}" for a, b in removed]
    if len(told) > _MOST_WORDS:
        return [*told[:_MOST_WORDS], f"and {len(told) - _MOST_WORDS} changes more"]
    return told


def gain_of(row: BirthRow, parent: BirthRow | None) -> float | None:
    """Return what a birth earned more than its parent, None where that is not known."""
    if parent is None or parent.mean is None or row.mean is None:
        return None
    return row.mean - parent.mean


def _beginning(row: BirthRow) -> str:
    if row.generation == 0:
        return "a network of the first generation"
    return "what came before is not known: the run was resumed, and had not recorded it"
