"""All objects of one kind by name, and how one of the user's own is found beside them."""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar

from wann.errors import UserError, in_short, unknown
from wann.own.calls import accepted, call, label_of
from wann.own.names import find_object, is_own, name_of

T = TypeVar("T")


class Registry(Mapping[str, T], Generic[T]):
    """The objects of one kind, such as all rankings, by name: a mapping that is not written to.

    Args:
        kind: what one of them is called, such as 'ranking'.
        entries: those that come with the project.
        expected: what one is, as errors say it: 'a function of (scores, settings, rng) that returns
            an order'.
        arguments: how many positional arguments a function is called with; None: not checked.
        offers: further arguments that it gets by name where it takes them.
        about: returns one line about an entry, by default the first line of its docstring.
        instances: a class whose instances are of this kind, too, though they cannot be called.
    """

    def __init__(
        self,
        kind: str,
        entries: Mapping[str, T],
        *,
        expected: str,
        arguments: int | None = None,
        offers: Sequence[str] = (),
        about: Callable[[str], str] | None = None,
        instances: type[Any] | None = None,
    ) -> None:
        self.kind, self.expected = kind, expected
        self._entries, self._about, self._instances = entries, about, instances
        self._arguments, self._offers = arguments, dict.fromkeys(offers)

    def __getitem__(self, name: str) -> T:
        return self._entries[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        return f"Registry({self.kind!r}: {', '.join(self._entries)})"

    def names(self) -> list[str]:
        """Return the names of the entries, in their order."""
        return list(self._entries)

    def about(self, name: str) -> str:
        """Return one line about an entry."""
        if self._about is not None:
            return self._about(name)
        return (inspect.getdoc(self._entries[name]) or "").partition("\n")[0]

    def find(self, wanted: str | T, wanted_by: object = None) -> T:
        """Return the entry of that name, the object called `module:name`, or the one given.

        Args:
            wanted: a name of an entry, `module:name`, or the object itself.
            wanted_by: the file that names it; None: the user did, and its module is imported.

        Raises:
            UserError: there is none, or it is not what is expected.
        """
        if isinstance(wanted, str) and wanted in self._entries:
            return self._entries[wanted]
        if isinstance(wanted, str) and not is_own(wanted):
            raise UserError(f"{unknown(self.kind, wanted, self._entries)}, or module:function")
        found = find_object(wanted, self.kind, wanted_by) if isinstance(wanted, str) else wanted
        self.check(found, wanted if isinstance(wanted, str) else label_of(found))
        return found

    def check(self, thing: Any, label: str) -> None:
        """Raise UserError unless `thing`, called `label`, can be called as those of this kind are.

        What it returns is checked by whoever calls it.
        """
        if self._instances is not None and isinstance(thing, self._instances):
            return
        if not callable(thing):
            raise UserError(
                f"the {self.kind} {label} is {in_short(thing)}: expected {self.expected}"
            )
        if self._arguments is None or any(thing is known for known in self._entries.values()):
            return
        try:
            signature = inspect.signature(thing)
        except (ValueError, TypeError):  # a function of C says nothing
            return
        try:
            signature.bind(*[None] * self._arguments, **accepted(thing, **self._offers))
        except TypeError:
            raise UserError(
                f"the {self.kind} {label} takes {_without_types(signature)}: expected "
                f"{self.expected}"
            ) from None

    def name_of(self, wanted: str | T) -> str:
        """Return the name that stands for an entry or object in settings and files."""
        if isinstance(wanted, str):
            return wanted
        for name, entry in self._entries.items():
            if entry is wanted:
                return name
        return name_of(wanted)

    def call(self, function: Callable[..., Any], given: str, *arguments: Any, **named: Any) -> Any:
        """Return what `function` returns; UserError where it raises (see `calls.call`)."""
        called = f"the {self.kind} {label_of(function)}"
        return call(called, self.expected, function, given, *arguments, **named)


def _without_types(signature: inspect.Signature) -> inspect.Signature:
    """Return a signature as messages show it: without the types, which would fill the line."""
    plain = [one.replace(annotation=one.empty) for one in signature.parameters.values()]
    return signature.replace(parameters=plain, return_annotation=signature.empty)
