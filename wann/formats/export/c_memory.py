"""What a recurrent network remembers in C: a static array of the file, written after each step."""

from collections.abc import Iterator, Sequence

from wann.formats.export.c_functions import Naming
from wann.formats.export.header import count, wrap
from wann.formats.export.subject import Subject
from wann.network.network import step_of

_MEMORY = """\
/* What recurrent connections read: values of one step before. It begins with zeros. */
{real} {p}_memory[{kept}];

void {p}_reset(void)
{{
    int i;
    for (i = 0; i < {kept}; i++)
        {p}_memory[i] = {zero};
}}
"""


def memory_use(subject: Subject, naming: Naming) -> list[str]:
    """Return the lines on the memory at the head of the file."""
    kept = len(subject.network.remembered)
    if not kept:
        return []
    p, interface = naming.prefix, subject.interface
    others = [f"{p}_act"] * (interface.head is not None)
    others += [f"{p}_probabilities"] * bool(interface.classes)
    calls = " or ".join([f"{p}_forward", *others])
    return wrap(
        f"It remembers the step before, in {count(kept, 'number')}: each call of {calls} is a "
        f"step. Call {p}_reset() before each episode. There is one memory, so the file plays one "
        f"episode at a time; to play others in between, copy {p}_memory away and back."
    )


def memory_declarations(subject: Subject, naming: Naming) -> Iterator[str]:
    """Yield the declarations of the memory and of what empties it."""
    kept = len(subject.network.remembered)
    if kept:
        yield f"extern {naming.real} {naming.prefix}_memory[{kept}];"
        yield f"void {naming.prefix}_reset(void);"


def memory(subject: Subject, naming: Naming) -> Iterator[str]:
    """Yield the definitions of the memory and of what empties it."""
    kept = len(subject.network.remembered)
    if kept:
        yield _MEMORY.format(real=naming.real, p=naming.prefix, kept=kept, zero=naming.number(0.0))


def remember_named(subject: Subject, names: Sequence[str], naming: Naming) -> Iterator[str]:
    """Yield the lines of straight code that keep for the next step what the rows `names` hold."""
    for place, row in enumerate(subject.network.remembered):
        yield f"    {naming.prefix}_memory[{place}] = {names[row]};"


def recall_values(subject: Subject, naming: Naming) -> Iterator[str]:
    """Yield the lines that put what is remembered behind the inputs, where the loop reads it."""
    kept = len(subject.network.remembered)
    if kept:
        yield f"    for (node = 0; node < {kept}; node++)"
        yield f"        value[node + {1 + subject.network.inputs}] = {naming.prefix}_memory[node];"


def remembered_places(subject: Subject, slots: list[int], values: int) -> list[int]:
    """Return where the loop finds what it is to remember.

    `slots` says where the value of each row of a step is kept, among so many `values`; outputs are
    counted on from there.
    """
    step, remembered = step_of(subject.network)
    outputs = 1 + step.inputs + step.hidden
    rows: list[int] = remembered.tolist()
    return [slots[row] if row < outputs else values + row - outputs for row in rows]


def remember_values(subject: Subject, values: int, naming: Naming) -> Iterator[str]:
    """Yield the loop that keeps for the next step what `remembered_places` says."""
    p, kept = naming.prefix, len(subject.network.remembered)
    if kept:
        yield f"    for (node = 0; node < {kept}; node++) {{"
        yield f"        const uint32_t place = {p}_remembered[node];"
        chosen = f"place < {values} ? value[place] : output[place - {values}]"
        yield f"        {p}_memory[node] = {chosen};"
        yield "    }"
