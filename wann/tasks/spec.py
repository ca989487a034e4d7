"""The spec of a task, the one line that stands for it in files.

A spec is a name in `registry.TASKS` (`swingup`), or `gym:ID` for any Gymnasium environment, or
`data:PATH` for a data set of one's own, or `module:name` for a task of one's own; behind a space
there may be settings, one JSON object: `gym:CartPole-v1 {"kwargs": {"sutton_barto_reward": true}}`.
"""

import json
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from wann import own
from wann.config.objects import parse_object
from wann.errors import UserError, in_short
from wann.machine.home import expanded
from wann.own.names import SESSION
from wann.terminal import has_control_characters

Settings = Mapping[str, Any]


def parse_spec(spec: str, called: str = "task") -> tuple[str, dict[str, Any]]:
    """Return name and settings of `spec`; `called` says in messages what it stands for.

    UserError unless what is behind the name is a JSON object, and the name one line.
    """
    name, brace, text = spec.partition(" {")  # a path may have spaces
    if has_control_characters(name):
        raise UserError(f"{called}: expected a name in one line, got {in_short(name)}")
    if not brace:
        return name, {}
    try:
        return name, parse_object("{" + text, "settings as a JSON object behind the name")
    except UserError as error:
        raise UserError(f"{called} {in_short(name)}: {error}") from None


def code_in(spec: str) -> tuple[str, ...]:
    """Return the names in `spec`, such as `module:ID`, whose modules are imported for its task."""
    name, settings = parse_spec(spec)
    family, _, identity = name.partition(":")
    if family == "data":
        return (identity,) if own.is_name(identity) else ()
    if family != "gym":
        return (name,) if own.is_name(name) else ()
    wrap = settings.get("wrap", [])
    texts = [text for text in wrap if isinstance(text, str)] if isinstance(wrap, list) else []
    names = (identity, *(parse_spec(text, "wrapper")[0] for text in texts))
    session = f"{SESSION}:"  # what stands behind it is an object of this process, not a module
    return tuple(name for name in names if ":" in name and not name.startswith(session))


def make_spec(name: str, settings: Settings) -> str:
    """Return the spec of `name` with `settings`, in one canonical form."""
    return f"{name} {json.dumps(settings, sort_keys=True)}" if settings else name


def shown_spec(spec: str) -> str:
    """Return a spec as texts for people show it: of an encoder in it, its SHA-256 alone."""
    if '"safetensors"' not in spec:
        return spec
    try:
        name, settings = parse_spec(spec)
        encoder = f"sha256 {settings['encoder']['sha256'][:16]}"
    except (UserError, KeyError, TypeError):  # the text of a file may be anything
        return spec
    return make_spec(name, {**settings, "encoder": encoder})


def named_spec(spec: str) -> str:
    """Return what headings and sentences call a task: a table by its file and label alone.

    The spec of a table holds how each of its columns became inputs, which would be lines. What is
    left out of it stands in the spec that `shown_spec` returns.
    """
    shown = shown_spec(spec)
    try:
        name, settings = parse_spec(spec)
    except UserError:  # the text of a file may be anything
        return shown
    if not name.startswith("data:") or "coding" not in settings:
        return shown
    label = f" (label {in_short(settings['label'])})" if "label" in settings else ""
    return f"{PurePath(name.removeprefix('data:')).name}{label}"


def data_name(dataset: str) -> str:
    """Return the name of the task on a data set: by its whole path, or `module:function`."""
    if own.is_name(dataset):
        return f"data:{dataset}"
    return f"data:{expanded(dataset, '--dataset').resolve()}"
