"""The rows of a comparison: what was measured of one contestant, or why it could not be made.

Rows are JSON in files, and these types everywhere else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, NotRequired, TypedDict

from wann.errors import short_repr
from wann.experiments.comparison.contestants.cells import Cell
from wann.experiments.comparison.plan import ComparisonJob
from wann.network.latency import Latency
from wann.network.structure import Structure
from wann.reading import shaped


class MeasuredCondition(NamedTuple):
    """What a contestant earns under one weight condition."""

    mean: float | None  # None if it is no finite number
    # What else is known of the measure, in JSON values, which only the file of the row shows: its
    # spread, its interval, how weights were tuned.
    details: Mapping[str, Any]

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "MeasuredCondition":
        """Return what `to_json` described."""
        details = dict(content)
        return cls(details.pop("mean"), details)

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {"mean": self.mean, **self.details}


class ProfilePoint(NamedTuple):
    """What a contestant earns with one shared weight."""

    weight: float
    mean: float | None  # None if it is no finite number, like the next one
    sd: float | None


class Profiles(NamedTuple):
    """What a contestant earns over the shared weight, without signs and with them."""

    signs: str  # where they come from: "own" weights or "tuned" ones
    plain: tuple[ProfilePoint, ...]
    signed: tuple[ProfilePoint, ...]


class _RowShape(TypedDict):
    """A row as its file has it."""

    champion: str
    name: str
    seed: int
    task: str
    about: str
    budget: int
    conditions: dict[str, "_ConditionShape"]
    signs: NotRequired[str]
    profile: NotRequired[list[ProfilePoint]]
    signed_profile: NotRequired[list[ProfilePoint]]
    structure: dict[str, int | str]
    latency: list[Latency]
    cost: dict[str, float | None]
    seconds: float
    measures: NotRequired[dict[str, float]]
    cell: NotRequired[list[str]]


class _ConditionShape(TypedDict):
    """What a row's file says of a condition, besides details that only the report shows."""

    mean: float | None


@dataclass(frozen=True)
class ComparisonRow:
    """All that was measured of one contestant of the size of a champion, with one seed."""

    job: ComparisonJob
    task: str  # its spec
    about: str  # how the contestant was made, in a sentence
    budget: int  # connections of the champion
    conditions: Mapping[str, MeasuredCondition]  # by the names in `wann.config.conditions`
    profiles: Profiles | None  # None for rows that only budget curves show
    structure: Structure
    latencies: tuple[Latency, ...]
    cost: Mapping[str, float]  # of finding the contestant, as far as it is known
    seconds: float  # that making and measuring took
    measures: Mapping[str, float] = field(default_factory=dict)  # further ones, by name
    cell: Cell | None = None  # of the table of factors, where a user's own contestant declares it

    def __repr__(self) -> str:
        return short_repr(self)

    def mean(self, condition: str) -> float | None:
        """Return what the network earns under a condition, None where that is not known."""
        found = self.conditions.get(condition)
        return found.mean if found else None

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "ComparisonRow":
        """Return the row that `to_json` described; ValueError on anything else."""
        shaped(content, _RowShape, "the row")
        try:
            structure = {**content["structure"], "paths": int(content["structure"]["paths"])}
            conditions = content["conditions"].items()
            return cls(
                job=ComparisonJob(content["champion"], content["name"], content["seed"]),
                task=content["task"],
                about=content["about"],
                budget=content["budget"],
                conditions={name: MeasuredCondition.from_json(found) for name, found in conditions},
                profiles=_profiles_from_json(content),
                structure=Structure(**structure),
                latencies=tuple(Latency(**latency) for latency in content["latency"]),
                cost=content["cost"],
                seconds=content["seconds"],
                measures=content.get("measures", {}),
                cell=Cell(*content["cell"]) if "cell" in content else None,
            )
        except (KeyError, TypeError) as error:
            raise ValueError(f"expected the row of a comparison ({error!r})") from None

    def to_json(self) -> dict[str, Any]:
        """Return JSON values, with what cannot be measured left out."""
        return {
            **self.job._asdict(),
            "task": self.task,
            "about": self.about,
            "budget": self.budget,
            "conditions": {name: found.to_json() for name, found in self.conditions.items()},
            **_profiles_to_json(self.profiles),
            "structure": self.structure.to_dict(),
            "latency": [latency._asdict() for latency in self.latencies],
            "cost": dict(self.cost),
            "seconds": self.seconds,
            **({"measures": dict(self.measures)} if self.measures else {}),
            **({"cell": list(self.cell)} if self.cell else {}),
        }


class Failure(NamedTuple):
    """A row that could not be made when it was tried last."""

    job: ComparisonJob
    error: str

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {**self.job._asdict(), "error": self.error}


def _profiles_from_json(content: Mapping[str, Any]) -> Profiles | None:
    if "profile" not in content:
        return None
    plain, signed = (
        tuple(ProfilePoint(**point) for point in content[name])
        for name in ("profile", "signed_profile")
    )
    return Profiles(content["signs"], plain, signed)


def _profiles_to_json(profiles: Profiles | None) -> dict[str, Any]:
    if profiles is None:
        return {}
    return {
        "signs": profiles.signs,
        "profile": [point._asdict() for point in profiles.plain],
        "signed_profile": [point._asdict() for point in profiles.signed],
    }
