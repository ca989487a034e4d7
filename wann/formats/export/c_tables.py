"""The body of a forward pass in C as tables and a loop over them, for large networks."""

import heapq
import textwrap
from collections.abc import Iterable, Iterator
from itertools import pairwise

from wann.formats.export.c_functions import Naming
from wann.formats.export.c_memory import recall_values, remember_values, remembered_places
from wann.formats.export.formulas import Formula
from wann.formats.export.header import WIDTH
from wann.formats.export.subject import Subject
from wann.network.network import Network, step_of


def table(kind: str, name: str, values: Iterable[str]) -> str:
    """Return the definition of a constant table."""
    listed = list(values)
    text = textwrap.fill(
        ", ".join(listed),
        WIDTH,
        initial_indent="    ",
        subsequent_indent="    ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return f"static const {kind} {name}[{len(listed)}] = {{\n{text}\n}};\n"


def whole_numbers(name: str, values: list[int]) -> str:
    """Return the definition of a constant table of whole numbers, of the smallest type."""
    bits = next(bits for bits in (8, 16, 32) if max(values, default=0) < 2**bits)
    return table(f"uint{bits}_t", name, map(str, values))


def loop_tables(subject: Subject, formulas: list[Formula], naming: Naming) -> Iterator[str]:
    """Yield the tables that the loop reads."""
    network, p = step_of(subject.network).network, naming.prefix
    slots, values = slots_of(subject.network)
    starts = network.edge_start.tolist()
    counts = [last - first for first, last in pairwise(starts)]
    yield "/* How many connections enter each node, and where the value of each is kept. */"
    yield whole_numbers(f"{p}_count", counts)
    if network.hidden:
        hidden = slots[1 + network.inputs : 1 + network.inputs + network.hidden]
        yield whole_numbers(f"{p}_slot", hidden)
    if network.connections:
        yield "/* Where the value is kept that each connection comes from. */"
        yield whole_numbers(f"{p}_source", [slots[row] for row in network.source.tolist()])
    if subject.network.recurrent:
        yield f"/* Where that is which the next step reads; from {values} on, an output. */"
        yield whole_numbers(f"{p}_remembered", remembered_places(subject, slots, values))
    if len(formulas) > 1:
        kinds = {formula.code: number for number, formula in enumerate(formulas)}
        yield "/* The activation of each node. */"
        yield whole_numbers(f"{p}_kind", [kinds[code] for code in network.activation.tolist()])
        yield _switch(formulas, naming)


def loop_body(subject: Subject, formulas: list[Formula], naming: Naming) -> Iterator[str]:
    """Yield the lines that compute `output` from `observation`, out of the tables."""
    network, p, real = subject.network, naming.prefix, naming.real
    nodes, hidden = len(network.activation), network.hidden
    keeps = (
        f"if (node < {hidden})\n"
        f"            value[{p}_slot[node]] = sum;\n"
        f"        else\n"
        f"            output[node - {hidden}] = sum;"
        if hidden
        else "output[node] = sum;"
    )
    values = slots_of(network)[1]
    yield f"    {p.upper()}_STORAGE {real} value[{values}];"
    yield "    uint32_t node, edge = 0, end = 0;"
    yield from _read_inputs(subject, naming)
    yield from recall_values(subject, naming)
    yield f"    for (node = 0; node < {nodes}; node++) {{"
    yield f"        {real} sum = {naming.number(0.0)};"
    yield f"        end += {p}_count[node];"
    yield from _sum(subject, naming)
    call = _activated(formulas, naming)
    if call != "sum":
        yield f"        sum = {call};"
    yield f"        {keeps}"
    yield "    }"
    yield from remember_values(subject, values, naming)


def slots_of(network: Network) -> tuple[list[int], int]:
    """Return where the value of each row of a step is kept, and how many places there are.

    The rows are those of `step_of`. A place is taken again once the value in it is not read any
    more, be it now or for the next step. Outputs are not kept: within a step nothing reads them;
    their places are 0.
    """
    step, remembered = step_of(network)
    first, starts = 1 + step.inputs, step.edge_start.tolist()
    source = step.source.tolist()
    last_read = {
        row: node
        for node in range(len(starts) - 1)
        for row in source[starts[node] : starts[node + 1]]
    }
    last_read |= dict.fromkeys(remembered.tolist(), len(starts))
    slots = list(range(first)) + [0] * len(network.activation)
    free = [row for row in range(first) if row not in last_read]
    count = first
    for node in range(network.hidden):
        read = {row for row in source[starts[node] : starts[node + 1]] if last_read[row] == node}
        for row in read:
            heapq.heappush(free, slots[row])
        if not free:
            free.append(count)
            count += 1
        slots[first + node] = heapq.heappop(free)
    return slots, count


def _read_inputs(subject: Subject, naming: Naming) -> Iterator[str]:
    scaling, inputs, p = subject.interface.scaling, subject.network.inputs, naming.prefix
    value = "observation[node]"
    if scaling is not None:
        shift, scale = (
            naming.number(values[0]) if len(set(values)) == 1 else f"{p}_{name}[node]"
            for name, values in (("shift", scaling.shift), ("scale", scaling.scale))
        )
        value = f"({value} - {shift}) / {scale}"
        if scaling.clipped:
            value = f"{p}_held({value}, {naming.number(0.0)}, {naming.number(1.0)})"
    yield f"    value[0] = {naming.number(1.0)};"
    yield f"    for (node = 0; node < {inputs}; node++)"
    yield f"        value[node + 1] = {value};"


def scaling_tables(subject: Subject, naming: Naming) -> Iterator[str]:
    """Yield the tables of shifts and scales, where they are not all alike."""
    scaling = subject.interface.scaling
    if scaling is None:
        return
    for name, values in (("shift", scaling.shift), ("scale", scaling.scale)):
        if len(set(values)) > 1:
            yield table(naming.real, f"{naming.prefix}_{name}", map(naming.number, values))


def _sum(subject: Subject, naming: Naming) -> Iterator[str]:
    p = naming.prefix
    if not subject.network.connections:
        return
    if subject.weights is not None:
        yield "        for (; edge < end; edge++)"
        yield f"            sum += {p}_weight[edge] * value[{p}_source[edge]];"
        return
    yield "        if (edge < end) {"
    yield f"            sum = value[{p}_source[edge++]];"
    yield "            for (; edge < end; edge++)"
    yield f"                sum += value[{p}_source[edge]];"
    yield "            sum *= weight;"
    yield "        }"


def _activated(formulas: list[Formula], naming: Naming) -> str:
    if len(formulas) > 1:
        return f"{naming.prefix}_activate({naming.prefix}_kind[node], sum)"
    (formula,) = formulas
    return "sum" if formula.is_identity else f"{naming.prefix}_{formula.identifier}(sum)"


def _switch(formulas: list[Formula], naming: Naming) -> str:
    """Return the function that applies an activation by its number."""
    cases = [
        f"    case {number}:\n        return "
        f"{'x' if formula.is_identity else f'{naming.prefix}_{formula.identifier}(x)'};"
        for number, formula in enumerate(formulas[:-1])
    ]
    last = formulas[-1]
    end = "x" if last.is_identity else f"{naming.prefix}_{last.identifier}(x)"
    return (
        f"static {naming.real} {naming.prefix}_activate(int kind, {naming.real} x)\n{{\n"
        "    switch (kind) {\n"
        + "\n".join([*cases, f"    default:\n        return {end};"])
        + "\n    }\n}\n"
    )
