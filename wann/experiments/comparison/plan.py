"""What is compared: champions, contestants, seeds, and how they are made and measured."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from numpy.typing import NDArray

from wann.config import make_config
from wann.errors import UserError
from wann.experiments.comparison.contestants.contestant import Champion, Making
from wann.experiments.comparison.contestants.contestants import DENSE, GROWN


class Job(NamedTuple):
    """One row: a contestant of the size of a champion, with a seed."""

    champion: str  # its label
    name: str
    seed: int


@dataclass(frozen=True)
class Plan:
    """A comparison."""

    task: str
    champions: Mapping[str, str]  # label: digest of the network
    names: tuple[str, ...]  # what champions are held against; none: against each other
    seeds: tuple[int, ...]
    making: Making
    # Smaller networks of the runs, for curves: label, digest
    points: Mapping[str, str] = field(default_factory=dict)

    @property
    def contestants(self) -> tuple[str, ...]:
        """The contestants of each champion, itself first.

        The unpruned parent last, where there are others.
        """
        if not self.names:
            return (GROWN,)
        return tuple(dict.fromkeys((GROWN, *self.names, DENSE)))

    def jobs(self) -> list[Job]:
        """Return all rows, seed by seed.

        Those of the curves, where the unpruned parent has no place, come last.
        """
        table = [
            Job(label, name, seed)
            for seed in self.seeds
            for label in self.champions
            for name in self.contestants
        ]
        small = [name for name in self.contestants if name != DENSE]
        return table + [
            Job(label, name, seed) for seed in self.seeds for label in self.points for name in small
        ]

    def check_same(self, other: "Plan") -> None:
        """Raise UserError unless rows of `other` can stand beside those of this plan."""
        differing = [
            name for name in ("task", "making") if getattr(self, name) != getattr(other, name)
        ]
        if bool(self.names) != bool(other.names):
            differing.append("against")
        differing += [
            f"network {label}"
            for label, digest in (*other.champions.items(), *other.points.items())
            if {**self.champions, **self.points}.get(label, digest) != digest
        ]
        if differing:
            raise UserError(
                f"it holds a comparison of other settings ({', '.join(differing)} differ)"
            )

    def joined(self, other: "Plan") -> "Plan":
        """Return this plan with the networks, contestants and seeds of another one."""
        return replace(
            self,
            champions={**self.champions, **other.champions},
            points={**self.points, **other.points},
            names=tuple(dict.fromkeys(self.names + other.names)),
            seeds=tuple(dict.fromkeys(self.seeds + other.seeds)),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the plan as JSON values."""
        return {
            "task": self.task,
            "champions": dict(self.champions),
            "points": dict(self.points),
            "names": list(self.names),
            "seeds": list(self.seeds),
            "making": self.making.to_dict(),
        }

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "Plan":
        """Return the plan that `to_dict` described; UserError on anything else."""
        try:
            making = make_config(content["making"], Making())
            names, seeds = tuple(content["names"]), tuple(map(int, content["seeds"]))
            networks = dict(content["champions"]), dict(content["points"])
            return cls(content["task"], networks[0], names, seeds, making, networks[1])
        except (KeyError, TypeError, ValueError) as error:
            raise UserError(f"expected the plan of a comparison ({error!r})") from None


def make_plan(
    task: str,
    champions: Sequence[Champion],
    names: Sequence[str],
    seeds: Sequence[int],
    making: Making,
    points: Sequence[Champion] = (),
) -> Plan:
    """Return the plan of a comparison; `points` are smaller networks for its curves."""
    digests, of_points = (
        {one.label: digest_of(one) for one in some} for some in (champions, points)
    )
    return Plan(task, digests, tuple(names), tuple(seeds), making, of_points)


def digest_of(champion: Champion) -> str:
    """Return a digest of a champion's structure and weights."""
    network = champion.network
    parts: list[NDArray[Any]] = [network.activation, network.edge_start, network.source]
    parts += [] if champion.weights is None else [champion.weights]
    return hashlib.sha256(b"".join(part.tobytes() for part in parts)).hexdigest()[:16]
