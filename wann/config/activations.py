"""Activations as settings have them: the names of built-in ones, and formulas of one's own.

One's own stands in a setting as `NAME = FORMULA`, so that files of settings need no import.
"""

from collections.abc import Iterable

from wann import own
from wann.activations import BY_LABEL
from wann.activations.table import to_activation
from wann.errors import UserError, in_short

_EXPECTED = "a function of a Value that returns a Value"


class ActivationNames(tuple[str, ...]):
    """What the setting may hold: names of built-in activations, and formulas, which have a `=`."""

    __slots__ = ()

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or (isinstance(name, str) and "=" in name)


NAMES = ActivationNames(BY_LABEL)


def named_activation(text: str) -> str:
    """Return the setting for an activation that the user named on the command line.

    It is the name of one, a formula, or `module:function`, which is imported.
    """
    return _setting(text.strip(), None)


def activation_settings(wanted: object) -> object:
    """Return the settings for activations as Python or a file has them: also functions.

    A module that a text names is imported only where the user trusts it. What is no list of
    activations is returned as it is, for whoever checks settings.
    """
    if isinstance(wanted, str) or not isinstance(wanted, Iterable):
        return wanted
    return tuple(_setting(one, "the setting activations") for one in wanted)


def _setting(wanted: object, wanted_by: str | None) -> str:
    if isinstance(wanted, str) and "=" not in wanted and own.is_own(wanted):
        found = own.find_object(wanted, "activation", wanted_by)
        if not callable(found):
            raise UserError(f"the activation {wanted} is {in_short(found)}: expected {_EXPECTED}")
        return str(to_activation(found))
    return str(to_activation(wanted))
