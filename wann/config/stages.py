"""Stages of a search: what generations are scored on, changed on the way.

A stage is written as the share of the generations after which it begins, and settings that hold
from there on: `0.5 episodes=6 search_steps=none`.
"""

import dataclasses
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from wann.config.numbers import Bounds, parse_number
from wann.config.settings import parse_setting
from wann.config.tasks import EnvironmentSettings
from wann.errors import UserError, in_short, unknown

# Settings of the search that a stage may change, and those of the environment
OF_SCORING = ("weights", "weight_series", "strata", "episodes", "race_episodes", "race_share")
OF_EPISODES = ("search_steps", "stuck_steps")
STAGED = (*OF_SCORING, *OF_EPISODES)
_NEVER = "none"  # of OF_EPISODES: an episode is not cut there
_SHARES = Bounds(0, math.nextafter(1, 0))
_FORM = "a share of the generations and settings, such as '0.5 episodes=6'"

Entries = Iterable["dataclasses.Field[Any]"]


class Stage(NamedTuple):
    """What holds from a generation on."""

    share: float  # of the generations: as many come before it
    scoring: dict[str, Any]  # settings of the search, by name
    episodes: dict[str, int | None]  # of the environment

    def begins(self, generations: int) -> int:
        """Return the first generation of the stage in a search of so many: the last, at latest."""
        return min(round(self.share * generations), generations - 1)


def parse_stages(texts: Sequence[str], entries: Entries) -> list[Stage]:
    """Return the stages that `texts` are, each with what those before it have set.

    `entries` are the fields of the settings of a search. UserError where a text cannot be read,
    or the stages are not in their order.
    """
    known = {e.name: e for e in entries if e.name in OF_SCORING}
    known |= {e.name: e for e in dataclasses.fields(EnvironmentSettings) if e.name in OF_EPISODES}
    stages: list[Stage] = []
    for text in texts:
        share, given = _parse(text, known)
        if stages and share <= stages[-1].share:
            raise UserError(
                f"stage: expected shares that grow, got {share:g} after {stages[-1].share:g}"
            )
        scoring, episodes = (
            {name: value for name, value in given.items() if name in names}
            for names in (OF_SCORING, OF_EPISODES)
        )
        if "episodes" in scoring:
            scoring["episodes_last"] = 0  # their number grows no more
        if stages:
            scoring, episodes = stages[-1].scoring | scoring, stages[-1].episodes | episodes
        stages.append(Stage(share, scoring, episodes))
    return stages


def stage_texts(given: Any) -> tuple[str, ...]:
    """Return stages as texts, the form in which settings and files hold them.

    In Python they may also be a mapping of shares to mappings of settings. UserError on anything
    else.
    """
    if isinstance(given, Mapping):
        return tuple(_text(share, settings) for share, settings in given.items())
    if isinstance(given, str):
        return (given,)
    if isinstance(given, tuple | list) and all(isinstance(text, str) for text in given):
        return tuple(given)
    raise UserError(
        "stage: expected a mapping of shares to settings, such as {0.5: {'episodes': 6}}, got "
        f"{in_short(given)}"
    )


def without(texts: Sequence[str], names: Collection[str]) -> tuple[str, ...]:
    """Return stages that leave the settings called `names` as they are; those of no other go."""
    kept = []
    for text in texts:
        share, *settings = text.split()
        left = [said for said in settings if said.partition("=")[0] not in names]
        if left:
            kept.append(" ".join([share, *left]))
    return tuple(kept)


def changed(texts: Sequence[str]) -> set[str]:
    """Return the names of the settings that stages change."""
    return {said.partition("=")[0] for text in texts for said in text.split()[1:]}


def _parse(
    text: str, known: Mapping[str, "dataclasses.Field[Any]"]
) -> tuple[float, dict[str, Any]]:
    """Return the share and the settings of a stage, by name."""
    share, *settings = text.split() or [""]
    if not settings:
        raise UserError(f"stage: expected {_FORM}, got {in_short(text)}")
    try:
        begins = parse_number(share)
    except UserError:
        raise UserError(f"stage: expected {_FORM}, got {in_short(text)}") from None
    if not _SHARES.hold(begins):
        raise UserError(
            f"stage: expected a share of the generations, from 0 to less than 1, got {begins:g}"
        )
    given: dict[str, Any] = {}
    for said in settings:
        name, equals, value = said.partition("=")
        if not equals:
            raise UserError(f"stage: expected {_FORM}, got {in_short(said)} in {in_short(text)}")
        if name not in known:
            raise unknown("setting that a stage changes", name, STAGED)
        if name in given:
            raise UserError(f"stage: expected different settings, got {name} twice")
        given[name] = _value(known[name], value)
    return begins, given


def _value(entry: "dataclasses.Field[Any]", text: str) -> Any:
    if entry.name in OF_EPISODES and text == _NEVER:
        return None
    try:
        return parse_setting(entry, text)
    except UserError as error:
        raise UserError(f"stage: {entry.name}: {error}") from None


def _text(share: object, settings: object) -> str:
    if not isinstance(settings, Mapping):
        raise UserError(
            "stage: expected the settings of a stage by their names, such as {'episodes': 6}, got "
            f"{in_short(settings)}"
        )
    return " ".join([str(share), *(f"{name}={_written(v)}" for name, v in settings.items())])


def _written(value: object) -> str:
    if value is None:
        return _NEVER
    if isinstance(value, Iterable) and not isinstance(value, str | bytes):
        return ",".join(map(str, value))
    return str(value)
