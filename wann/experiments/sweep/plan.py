"""The plan of a sweep: which settings, which seeds, and what each run is called.

A sweep is a base of settings, a grid of alternatives to some of them, and seeds; its runs are all
combinations.
"""

import dataclasses
import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any, NamedTuple, NotRequired, TypedDict

from wann.config import SearchConfig, make_config
from wann.config.own_data import as_before, settings_named_in
from wann.errors import UserError
from wann.experiments.sweep.filenames import PLAN
from wann.experiments.sweep.grid import check_parts
from wann.files import as_file_name
from wann.jobs.plan_files import Files
from wann.reading import shaped
from wann.runs.moved_data import located
from wann.tasks.named_settings import TASK

_MOST_RUNS = 10_000
# Letters of a value in the name of a folder; values with longer texts are numbered instead.
_LONGEST = 40


class Setting(NamedTuple):
    """One point of the grid."""

    label: str  # "population=256,ranking=nsga2", fit for a file name; "all" where there is no grid
    values: dict[str, Any]  # of settings of the search
    shown: dict[str, Any]  # the same, but of a task that was composed what it was composed of


class PlannedRun(NamedTuple):
    """One search of a sweep."""

    name: str  # of its folder
    setting: Setting
    config: SearchConfig


@dataclass(frozen=True)
class SweepPlan:
    """What a sweep runs. UserError if a combination of its settings is none that a search takes."""

    base: SearchConfig
    grid: Mapping[str, tuple[Any, ...]]
    seeds: tuple[int, ...]
    # Seed of the episodes on which champions are measured afterwards; None: they are not
    evaluate: int | None = None
    # What each task of the grid was composed of, where settings of environments or data are in it
    parts: tuple[Mapping[str, Any], ...] = ()

    def __post_init__(self) -> None:
        count = math.prod(map(len, self.grid.values())) * len(self.seeds)
        if count > _MOST_RUNS:
            raise UserError(f"the sweep has {count:,} runs: expected at most {_MOST_RUNS:,}")
        _ = self.runs  # makes, and so checks, the settings of every run

    @cached_property
    def settings(self) -> list[Setting]:
        """The points of the grid, the last setting varying fastest."""
        texts = {name: self._labels(name) for name in self.grid}
        points = itertools.product(
            *([(name, i) for i in range(len(values))] for name, values in self.grid.items())
        )
        return [
            Setting(
                ",".join(texts[name][i] for name, i in point) or "all",
                {name: self.grid[name][i] for name, i in point},
                {key: value for name, i in point for key, value in self._shown(name, i).items()},
            )
            for point in points
        ]

    def _shown(self, name: str, number: int) -> Mapping[str, Any]:
        if name == TASK and self.parts:
            return self.parts[number]
        return {name: self.grid[name][number]}

    def _labels(self, name: str) -> list[str]:
        """Return what each alternative of a setting is called, as `population=256`."""
        if name != TASK or not self.parts:
            return [f"{name}={text}" for text in _labels(self.grid[name])]
        found = []
        for key in self.parts[0]:
            values = list(dict.fromkeys(part[key] for part in self.parts))
            texts = dict(zip(values, _labels(values), strict=True))
            found.append([f"{key}={texts[part[key]]}" for part in self.parts])
        return [",".join(texts) for texts in zip(*found, strict=True)]

    @cached_property
    def runs(self) -> list[PlannedRun]:
        """Every run, setting by setting."""
        return [
            PlannedRun(
                f"{setting.label},seed={seed}" if self.grid else f"seed={seed}",
                setting,
                self._config(setting, seed),
            )
            for setting in self.settings
            for seed in self.seeds
        ]

    def _config(self, setting: Setting, seed: int) -> SearchConfig:
        try:
            return dataclasses.replace(self.base, **setting.values, seed=seed)
        except UserError as error:
            raise UserError(f"{setting.label}: {error}" if self.grid else str(error)) from None

    def to_dict(self) -> dict[str, Any]:
        """Return the plan as JSON values."""
        settings = {
            name: value
            for name, value in self.base.to_dict().items()
            if name not in {"seed", *self.grid}
        }
        grid = {
            name: [list(v) if isinstance(v, tuple) else v for v in values]
            for name, values in self.grid.items()
        }
        return {
            "settings": settings,
            "grid": grid,
            "seeds": list(self.seeds),
            "evaluate": self.evaluate,
            **({"parts": list(map(dict, self.parts))} if self.parts else {}),
        }

    @classmethod
    def read(cls, files: Files) -> "SweepPlan":
        """Return the plan of the sweep in a store; UserError if there is none, or damage."""
        return PLAN.read(files, partial(cls.kept_in, files))

    @classmethod
    def find(cls, files: Files) -> "SweepPlan | None":
        """Return the plan of the sweep in a store, None where one can be begun."""
        return PLAN.find(files, partial(cls.kept_in, files))

    @classmethod
    def kept_in(cls, files: Files, content: Mapping[str, Any]) -> "SweepPlan":
        """Return the plan that `to_keep_in` described; UserError on anything else."""
        plan = cls.from_dict(content)
        task = located(plan.base.task, Path(files.where()))
        return dataclasses.replace(plan, base=dataclasses.replace(plan.base, task=task))

    def as_before(self, known: "SweepPlan") -> "SweepPlan":
        """Return the plan as an earlier version had it, which made the `known` one of it."""
        task = as_before(self.base.task, known.base.task)
        return dataclasses.replace(self, base=dataclasses.replace(self.base, task=task))

    def to_keep_in(self, files: Files) -> dict[str, Any]:
        """Return the plan as JSON values for a store, in which data may lie."""
        content = self.to_dict()
        settings = settings_named_in(content["settings"], Path(files.where()))
        return {**content, "settings": settings}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "SweepPlan":
        """Return the plan that `to_dict` described; UserError on anything else."""
        shaped(content, _PlanShape, "the plan")
        try:
            grid = {
                name: tuple(tuple(v) if isinstance(v, list) else v for v in values)
                for name, values in content["grid"].items()
            }
            base = make_config(
                {**content["settings"], **{name: values[0] for name, values in grid.items()}}
            )
            parts = tuple(content.get("parts", ()))
            if parts:
                check_parts(parts, grid.get(TASK, ()))
            return cls(base, grid, tuple(map(int, content["seeds"])), content["evaluate"], parts)
        except (KeyError, IndexError, TypeError, AttributeError) as error:
            raise UserError(f"expected settings, grid and seeds of a sweep ({error!r})") from None


class _PlanShape(TypedDict):
    """A plan as its file has it."""

    settings: dict[str, Any]
    grid: dict[str, list[Any]]
    seeds: list[int]
    evaluate: int | None
    parts: NotRequired[list[dict[str, bool | int | float | str]]]


def _labels(values: Sequence[Any]) -> list[str]:
    """Return a short text for each value; they differ, and any file system takes them in a name."""
    texts = [as_file_name(_text(value), "_", ascii_only=True).strip("_") for value in values]
    if len({text.lower() for text in texts}) < len(texts) or any(
        not 0 < len(text) <= _LONGEST for text in texts
    ):
        return [f"{i}of{len(values)}" for i in range(1, len(values) + 1)]
    return texts


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        return "_".join(map(_text, value))
    return f"{value:.12g}" if isinstance(value, float) else str(value)
