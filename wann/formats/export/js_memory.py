"""Where JavaScript keeps values, and what a recurrent network remembers there."""

from collections.abc import Callable, Iterable, Iterator

from wann.formats.export.subject import Subject

RECURRENT_USE = (
    "It remembers the step before: each call of `nodes`, `forward` or `act` is a step. Call",
    "`reset()` before each episode. A module has one memory: it plays one episode at a time.",
)

_RECALL = "  values.set(memory, {rows});\n"
_REMEMBER = """\
  REMEMBERED.forEach((row, i) => (memory[i] = values[row]));
  return values.subarray(0, {rows});
"""

_MEMORY = """\
/** What recurrent connections read: the values, one step before, of the rows REMEMBERED. */
export const memory = new Float64Array({kept});

/** Forgets the steps before, as at the start of an episode. */
export function reset() {{
  memory.fill(0);
}}
"""

_CONNECTIONS = """\
/** Of each connection the row, in `nodes`, that it comes from and the one that it goes to. */
export const connections = COUNT.flatMap((count, node) => Array(count).fill(node + {first}))
  .map((target, edge) => [{source}, target]);
"""


def rows_of(subject: Subject) -> int:
    """Return how many rows there are of bias, inputs and nodes."""
    return 1 + subject.network.inputs + len(subject.network.activation)


def source_tables(subject: Subject, array: Callable[[str, Iterable[str]], str]) -> Iterator[str]:
    """Yield the tables of where the value of each connection stands, written by `array`."""
    rows, remembered = rows_of(subject), subject.network.remembered.tolist()
    if remembered:
        yield f"// From {rows} on, the value of a row of REMEMBERED one step before."
    places = {~row: str(rows + place) for place, row in enumerate(remembered)}
    sources = (places.get(row, str(row)) for row in subject.network.source.tolist())
    yield array("const SOURCE", sources)
    if remembered:
        yield array("const REMEMBERED", map(str, remembered))


def connections(subject: Subject) -> str:
    """Return the table of what each connection joins."""
    rows, source = rows_of(subject), "SOURCE[edge]"
    if subject.network.recurrent:
        source = f"{source} < {rows} ? {source} : REMEMBERED[{source} - {rows}]"
    return _CONNECTIONS.format(first=1 + subject.network.inputs, source=source)


def memory(subject: Subject) -> Iterator[str]:
    """Yield the memory and what empties it, where the network is recurrent."""
    if subject.network.recurrent:
        yield _MEMORY.format(kept=len(subject.network.remembered))


def recall(subject: Subject) -> str:
    """Return the lines that put what is remembered behind the rows of nodes."""
    return _RECALL.format(rows=rows_of(subject)) if subject.network.recurrent else ""


def remember(subject: Subject) -> str:
    """Return the lines that keep what the next step reads, and return the values."""
    recurrent = subject.network.recurrent
    return _REMEMBER.format(rows=rows_of(subject)) if recurrent else "  return values;\n"
