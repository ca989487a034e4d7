"""`wann.list`: what there is of each kind, with a line on each."""

from collections.abc import Iterator, Mapping

from wann.api.calls import public
from wann.api.kinds import KINDS, registry


class Listing(Mapping[str, str]):
    """Names with a line on each: a mapping, which is printed as a table."""

    def __init__(self, lines: Mapping[str, str]) -> None:
        self._lines = dict(lines)

    def __getitem__(self, name: str) -> str:
        return self._lines[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)

    def __repr__(self) -> str:
        width = max(map(len, self._lines), default=0)
        return "\n".join(f"{name:{width}} {line}".rstrip() for name, line in self._lines.items())


@public
def list(kind: str | None = None) -> Listing:
    """List what there is of a kind, such as all rankings; without a kind, the kinds.

    Wherever one of these names is taken, one of your own is, too: as `module:function`, or in
    Python as the object itself. This is what `wann list` prints; `wann/docs/howto/extend.md` has an
    example for each kind.

    Args:
        kind: such as "ranking", "score" or "environment"; None: the kinds themselves.

    Returns:
        A mapping of names to a line on each, which is printed as a table.

    Raises:
        UserError: there is no such kind.

    Example:
        >>> wann.list()
        >>> wann.list("ranking")
        >>> "lexicase" in wann.list("ranking")
        True
    """
    if kind is None:
        return Listing({name: f"{one.about} ({one.flag})" for name, one in KINDS.items()})
    found = registry(kind)
    return Listing({name: found.about(name) for name in found})
