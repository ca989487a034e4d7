"""Who descends from whom in a run, as its checkpoint and its file of births keep it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from wann.activations.table import by_code
from wann.evolution.birth import Birth, from_rows, line_of, settle, to_rows
from wann.evolution.front import Confirmed
from wann.files import finite
from wann.runs.lineage import BirthRow


class Ancestries(NamedTuple):
    """The births that a search goes on from, with all their ancestors."""

    population: list[Birth]
    front: list[Birth | None]  # of the members; None where it is not known
    champions: list[tuple[int, Birth]]  # each champion so far, with its generation

    def to_json(self) -> dict[str, Any]:
        """Return JSON values, from which `from_json` returns equal births."""
        known = [birth for birth in self.front if birth]
        named = [birth for _, birth in self.champions]
        return {
            "births": to_rows([*self.population, *known, *named]),
            "population": [birth.number for birth in self.population],
            "front": [birth.number if birth else None for birth in self.front],
            "champions": [[generation, birth.number] for generation, birth in self.champions],
        }

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> "Ancestries":
        """Return what `to_json` was of; KeyError, TypeError or ValueError where it is none."""
        births = from_rows(saved["births"])
        return cls(
            [births[number] for number in saved["population"]],
            [None if number is None else births[number] for number in saved["front"]],
            [(generation, births[number]) for generation, number in saved["champions"]],
        )


def birth_rows(
    champions: Sequence[tuple[int, Birth]], front: Iterable[Confirmed]
) -> list[BirthRow]:
    """Return the rows of all ancestors of a run's champions and of its front.

    They are settled by it. Parents stand before their children.
    """
    became = {birth.number: generation for generation, birth in champions}
    members = [member.birth for member in front if member.birth]
    kept = {birth.number for birth in members}
    found: dict[int, Birth] = {}
    for birth in [*(birth for _, birth in champions), *members]:
        settle([birth])
        found |= {ancestor.number: ancestor for ancestor in line_of(birth)}
    ordered = sorted(found.values(), key=lambda birth: (birth.generation, birth.number))
    return [_row(birth, became.get(birth.number), birth.number in kept) for birth in ordered]


def _row(birth: Birth, champion: int | None, front: bool) -> BirthRow:
    row = BirthRow(
        birth.number,
        birth.generation,
        birth.parent.number if birth.parent else None,
        finite(birth.mean),
        birth.connections,
        champion=champion,
        front=front,
    )
    if birth.changes is None:
        return row
    added, removed, changed, joined, parted = birth.changes
    return row._replace(
        nodes_added=[(node, by_code(code).name) for node, code in added],
        nodes_removed=removed,
        activations=[(node, by_code(old).name, by_code(new).name) for node, old, new in changed],
        connections_added=joined,
        connections_removed=parted,
    )
