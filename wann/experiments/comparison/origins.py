"""Where a champion comes from, so that a report can tell repeats of one search from other searches.

A group is the champions of searches with the same settings but for their seed: a cell of a sweep.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypedDict

from wann.activations.table import by_code
from wann.config import EVOLUTION, MIXED, RECTIFIERS, SearchConfig
from wann.experiments.comparison.contestants.contestant import Champion
from wann.runs import filenames
from wann.runs.rundir import RunDir

_OF_A_RUN = ("seed", "task")  # settings by which repeats differ, and one that all share
_ALONE = "all"  # the group of champions that differ in their seeds alone


class Origin(NamedTuple):
    """What is known of where a champion comes from."""

    connections: int  # that it has
    # The activations its hidden nodes could have: those of its search or, where that is not known,
    # those they have
    activations: tuple[str, ...]
    used: tuple[str, ...]  # the activations that its hidden nodes have
    method: str | None = None  # of its search: "evolution", "gradient"; None: it comes from no run
    seed: int | None = None  # of its search
    # The settings of its search that are not the default ones, in JSON values; seed and task left
    # out
    settings: Mapping[str, Any] = {}

    @property
    def rectifiers(self) -> bool:
        """Whether its hidden nodes could have no other activations than `RECTIFIERS`."""
        return set(self.activations) <= set(RECTIFIERS)

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        lists = {"activations": list(self.activations), "used": list(self.used)}
        return {**self._asdict(), **lists, "settings": dict(self.settings)}

    @classmethod
    def from_json(cls, content: "OriginShape") -> "Origin":
        """Return what `to_json` described."""
        return cls(
            connections=content["connections"],
            activations=tuple(content["activations"]),
            used=tuple(content["used"]),
            method=content["method"],
            seed=content["seed"],
            settings=content["settings"],
        )


class OriginShape(TypedDict):
    """An origin as the file of a plan has it."""

    connections: int
    activations: list[str]
    used: list[str]
    method: str | None
    seed: int | None
    settings: dict[str, Any]


def origin_of(champion: Champion) -> Origin:
    """Return where a champion comes from; UserError if the settings of its run are damaged."""
    network = champion.network
    codes = sorted(set(network.activation[: network.hidden].tolist()))
    used = tuple(by_code(code).name for code in codes)
    run = _run_of(champion.path)
    if run is None:
        return Origin(network.connections, used, used)
    config = RunDir.open(run).config
    standard = SearchConfig().to_dict()
    settings = {
        name: value
        for name, value in config.to_dict().items()
        if name not in _OF_A_RUN and value != standard[name]
    }
    # A parent that is agnostic by its structure has activations of its own
    chooses = config.method == EVOLUTION or config.parent == MIXED
    could = tuple(_name(text) for text in config.activations) if chooses else used
    return Origin(network.connections, could, used, config.method, config.seed, settings)


def groups_of(origins: Mapping[str, Origin]) -> dict[str, str]:
    """Return the name of each champion's group, by its label.

    It tells the settings in which the groups differ: "activations=relu,inverse,linear"; "all" where
    there are none. Networks that come from no run are in a group by the kind of their activations.
    """
    ran = [origin.settings for origin in origins.values() if origin.method is not None]
    names = sorted(
        {
            name
            for settings in ran
            for name in settings
            if any(other.get(name) != settings[name] for other in ran)
        }
    )
    return {label: _group(origin, names) for label, origin in origins.items()}


def _group(origin: Origin, names: list[str]) -> str:
    if origin.method is None:
        return "networks of rectifiers" if origin.rectifiers else "networks of mixed activations"
    standard = SearchConfig().to_dict()
    values = ((name, origin.settings.get(name, standard.get(name))) for name in names)
    return " ".join(f"{name}={_text(value)}" for name, value in values) or _ALONE


def _text(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _name(text: str) -> str:
    """Return the name of an activation, which a formula has before its equals sign."""
    return text.partition("=")[0].strip()


def _run_of(path: Path | None) -> Path | None:
    """Return the folder of the run whose champion lies at `path`, None if it is that of none."""
    if path is None:
        return None
    folder = path.parent if path.name == filenames.CHAMPION else path
    return folder if (folder / filenames.CONFIG).is_file() else None
