"""`wann.zoo`: the networks that come with the project, and what each of them earns."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, overload

from wann.api.calls import public
from wann.formats import zoo as places
from wann.formats.card import KEY
from wann.formats.load import load_network
from wann.formats.loaded_network import LoadedNetwork

# The condition by which networks are listed, the first that was measured
_BEST = ("tuned_shared", "random_shared")


class ZooEntry(NamedTuple):
    """One network of the zoo."""

    name: str  # `zoo:NAME` stands for it wherever a network does
    task: str  # its spec
    connections: int
    mean: float | None  # on held-out episodes, None where no card was measured
    ci95: tuple[float, float] | None  # its 95 % interval
    weights: str | None  # under which condition, such as tuned_shared
    command: str | None  # which made it

    def load(self) -> LoadedNetwork:
        """Return the network."""
        return load_network(f"{places.PREFIX}{self.name}")


class Zoo(Sequence[ZooEntry]):
    """The networks of the zoo, in the order of their names; printed, they are a table."""

    def __init__(self, entries: Sequence[ZooEntry]) -> None:
        self._entries = tuple(entries)

    @overload
    def __getitem__(self, index: int) -> ZooEntry: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[ZooEntry]: ...
    def __getitem__(self, index: int | slice) -> ZooEntry | Sequence[ZooEntry]:
        return self._entries[index]

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[ZooEntry]:
        return iter(self._entries)

    def __repr__(self) -> str:
        """Return a table: a line for each network."""
        return "\n".join(_line(entry) for entry in self)


@public
def zoo() -> Zoo:
    """Return the networks that come with the project: a champion of most recipes.

    Where a network is wanted, `zoo:NAME` is one: `wann.load("zoo:swingup")`, and on the command
    line `wann render zoo:swingup`. `network.card()` is its card. UserError where this
    installation has none.

    Example:
        ```python
        print(wann.zoo())
        network = wann.zoo()[0].load()
        ```
    """
    return Zoo([_entry(name) for name in places.names()])


def _entry(name: str) -> ZooEntry:
    network = load_network(f"{places.PREFIX}{name}")
    card: Any = network.info.get(KEY, {})
    returns: Mapping[str, Any] = card.get("returns", {})
    weights = next((condition for condition in _BEST if condition in returns), None)
    row = returns[weights] if weights else {"mean": None, "ci95": None}
    return ZooEntry(
        name=name,
        task=network.task_or_default,
        connections=network.connections,
        mean=row["mean"],
        ci95=row["ci95"] and (row["ci95"][0], row["ci95"][1]),
        weights=weights,
        command=card.get("command"),
    )


def _line(entry: ZooEntry) -> str:
    task = entry.task.partition(" {")[0]
    earned = "not measured"
    if entry.mean is not None and entry.weights is not None:
        between = "" if entry.ci95 is None else f" ({entry.ci95[0]:.4g} to {entry.ci95[1]:.4g})"
        earned = f"{entry.mean:.4g}{between}, {entry.weights.replace('_', ' ')} weight"
    size = f"{entry.connections} connections"
    return f"{places.PREFIX + entry.name:28} {task:32} {size:>17}   {earned}"
