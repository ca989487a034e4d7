"""How settings are declared: each once, with its default, its bounds and its help text.

Imports nothing heavy, so that `--help` is fast.
"""

import dataclasses
import math
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from wann import own
from wann.config.numbers import Bounds, parse_number, parse_whole
from wann.config.objects import parse_object
from wann.errors import UserError, in_short, unknown
from wann.terminal import has_control_characters

LARGEST_SEED = 2**63 - 1
MOST_VALUES = 1000  # of a setting that takes several


def setting(
    default: Any,
    help: str,
    low: float = -math.inf,
    high: float = math.inf,
    choices: Any = None,
    *,
    noun: str | None = None,
    expected: str | None = None,
    free: bool = False,
    repeat: bool = False,
    shown: str | None = None,
    flag: str | None = None,
    metavar: str | None = None,
    bare: str | None = None,
    required: bool = False,
    own: str | None = None,
    read: Callable[[str], Any] | None = None,
) -> Any:
    """Declare a field of a `Settings`.

    Args:
        default: the value where none is given. None, where the type allows it, is never checked.
        help: what the setting is, in a phrase that the help text shows.
        low: the smallest value, itself allowed.
        high: the largest value, itself allowed.
        choices: the values that a name may have; None: any.
        noun: what the value is called in messages on choices and bounds, where the field's name
            is not it.
        expected: what a text that cannot be read should have been, where the type does not say it.
        free: of several values: they may be none or equal, and whoever uses them checks them.
        repeat: of several values: the flag is given once for each, with the text as it is, and
            there may be none.
        shown: stands in the help text for a default that the command line does not take as it is,
            "" for one that it does not take at all.
        flag: the flag's name, without dashes, where it is not the field's. A boolean that has one
            is set to the opposite of its default by it; one that has none gets two flags,
            `--name` and `--no-name`.
        metavar: what stands for the value in the help text; by default the type.
        bare: the value of a flag that is given without one; None: it needs one.
        required: whether the command line insists on the flag.
        own: the kind of object that the value names, such as 'ranking': it may be one of the user's
            own, as `module:name` or, in Python, the object itself.
        read: makes a value of its text on the command line, where its type does not.
    """
    metadata = {key: value for key, value in locals().items() if key != "default"}
    return field(default=default, metadata=metadata)


@dataclass(frozen=True)
class Settings:
    """Settings that decide a result, each checked when they are made: UserError on a wrong one."""

    def __post_init__(self) -> None:
        for entry in dataclasses.fields(self):
            value = getattr(self, entry.name)
            if entry.metadata["own"]:
                value = _named(value, kind_of(entry)[1])
                object.__setattr__(self, entry.name, value)
            if value is not None or entry.default is not None:
                _check(entry, value)

    def code(self) -> list[str]:
        """Return the names, as `module:name`, of the user's own objects among the values."""
        named: list[str] = []
        for entry in dataclasses.fields(self):
            value = getattr(self, entry.name)
            if entry.metadata["own"] and value is not None:
                named += value if kind_of(entry)[1] else [value]
        return [name for name in named if own.is_own(name)]

    def to_dict(self) -> dict[str, Any]:
        """Return the settings as JSON values."""
        return {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in vars(self).items()
        }


def kind_of(entry: "dataclasses.Field[Any]") -> tuple[type, bool]:
    """Return the type of a setting's values, and whether it takes several of them.

    A setting that may be None has the type of its other values.
    """
    hint: Any = entry.type
    if isinstance(hint, types.UnionType):
        hint = next(kind for kind in typing.get_args(hint) if kind is not type(None))
    if typing.get_origin(hint) is tuple:
        return typing.get_args(hint)[0], True
    kind = typing.get_origin(hint) or hint
    assert isinstance(kind, type)
    return kind, False


def bounds_of(entry: "dataclasses.Field[Any]") -> Bounds:
    """Return the bounds that a setting was declared with."""
    return Bounds(entry.metadata["low"], entry.metadata["high"])


