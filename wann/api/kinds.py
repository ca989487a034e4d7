"""Every kind of object that may be one of the user's own, and the registry of each.

A registry is imported only where it is asked for.
"""

from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Any, NamedTuple

from wann.errors import unknown
from wann.own import Registry


class Kind(NamedTuple):
    """A kind of object: what it is for, where it is named, and where its registry is found."""

    about: str
    flag: str  # of the command line, with the command
    home: str | Callable[[], Registry[Any]]  # "module:NAME", or what makes it


def _activations() -> Registry[Any]:
    from wann.activations.table import declared

    known = {one.name: one for one in declared()}
    return Registry(
        "activation",
        known,
        expected="a function of one value",
        arguments=1,
        about=lambda name: known[name].words,
    )


def _environments() -> Registry[Any]:
    import gymnasium

    import wann.tasks.gym.simulators  # noqa: F401 - registers those of this project

    known = {name: spec.entry_point for name, spec in sorted(gymnasium.registry.items())}
    return Registry(
        "environment",
        known,
        expected="a gymnasium.Env, or a function that returns one",
        about=lambda name: str(known[name]),
    )


def _wrappers() -> Registry[Any]:
    import gymnasium.wrappers

    known = {}
    for name in sorted(name for name in gymnasium.wrappers.__all__ if name[0].isupper()):
        with suppress(ImportError):  # some need packages of their own
            known[f"gymnasium.wrappers:{name}"] = getattr(gymnasium.wrappers, name)
    return Registry(
        "wrapper",
        known,
        expected="a function of an environment that returns an environment",
        arguments=1,
    )


KINDS: dict[str, Kind] = {
    "activation": Kind("what a hidden node computes", "search --activations", _activations),
    "allocation": Kind(
        "how many weights each layer keeps",
        "prune --allocation",
        "wann.pruning.allocate:ALLOCATIONS",
    ),
    "contestant": Kind(
        "what a network is held against, beside the methods of pruning",
        "compare --against",
        "wann.experiments.comparison.contestants.make:CONTESTANTS",
    ),
    "control": Kind(
        "what the masks of a method are held against",
        "prune --controls",
        "wann.pruning.controls:CONTROLS",
    ),
    "dataset": Kind("examples to classify", "search --dataset", "wann.datasets.registry:DATASETS"),
    "environment": Kind("a world to act in, of Gymnasium", "search --env", _environments),
    "export": Kind(
        "a format that networks are written in", "export --to", "wann.formats.export:TARGETS"
    ),
    "logger": Kind(
        "what is told of every generation",
        "search --logger",
        "wann.experiments.growing.loggers:LOGGERS",
    ),
    "measure": Kind(
        "a further number of a network", "compare --measure", "wann.weights.own_measures:MEASURES"
    ),
    "method": Kind("a way to prune", "prune --method", "wann.pruning.methods:METHODS"),
    "model": Kind("what is pruned", "prune --model", "wann.pruning.training.models:MODELS"),
    "mutation": Kind(
        "a random change of a genome", "search --mutation", "wann.evolution.own_mutations:MUTATIONS"
    ),
    "ranking": Kind(
        "how parents are chosen", "search --ranking", "wann.evolution.ranking:RANKINGS"
    ),
    "score": Kind("how much a weight matters", "prune --method", "wann.pruning.scores:SCORES"),
    "task": Kind("what networks are scored on", "search --task", "wann.tasks.registry:TASKS"),
    "wrapper": Kind("what changes an environment", "search --wrap", _wrappers),
}


def registry(kind: str) -> Registry[Any]:
    """Return the registry of a kind; UserError, with the nearest, where there is no such kind."""
    if kind not in KINDS:
        raise unknown("kind", kind, KINDS)
    home = KINDS[kind].home
    if not isinstance(home, str):
        return home()
    module, _, name = home.partition(":")
    found: Registry[Any] = getattr(import_module(module), name)
    return found
