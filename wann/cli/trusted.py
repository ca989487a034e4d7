"""Which modules of a user's own the command line lets be imported: those that its flags name.

A module that only a file names, such as that of a run's environment, needs --trust.
"""

import argparse
from collections.abc import Iterable, Iterator

from wann import own, trust

# The settings and flags whose values name objects, of the user's own among them.
_OBJECTS = (
    "against",
    "allocation",
    "controls",
    "dataset",
    "logger",
    "measure",
    "methods",
    "model",
    "mutation",
    "ranking",
    "to",
)


def allow_named(options: argparse.Namespace) -> None:
    """Let the modules be imported that the flags name, and all of them after --trust."""
    if getattr(options, "trust", False):
        trust.allow_all()
    trust.allow(*_names(vars(options)))


def _names(given: dict[str, object]) -> Iterator[str]:
    """Yield the names `module:what` among the values of flags."""
    for flag, value in given.items():
        setting = flag.rpartition(".")[2]
        if setting == "env" and isinstance(value, str) and own.is_own(value):
            yield value
        elif setting in _OBJECTS:
            values = value if isinstance(value, tuple | list) else (value,)
            yield from _in_texts(text for text in values if isinstance(text, str))
        elif setting == "task" and isinstance(value, str):
            yield from _in_task(value)
        elif setting == "wrap" and isinstance(value, list):
            yield from (_wrapper(text) for text in value)
        elif setting == "grid" and isinstance(value, list):
            yield from _in_grid(value)


def _in_texts(texts: Iterable[str]) -> Iterator[str]:
    """Yield the names in texts such as `snip,module:function` or `module:function=0.3`."""
    for text in texts:
        names = (part.partition("=")[0].strip(" ") for part in text.split(","))
        yield from (name for name in names if own.is_name(name))


def _in_task(spec: str) -> tuple[str, ...]:
    from wann.tasks.spec import code_in

    return code_in(spec)


def _wrapper(text: str) -> str:
    from wann.tasks.spec import parse_spec

    return parse_spec(text, "--wrap")[0]


def _in_grid(texts: list[str]) -> Iterator[str]:
    from wann.experiments.sweep.grid import parse_grid

    for name, values in parse_grid(texts).items():
        if name == "task":
            for spec in values:
                yield from _in_task(spec)
        elif name in _OBJECTS:
            for value in values:
                yield from _in_texts(value if isinstance(value, tuple) else (value,))
