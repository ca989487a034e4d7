"""The settings of a search, its environment and its data set, as keyword arguments.

`wann.config` declares each setting once, with its default, bounds and words. Here stand their names
and types for editors and type checkers, which tests hold equal to that, and what makes `help()` of
a call list them.
"""

import dataclasses
import inspect
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ParamSpec, TypedDict, TypeVar

from wann.config import Settings, check_known

P = ParamSpec("P")
R = TypeVar("R")

Several = float | str | Iterable[float]  # `[-1, 1]`, or the text of a flag: "-1,1"
Names = str | Iterable[str]


class SearchArguments(TypedDict, total=False):
    """What decides the result of a search: `wann.SearchConfig` says what each means."""

    task: str | Callable[..., Any]
    seed: int
    method: str
    generations: int
    population: int
    asynchronous: bool
    islands: int
    migrate_every: int
    weights: Several
    weight_series: str
    strata: Several
    episodes: int
    episodes_last: int
    race_episodes: int
    race_share: float
    precision: str
    stage: Any  # shares of the generations, and what holds from there: {0.5: {"episodes": 6}}
    ranking: str | Callable[..., Any]
    max_share: float
    size_share: float
    tournament: int
    elite: float
    cull: float
    initial_connections: float
    initial_depth: int
    initial_signs: str
    initial_genes: str
    max_connections: int
    recurrent: bool
    activations: Names
    add_connection: float
    add_node: float
    enable_connection: float
    change_activation: float
    disable_connection: float
    remove_connection: float
    remove_node: float
    move_connection: float
    add_recurrent: float
    mutation: Any  # functions, or their names, and their frequencies: {my_function: 0.3}
    crossover: float
    extra_mutation: float
    gradient_every: int
    parent: str
    gates: str
    hidden_units: int | str | Iterable[int]
    learn_activations: bool
    steps: int
    batch: int
    learning_rate: float
    confirm_episodes: int
    confirm_candidates: int
    champion_tolerance: float


class EnvironmentArguments(TypedDict, total=False):
    """How the environment `env` is made and run."""

    env_kwargs: Mapping[str, Any] | None
    wrap: Any  # wrappers: names or callables, or pairs of one and its arguments
    reset_options: Mapping[str, Any] | None
    flatten_pictures: bool
    encoder: Any  # a path, a name, or what `wann.encode` returned
    backend: str
    normalise: bool
    max_steps: int | None
    search_steps: int | None
    stuck_steps: int | None
    on_error: str
    episode_seconds: float | None


class PlayedArguments(TypedDict, total=False):
    """How an environment is made and played whose pictures are collected."""

    env_kwargs: Mapping[str, Any] | None
    wrap: Any
    reset_options: Mapping[str, Any] | None
    max_steps: int | None


class DatasetArguments(TypedDict, total=False):
    """How the data set `dataset` is read and prepared."""

    label: str | None
    drop: Names
    test_share: float
    split_seed: int
    deskew: bool
    size: int | None


class ScoredOnArguments(EnvironmentArguments, DatasetArguments, total=False):
    """How `env` or `dataset` is read."""


class Arguments(SearchArguments, ScoredOnArguments, total=False):
    """All settings of a search."""


# Settings whose arguments have other names, as their flags do.
_RENAMED = {"kwargs": "env_kwargs"}


def of_kind(given: Mapping[str, Any], kind: type[Settings]) -> dict[str, Any]:
    """Return those keyword arguments that are settings of `kind`, by the names of the settings."""
    names = {argument_of(entry.name): entry.name for entry in dataclasses.fields(kind)}
    return {names[name]: value for name, value in given.items() if name in names}


def check_settings(given: Mapping[str, Any], *kinds: type[Settings]) -> None:
    """Raise UserError for a keyword argument that is a setting of none of the `kinds`."""
    known = [argument_of(entry.name) for kind in kinds for entry in dataclasses.fields(kind)]
    check_known(given, known)


def argument_of(setting: str) -> str:
    """Return the keyword argument of a setting."""
    return _RENAMED.get(setting, setting)


def listing(
    *kinds: type[Settings], without: Sequence[str] = ()
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Return a decorator of calls that take the settings of `kinds` as keyword arguments.

    Their signature and docstring then list each of them, but for those `without`.
    """

    def listed(function: Callable[P, R]) -> Callable[P, R]:
        entries = [
            entry
            for kind in kinds
            for entry in dataclasses.fields(kind)
            if entry.name not in without
        ]
        signature = inspect.signature(function)
        own = [p for p in signature.parameters.values() if p.kind is not p.VAR_KEYWORD]
        named = {parameter.name for parameter in own}
        settings = [
            inspect.Parameter(
                argument_of(entry.name),
                inspect.Parameter.KEYWORD_ONLY,
                default=entry.default,
                annotation=entry.type,
            )
            for entry in entries
            if argument_of(entry.name) not in named
        ]
        described: Any = function
        described.__signature__ = signature.replace(parameters=[*own, *settings])
        described.__doc__ = _with_settings(inspect.getdoc(function) or "", entries)
        return function

    return listed


def _with_settings(text: str, entries: "Sequence[dataclasses.Field[Any]]") -> str:
    lines = ["Settings:"]
    for entry in entries:
        default = "" if entry.default in (None, ()) else f" (default: {entry.default})"
        choices = entry.metadata["choices"]
        chosen = f"; one of {', '.join(choices)}" if choices else ""
        about = f"{argument_of(entry.name)}: {entry.metadata['help']}{chosen}{default}"
        lines += textwrap.wrap(about, 92, initial_indent="    ", subsequent_indent="        ")
    before, example, after = text.partition("\nExample:")
    return "\n".join([before.rstrip(), "", *lines, "", *(f"{example}{after}".strip(),)]).rstrip()
