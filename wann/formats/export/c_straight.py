"""The body of a forward pass in C as straight code: a line for each node."""

import textwrap
from collections.abc import Iterator

from wann.formats.export.c_functions import Naming
from wann.formats.export.c_memory import remember_named
from wann.formats.export.formulas import Formula
from wann.formats.export.header import WIDTH
from wann.formats.export.subject import Subject


def straight_body(subject: Subject, formulas: list[Formula], naming: Naming) -> Iterator[str]:
    """Yield the lines that compute `output` from `observation`."""
    network = subject.network
    names = [
        naming.number(1.0),
        *(f"x{i}" for i in range(network.inputs)),
        *(f"h{i}" for i in range(network.hidden)),
        *(f"output[{i}]" for i in range(network.outputs)),
    ]
    recalled = {
        ~row: f"{naming.prefix}_memory[{place}]"
        for place, row in enumerate(network.remembered.tolist())
    }
    yield from _inputs(subject, naming)
    calls = {formula.code: _call(formula, naming) for formula in formulas}
    starts = network.edge_start.tolist()
    sources = [recalled.get(row, names[row]) for row in network.source.tolist()]
    for node, code in enumerate(network.activation.tolist()):
        first, last = starts[node], starts[node + 1]
        name = names[1 + network.inputs + node]
        declared = f"const {naming.real} {name}" if node < network.hidden else name
        total = _total(subject, sources[first:last], first, naming, bool(calls[code]))
        value = f"{calls[code]}({total})" if calls[code] else total
        yield from textwrap.wrap(
            f"{declared} = {value};",
            WIDTH,
            initial_indent="    ",
            subsequent_indent="        ",
            break_long_words=False,
            break_on_hyphens=False,
        )
    yield from remember_named(subject, names, naming)


def scaled_input(subject: Subject, i: int, naming: Naming) -> str:
    """Return the expression of an input as the network reads it."""
    scaling, read = subject.interface.scaling, f"observation[{i}]"
    if scaling is None:
        return read
    shift, scale = naming.number(scaling.shift[i]), naming.number(scaling.scale[i])
    scaled = f"({read} - {shift}) / {scale}"
    if not scaling.clipped:
        return scaled
    return f"{naming.prefix}_held({scaled}, {naming.number(0.0)}, {naming.number(1.0)})"


def _inputs(subject: Subject, naming: Naming) -> Iterator[str]:
    """Yield the declarations of the inputs that some node reads, now or one step later."""
    read = {max(row, ~row) for row in subject.network.source.tolist()}
    for row in sorted(read):
        if 0 < row <= subject.network.inputs:
            value = scaled_input(subject, row - 1, naming)
            yield f"    const {naming.real} x{row - 1} = {value};"


def _call(formula: Formula, naming: Naming) -> str:
    return "" if formula.is_identity else f"{naming.prefix}_{formula.identifier}"


def _total(
    subject: Subject, sources: list[str], first: int, naming: Naming, within_call: bool
) -> str:
    """Return the expression of a node's input sum, added in the order of the kernels.

    Args:
        subject: The network.
        sources: What the node hears.
        first: The number of its first connection.
        naming: What the file calls things.
        within_call: Whether it stands as the argument of a function.
    """
    if not sources:
        return naming.number(0.0)
    if subject.weights is not None:
        table = f"{naming.prefix}_weight"
        terms = [f"{table}[{first + i}] * {source}" for i, source in enumerate(sources)]
        return " + ".join([naming.number(0.0), *terms])
    total = " + ".join(sources)
    return f"{f'({total})' if len(sources) > 1 else total} * weight"
