"""The page on Python calls, made from their docstrings by Griffe."""

import inspect
from typing import Any

import griffe
from griffe import DocstringSectionKind as Kind

import wann

ABOUT = """# Python calls

All public calls and classes of `wann`, made from their docstrings by
`python tests/docs/make_pages.py`; `help(wann.search)` shows the same.
[From Python](../howto/python.md) is the introduction. Public are also the modules `wann.pruning`
with its parts, `wann.envs`, `wann.torch_module` and `wann.trust`."""

_HOW: Any = {"returns_multiple_items": False, "returns_named_value": False, "warnings": False}


def python_calls() -> str:
    """Return the whole page."""
    names = sorted(wann.__all__, key=lambda name: (name[0].isupper(), name))
    return "\n\n".join([ABOUT, *map(_entry, names)]) + "\n"


def _entry(name: str) -> str:
    thing = getattr(wann, name)
    parts = [f"## {name}", f"```python\n{_signature(name, thing)}\n```"]
    parts += _docstring(inspect.getdoc(thing) or "", 3)
    if inspect.isclass(thing) and not issubclass(thing, Exception):
        for member, value in vars(thing).items():
            if not member.startswith("_") and (callable(value) or isinstance(value, property)):
                parts += _member(name, member, value)
    return "\n\n".join(parts)


def _member(owner: str, name: str, value: Any) -> list[str]:
    text = inspect.getdoc(value)
    if text is None:
        return []
    shown = name if isinstance(value, property) else f"{name}()"
    return [f"### {owner}.{shown}", *_docstring(text, 4)]


def _signature(name: str, thing: Any) -> str:
    try:
        parameters = inspect.signature(thing).parameters.values()
    except (TypeError, ValueError):
        return f"wann.{name}"
    shown, after_star = [], False
    for one in parameters:
        if one.kind is one.KEYWORD_ONLY and not after_star:
            shown.append("*")
        after_star |= one.kind in (one.KEYWORD_ONLY, one.VAR_POSITIONAL)
        shown.append(_parameter(one))
    line = f"wann.{name}({', '.join(shown)})"
    if len(line) <= 100:
        return line
    return f"wann.{name}(\n" + "".join(f"    {part},\n" for part in shown) + ")"


def _parameter(one: inspect.Parameter) -> str:
    stars = {one.VAR_POSITIONAL: "*", one.VAR_KEYWORD: "**"}.get(one.kind, "")
    if one.default is one.empty:
        return stars + one.name
    default = repr(one.default)
    # An address in memory, or a mark of our own, says nothing to readers
    return (
        f"{one.name}=..." if " at 0x" in default or default[0] == "<" else f"{one.name}={default}"
    )


def _docstring(text: str, level: int) -> list[str]:
    parts: list[str] = []
    for section in griffe.Docstring(text).parse("google", **_HOW):
        parts += _section(section, level)
    return parts


def _section(section: Any, level: int) -> list[str]:
    if section.kind is Kind.text:
        return [section.value]
    if section.kind is Kind.examples:
        return [f"{'#' * level} Example", *(_fenced(text) for _, text in section.value)]
    if section.kind is Kind.admonition:
        return [f"{'#' * level} {section.title}", _fenced(section.value.description)]
    title = section.kind.value.capitalize()
    entries = [f"* {_named(entry)}{' '.join(entry.description.split())}" for entry in section.value]
    return [f"{'#' * level} {title}", "\n".join(entries)]


def _fenced(text: str) -> str:
    return f"```pycon\n{text}\n```" if text.startswith(">>>") else text


def _named(entry: Any) -> str:
    name = getattr(entry, "name", "") or getattr(entry, "annotation", "") or ""
    return f"`{name}`: " if name else ""
