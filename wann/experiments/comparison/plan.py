"""What is compared: champions, contestants, seeds, and how they are made and measured."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, NotRequired, TypedDict

from wann import own
from wann.config import DRAWS_VERSION, Making, make_config
from wann.errors import UserError
from wann.experiments.comparison.contestants.contestant import Champion
from wann.experiments.comparison.contestants.make import DENSE, GROWN, drawn_by_chance
from wann.network.digest import network_digest
from wann.reading import shaped


class ComparisonJob(NamedTuple):
    """One row to be made: a contestant of the size of a champion, with a seed."""

    champion: str  # its label
    name: str  # of the contestant
    seed: int


@dataclass(frozen=True)
class ComparisonPlan:
    """A comparison: which networks, contestants and seeds there are, and how they are treated."""

    task: str  # its spec
    champions: Mapping[str, str]  # the digest of each network, by its label
    # The contestants that champions are held against; none if champions are held against each other
    names: tuple[str, ...]
    seeds: tuple[int, ...]
    making: Making
    # The digests of smaller networks of the champions' runs, by label, which only curves show
    points: Mapping[str, str] = field(default_factory=dict)
    draws: int = DRAWS_VERSION  # of the random numbers of methods

    @property
    def contestants(self) -> tuple[str, ...]:
        """The contestants of each champion: first itself, last the dense parent.

        Without names there is no parent.
        """
        if not self.names:
            return (GROWN,)
        return tuple(dict.fromkeys((GROWN, *self.names, DENSE)))

    @property
    def entries(self) -> list[str]:
        """The names of what is compared: contestants, or networks against each other."""
        return list(self.contestants if self.names else self.champions)

    @property
    def reference(self) -> str:
        """The entry that the others are held against: the grown champion, or the first network."""
        return GROWN if self.names else next(iter(self.champions))

    @property
    def unit(self) -> str:
        """What pairs are made of: "champion" where others are held against several, else "seed"."""
        return "champion" if self.names and len(self.champions) > 1 else "seed"

    def entry_of(self, job: ComparisonJob) -> str:
        """Return to which of the entries a row belongs."""
        return job.name if self.names else job.champion

    def unit_of(self, job: ComparisonJob) -> str | int:
        """Return to which unit a row belongs: the label of a champion, or a seed."""
        return job.champion if self.unit == "champion" else job.seed

    def is_only_in_curves(self, job: ComparisonJob) -> bool:
        """Return whether a row is one of those that only budget curves show."""
        return job.champion in self.points

    def jobs(self) -> list[ComparisonJob]:
        """Return all rows, seed by seed.

        Those of the budget curves, in which the dense parent does not stand, come last.
        """
        table = [
            ComparisonJob(label, name, seed)
            for seed in self.seeds
            for label in self.champions
            for name in self.contestants
        ]
        small = [name for name in self.contestants if name != DENSE]
        return table + [
            ComparisonJob(label, name, seed)
            for seed in self.seeds
            for label in self.points
            for name in small
        ]

    def differing(self, other: "ComparisonPlan") -> list[str]:
        """Return the settings that keep rows of `other` from standing beside those of this plan."""
        differing = [
            name for name in ("task", "making") if getattr(self, name) != getattr(other, name)
        ]
        if bool(self.names) != bool(other.names):
            differing.append("against")
        return differing + [
            f"network {label}"
            for label, digest in (*other.champions.items(), *other.points.items())
            if {**self.champions, **self.points}.get(label, digest) != digest
        ]

    def joined(self, other: "ComparisonPlan") -> "ComparisonPlan":
        """Return this plan with the networks, contestants and seeds of another one."""
        return replace(
            self,
            champions={**self.champions, **other.champions},
            points={**self.points, **other.points},
            names=tuple(dict.fromkeys(self.names + other.names)),
            seeds=tuple(dict.fromkeys(self.seeds + other.seeds)),
            draws=self.draws if self.drawn() else other.draws,
        )

    def code(self) -> list[str]:
        """Return the names, as `module:name`, of the user's own contestants and measures."""
        return [name for name in (*self.names, *self.making.measure) if own.is_own(name)]

    def drawn(self) -> list[str]:
        """Return the contestants that draw their connections in another version than rows do now.

        There are none where the rows are of this version.
        """
        return [] if self.draws == DRAWS_VERSION else drawn_by_chance(self.names)

    def to_dict(self) -> dict[str, Any]:
        """Return the plan as JSON values."""
        return {
            "task": self.task,
            "champions": dict(self.champions),
            "points": dict(self.points),
            "names": list(self.names),
            "seeds": list(self.seeds),
            "making": self.making.to_dict(),
            "draws": self.draws,
        }

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "ComparisonPlan":
        """Return the plan that `to_dict` described; UserError on anything else."""
        shaped(content, _PlanShape, "the plan")
        try:
            making = make_config(content["making"], Making())
            names, seeds = tuple(content["names"]), tuple(map(int, content["seeds"]))
            networks = dict(content["champions"]), dict(content["points"])
            # A comparison of before versions were kept has the first.
            draws = int(content.get("draws", 1))
            return cls(content["task"], networks[0], names, seeds, making, networks[1], draws)
        except (KeyError, TypeError, ValueError) as error:
            raise UserError(f"expected the plan of a comparison ({error!r})") from None


class _PlanShape(TypedDict):
    """A plan as its file has it."""

    task: str
    champions: dict[str, str]
    points: dict[str, str]
    names: list[str]
    seeds: list[int]
    making: dict[str, Any]
    draws: NotRequired[int]


def make_plan(
    task: str,
    champions: Sequence[Champion],
    names: Sequence[str],
    seeds: Sequence[int],
    making: Making,
    points: Sequence[Champion] = (),
) -> ComparisonPlan:
    """Return the plan of a comparison.

    Args:
        task: The spec of the task.
        champions: The networks that are compared, or that contestants are held against.
        names: Of the contestants; none if the networks are held against each other.
        seeds: With which every contestant is made and measured.
        making: How contestants are made and measured.
        points: Smaller networks of the champions' runs, for budget curves.
    """
    digests, of_points = (
        {one.label: network_digest(one.network, one.weights) for one in some}
        for some in (champions, points)
    )
    return ComparisonPlan(task, digests, tuple(names), tuple(seeds), making, of_points)