def parse_setting(entry: "dataclasses.Field[Any]", text: str) -> Any:
    """Return the value of a setting that `text` is.

    UserError if it is of another type, out of its bounds, or none of its choices.
    """
    kind, several = kind_of(entry)
    if kind is Mapping:
        return parse_object(text)
    if not several:
        value = _parse_item(entry, kind, text)
    elif entry.metadata["repeat"]:
        value = (_parse_item(entry, kind, text),)
    else:
        parts = _parts(text)
        if entry.metadata["free"]:
            parts = [part.strip(" ") for part in parts if part.strip(" ")]
            if not parts:
                raise UserError(f"expected values separated by commas, got {in_short(text)}")
        value = tuple(_parse_item(entry, kind, part) for part in parts)
    _check(entry, value)
    return value


def _parts(text: str) -> list[str]:
    """Return the parts between commas, but for those in brackets, as formulas have them."""
    parts, depth = [""], 0
    for character in text:
        depth += (character == "(") - (character == ")")
        if character == "," and depth <= 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def _parse_item(entry: "dataclasses.Field[Any]", kind: type, text: str) -> Any:
    expected = entry.metadata["expected"]
    if entry.metadata["read"]:
        return entry.metadata["read"](text)
    if kind is int:
        return parse_whole(text, bounds_of(entry), expected or "a whole number")
    if kind is float:
        return parse_number(text, bounds_of(entry), expected or "a number")
    return kind(text)


def _check(entry: "dataclasses.Field[Any]", value: Any) -> None:
    """Raise UserError unless `value` is of the type, within the bounds and among the choices."""
    kind, several = kind_of(entry)
    choices = entry.metadata["choices"]
    if several and not isinstance(value, tuple):
        raise _not_several(entry, value)
    for item in value if several else (value,):
        accepted = (int, float) if kind is float else (kind,)
        if not isinstance(item, accepted) or isinstance(item, bool) != (kind is bool):
            raise UserError(f"{entry.name} must be {_NOUNS[kind]}, got {in_short(item)}")
        if entry.metadata["own"] and isinstance(item, str) and own.is_own(item):
            own.check_name(item, entry.metadata["noun"] or entry.name)
        elif choices and item not in choices:
            raise unknown(entry.metadata["noun"] or entry.name, str(item), choices)
        if kind in (int, float):
            _check_bounds(entry, item)
        elif isinstance(item, str):
            _check_text(entry, item)
    if several and not entry.metadata["free"] and (not value or len(set(value)) < len(value)):
        raise _not_several(entry, value)
    if several and len(value) > MOST_VALUES:
        raise UserError(
            f"{entry.name}: expected at most {MOST_VALUES:,} values, got {len(value):,}"
        )


def _named(value: Any, several: bool) -> Any:
    """Return the names of objects in place of the objects themselves."""
    if several and isinstance(value, tuple | list):
        return tuple(_named(item, False) for item in value)
    return own.name_of(value) if callable(value) else value


def _not_several(entry: "dataclasses.Field[Any]", value: Any) -> UserError:
    return UserError(f"{entry.name} must be one or more different values, got {in_short(value)}")


def _check_bounds(entry: "dataclasses.Field[Any]", value: Any) -> None:
    bounds = bounds_of(entry)
    if not bounds.hold(value):
        called = entry.metadata["noun"] or entry.name
        raise UserError(f"{called} must be {bounds.in_words()}, got {in_short(value)}")


def _check_text(entry: "dataclasses.Field[Any]", value: str) -> None:
    """Raise UserError for an empty text, unless the default is one, and for control characters."""
    called = entry.metadata["noun"] or entry.name
    if not value.strip() and entry.default != value:
        raise UserError(f"{called} must be a name, got the empty text {in_short(value)}")
    if has_control_characters(value):
        raise UserError(f"{called} must be a name in one line, got {in_short(value)}")


_NOUNS: dict[type, str] = {
    int: "a whole number",
    float: "a number",
    str: "a name",
    bool: "true or false",
    Mapping: "an object",
}
