"""What is compared: champions, contestants, seeds, and how they are made and measured.

Three kinds of rows (`ComparisonPlan.jobs`), each with a label, a contestant and a seed:

- of the table: the label is that of a champion, and contestants have its size;
- at a point (`points`): the label is that of a smaller network of a champion's run, NAME-at-SIZE,
  and contestants have its size;
- at a budget (`budgets`): contestants that are made to a size alone have the label budget-SIZE, and
  belong to all champions alike; the grown network that is nearest below the budget, and contestants
  made of it, have that network's label, which `budgets` names for each champion (`family` has all
  labels in a champion's curves).

The last two kinds only stand in curves (`is_only_in_curves`). Contestants that are made to a size
alone are made once for all champions of one size, but each champion has its row, with the same
numbers in it: between champions, such rows are no repeats (`units_of` says which belong together).

`origins` says for each champion from which kind of search it comes, and `groups` names what
champions have in common; both are empty for plans of before they were kept.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, NotRequired, TypedDict

from wann import own
from wann.config import DRAWS_VERSION, Making, make_config
from wann.errors import UserError
from wann.experiments.comparison.contestants.make import (
    DENSE,
    GROWN,
    drawn_by_chance,
    is_of_a_champion,
)
from wann.experiments.comparison.labels import budget_label
from wann.experiments.comparison.origins import Origin, OriginShape, groups_of
from wann.own.sources import changed_code, digests_of_code
from wann.reading import shaped
from wann.tasks.spec import code_in


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
    # Where each champion comes from, by label
    origins: Mapping[str, Origin] = field(default_factory=dict)
    # For each budget the label of the network that a champion has there, by that of the champion
    budgets: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    # The digests of networks that only stand at budgets, by label
    nearest: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()  # a line for each sweep that was not finished when it was given
    # A digest of the code behind each name of the user's own
    sources: Mapping[str, str] = field(default_factory=dict)

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

    @property
    def groups(self) -> dict[str, str]:
        """The name of each champion's group, by its label: repeats of one search are in one."""
        return groups_of(self.origins)

    @property
    def networks(self) -> dict[str, str]:
        """The digests of all networks that rows are made of, by label."""
        return {**self.nearest, **self.points, **self.champions}

    def family(self, label: str) -> set[str]:
        """Return the labels of all rows that stand in the curves of a champion."""
        points = {point for point in self.points if point.rpartition("-at-")[0] == label}
        at_budgets = {own[label] for own in self.budgets.values() if label in own}
        return {label} | points | at_budgets | set(map(budget_label, self.budgets))

    def entry_of(self, job: ComparisonJob) -> str:
        """Return to which of the entries a row belongs."""
        return job.name if self.names else job.champion

    def is_only_in_curves(self, job: ComparisonJob) -> bool:
        """Return whether a row is one of those that only budget curves show."""
        return job.champion not in self.champions

    def budget_of(self, job: ComparisonJob) -> int | None:
        """Return the budget for which a row is made, None where it is made for a network."""
        return next((size for size in self.budgets if budget_label(size) == job.champion), None)

    def jobs(self) -> list[ComparisonJob]:
        """Return all rows, seed by seed.

        Those of the budget curves, in which the dense parent does not stand, come last.
        """
        small = [name for name in self.contestants if name != DENSE]
        of_networks = [name for name in small if is_of_a_champion(name)]
        to_size = [name for name in small if not is_of_a_champion(name)]
        found = (
            *self._jobs(self.champions, self.contestants),
            *self._jobs(self.points, small),
            *self._jobs(self.nearest, of_networks),
            *self._jobs(map(budget_label, self.budgets), to_size),
        )
        return list(dict.fromkeys(found))

    def _jobs(self, labels: Iterable[str], names: Sequence[str]) -> list[ComparisonJob]:
        some = list(labels)
        return [
            ComparisonJob(label, name, seed)
            for seed in self.seeds
            for label in some
            for name in names
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
            for label, digest in other.networks.items()
            if self.networks.get(label, digest) != digest
        ]

    def changed_code(self, now: Mapping[str, str]) -> list[str]:
        """Return the user's own code that has other digests `now` than in this plan."""
        return [f"the contents of {name}" for name in changed_code(self.sources, now)]

    def joined(self, other: "ComparisonPlan") -> "ComparisonPlan":
        """Return this plan with the networks, contestants and seeds of another one."""
        return replace(
            self,
            champions={**self.champions, **other.champions},
            points={**self.points, **other.points},
            origins={**self.origins, **other.origins},
            budgets=_joined(self.budgets, other.budgets),
            nearest={**self.nearest, **other.nearest},
            left_out=other.left_out,
            sources={**other.sources, **self.sources},
            names=tuple(dict.fromkeys(self.names + other.names)),
            seeds=tuple(dict.fromkeys(self.seeds + other.seeds)),
            draws=self.draws if self.drawn() else other.draws,
        )

    def code(self) -> list[str]:
        """Return the names, as `module:name`, of the user's own contestants and measures."""
        return [name for name in (*self.names, *self.making.measure) if own.is_own(name)]

    def with_sources(self) -> "ComparisonPlan":
        """Return the plan with digests of all code that it names, of its task, too."""
        return replace(self, sources=digests_of_code((*self.code(), *code_in(self.task))))

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
            "origins": {label: origin.to_json() for label, origin in self.origins.items()},
            "budgets": {str(size): dict(labels) for size, labels in self.budgets.items()},
            "nearest": dict(self.nearest),
            "left_out": list(self.left_out),
            **({"sources": dict(self.sources)} if self.sources else {}),
        }

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "ComparisonPlan":
        """Return the plan that `to_dict` described; UserError on anything else."""
        shaped(content, _PlanShape, "the plan")
        try:
            return cls(
                task=content["task"],
                champions=dict(content["champions"]),
                names=tuple(content["names"]),
                seeds=tuple(map(int, content["seeds"])),
                making=make_config(content["making"], Making()),
                points=dict(content["points"]),
                # A comparison of before versions were kept has the first.
                draws=int(content.get("draws", 1)),
                origins={
                    label: Origin.from_json(origin)
                    for label, origin in content.get("origins", {}).items()
                },
                budgets={
                    int(size): dict(labels) for size, labels in content.get("budgets", {}).items()
                },
                nearest=dict(content.get("nearest", {})),
                left_out=tuple(content.get("left_out", ())),
                sources=dict(content.get("sources", {})),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise UserError(f"expected the plan of a comparison ({error!r})") from None


def _joined(
    known: Mapping[int, Mapping[str, str]], other: Mapping[int, Mapping[str, str]]
) -> dict[int, dict[str, str]]:
    """Return which networks stand at which budgets in either of two plans."""
    return {
        size: {**known.get(size, {}), **other.get(size, {})} for size in sorted({*known, *other})
    }


class _PlanShape(TypedDict):
    """A plan as its file has it."""

    task: str
    champions: dict[str, str]
    points: dict[str, str]
    names: list[str]
    seeds: list[int]
    making: dict[str, Any]
    draws: NotRequired[int]
    origins: NotRequired[dict[str, OriginShape]]
    budgets: NotRequired[dict[str, dict[str, str]]]
    nearest: NotRequired[dict[str, str]]
    left_out: NotRequired[list[str]]
    sources: NotRequired[dict[str, str]]
