"""The result of a sweep: a row for each setting of its grid, and a row for each run."""

import statistics
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from wann.errors import short_repr
from wann.experiments.sweep.compared import ACCURACY, MEAN, Compared, compared
from wann.experiments.sweep.plan import SweepPlan
from wann.experiments.sweep.run_states import FAILED, FINISHED, RunState
from wann.statistics import known, quartiles


class SettingRow(NamedTuple):
    """What came out at one point of the grid, over its `n` finished runs with a champion.

    Numbers are None where there is no such run.
    """

    label: str
    setting: Mapping[str, Any]  # JSON values by name
    runs: int
    n: int
    failed: int
    # Of what runs are compared by, the mean return or the accuracy: quartiles are linear between
    # order statistics
    median: float | None
    q1: float | None
    q3: float | None
    best: float | None
    # Medians; the return at random shared weights where champions were measured on fresh episodes
    random_shared: float | None
    connections: float | None
    seconds: float | None  # of work
    accuracy: float | None = None  # median, of classifiers


class RunRow(NamedTuple):
    """How one run stands, and what came out of it."""

    run: str  # its name
    label: str  # of its setting
    setting: Mapping[str, Any]  # JSON values by name
    seed: int
    state: str
    generations: int
    # What runs are compared by: on fresh episodes, where the champion was measured on such
    mean: float | None
    confirmed: float | None  # the champion's mean on held-out episodes
    random_shared: float | None
    connections: int | None
    seconds: float | None  # of work
    attempts: int
    digest: str | None
    error: str | None
    accuracy: float | None = None  # a classifying champion's, on validation examples


class SweepSummary(NamedTuple):
    """Everything that came out of a sweep so far."""

    sweep: str  # the folder or URL, as the user gave it
    finished: bool
    settings: list[SettingRow]
    runs: list[RunRow]
    compared: Compared = Compared()

    def __repr__(self) -> str:
        return short_repr(self)

    def to_json(self) -> dict[str, Any]:
        """Return the summary as JSON values."""
        return {
            "sweep": self.sweep,
            "finished": self.finished,
            "settings": [row._asdict() for row in self.settings],
            "runs": [row._asdict() for row in self.runs],
            **(self.compared._asdict() if self.compared.why else {}),
        }


def summarise(sweep: str, plan: SweepPlan, states: Sequence[RunState]) -> SweepSummary:
    """Return the summary of a sweep whose runs are in these states, in the order of the plan."""
    by = compared(plan)
    return SweepSummary(
        sweep,
        all(state.state == FINISHED for state in states),
        summarise_settings(plan, states),
        describe_runs(states, by.by),
        by,
    )


def summarise_settings(plan: SweepPlan, states: Sequence[RunState]) -> list[SettingRow]:
    """Return a row for each setting of the grid."""
    rows, by = [], compared(plan).by
    for setting in plan.settings:
        of_setting = [state for state in states if state.run.setting is setting]
        found = [state for state in of_setting if state.mean is not None]
        means = known(_worth(state, by) for state in found)
        q1, median, q3 = quartiles(means) if means else (None, None, None)
        rows.append(
            SettingRow(
                label=setting.label,
                setting=_json_values(setting.shown),
                runs=len(of_setting),
                n=len(found),
                failed=sum(state.state == FAILED for state in of_setting),
                median=median,
                q1=q1,
                q3=q3,
                best=max(means, default=None),
                random_shared=_median([state.random_shared for state in found]),
                connections=_median([state.connections for state in found]),
                seconds=_median([state.seconds for state in found]),
                accuracy=_median([state.accuracy for state in found]),
            )
        )
    return rows


def describe_runs(states: Sequence[RunState], by: str = MEAN) -> list[RunRow]:
    """Return a row for each run, and what it is compared by."""
    return [
        RunRow(
            run=state.run.name,
            label=state.run.setting.label,
            setting=_json_values(state.run.setting.shown),
            seed=state.run.config.seed,
            state=state.state,
            generations=state.generation,
            mean=_worth(state, by),
            confirmed=state.best,
            random_shared=state.random_shared,
            connections=state.connections,
            seconds=state.seconds,
            attempts=state.attempt,
            digest=state.digest,
            error=state.error,
            accuracy=state.accuracy,
        )
        for state in states
    ]


def csv_rows(rows: Sequence[SettingRow] | Sequence[RunRow]) -> list[dict[str, Any]]:
    """Return rows for `as_csv`, with each setting of the grid as a column of its own."""
    return [
        {
            name: value
            for key, entry in row._asdict().items()
            for name, value in (entry if key == "setting" else {key: entry}).items()
        }
        for row in rows
    ]


def _worth(state: RunState, by: str) -> float | None:
    """Return what a run is compared by; None where it is not finished or has no champion."""
    return state.accuracy if by == ACCURACY and state.mean is not None else state.mean


def _json_values(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in values.items()
    }


def _median(values: Sequence[float | None]) -> float | None:
    present = known(values)
    return statistics.median(present) if present else None
