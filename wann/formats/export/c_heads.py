"""What is made of outputs in C: actions, classes, probabilities."""

from collections.abc import Iterator

import numpy as np

from wann.formats.export.c_functions import Naming
from wann.formats.export.header import numbers_of
from wann.formats.export.subject import Subject
from wann.tasks.gym.actions import AboveZero, Largest, Scaled

_MOST_FLOAT = float(np.finfo(np.float32).max)


def needed_by_head(subject: Subject) -> set[str]:
    """Return the names of the functions that the head needs; see `c_functions`."""
    head = subject.interface.head
    needed = {"exp"} if subject.interface.classes else set()
    if isinstance(head, Largest):
        return needed | {"largest"}
    if isinstance(head, Scaled):
        needed |= {"between"} if head.bounded.any() else set()
        beyond = head.oversteps(single=subject.single).any()
        needed |= {"held"} if head.whole or beyond or not head.bounded.all() else set()
        return needed | ({"rint"} if head.whole else set())
    return needed


def parameters(subject: Subject, naming: Naming) -> str:
    """Return the parameters that all functions of the file begin with."""
    weight = "" if subject.weights is not None else f", {naming.real} weight"
    return f"const {naming.real} observation[{subject.network.inputs}]{weight}"


def signatures(subject: Subject, naming: Naming) -> list[str]:
    """Return the signatures of all functions for the user, that of the forward pass first."""
    given, p, head = parameters(subject, naming), naming.prefix, subject.interface.head
    outputs = subject.network.outputs
    found = [f"void {p}_forward({given}, {naming.real} output[{outputs}])"]
    if isinstance(head, Largest) and len(head.sizes) == 1:
        found.append(f"int {p}_act({given})")
    elif isinstance(head, Largest):
        found.append(f"void {p}_act({given}, int action[{len(head.sizes)}])")
    elif isinstance(head, AboveZero):
        found.append(f"void {p}_act({given}, int action[{outputs}])")
    elif isinstance(head, Scaled):
        found.append(f"void {p}_act({given}, {naming.real} action[{outputs}])")
    if subject.interface.classes:
        found.append(f"void {p}_probabilities({given}, {naming.real} probability[{outputs}])")
    return found


def head_functions(subject: Subject, naming: Naming) -> Iterator[str]:
    """Yield the definitions of what is made of outputs."""
    _, *others = signatures(subject, naming)
    bodies = []
    if subject.interface.head is not None:
        bodies.append(_act(subject, naming))
    if subject.interface.classes:
        bodies.append(_probabilities(subject, naming))
    for signature, body in zip(others, bodies, strict=True):
        yield "\n".join([signature, "{", *(f"    {line}" for line in body), "}\n"])


def class_names(subject: Subject, naming: Naming) -> Iterator[str]:
    """Yield the table of the names of classes."""
    classes = subject.interface.classes
    if classes:
        listed = ",\n    ".join(map(_string, classes))
        yield f"const char *const {naming.prefix}_classes[{len(classes)}] = {{\n    {listed}\n}};\n"


def _act(subject: Subject, naming: Naming) -> list[str]:
    head, outputs = subject.interface.head, subject.network.outputs
    if isinstance(head, Scaled):
        return [_forward(subject, naming, "action"), *_scale(head, outputs, naming)]
    lines = [f"{naming.real} output[{outputs}];"]
    if isinstance(head, AboveZero):
        lines += ["int i;", _forward(subject, naming, "output")]
        zero = naming.number(0.0)
        return [*lines, f"for (i = 0; i < {outputs}; i++)", f"    action[i] = output[i] > {zero};"]
    assert isinstance(head, Largest)
    lines.append(_forward(subject, naming, "output"))
    first = 0
    for group, (size, start) in enumerate(zip(head.sizes, head.starts, strict=True)):
        where = f"output + {first}" if first else "output"
        chosen = f"{naming.prefix}_largest({where}, {size}){f' + {start}' if start else ''};"
        lines.append(f"return {chosen}" if len(head.sizes) == 1 else f"action[{group}] = {chosen}")
        first += size
    return lines


def _forward(subject: Subject, naming: Naming, into: str) -> str:
    weight = "" if subject.weights is not None else ", weight"
    return f"{naming.prefix}_forward(observation{weight}, {into});"


def _scale(head: Scaled, outputs: int, naming: Naming) -> Iterator[str]:
    """Yield the statements that turn outputs into numbers of an action, in place."""
    alike = len(set(_bounds(head))) == 1 and outputs > 1
    if alike:
        yield "int i;"
        yield f"for (i = 0; i < {outputs}; i++)"
        yield f"    action[i] = {_scaled(head, 0, 'action[i]', naming)};"
        return
    for i in range(outputs):
        yield f"action[{i}] = {_scaled(head, i, f'action[{i}]', naming)};"


def _bounds(head: Scaled) -> list[tuple[float, float]]:
    return list(zip(numbers_of(head.low), numbers_of(head.high), strict=True))


def _scaled(head: Scaled, i: int, value: str, naming: Naming) -> str:
    """Return the expression of one number of an action."""
    (low, high), (least, most), p = _bounds(head)[i], head.limits, naming.prefix
    if naming.single:
        least, most = max(least, -_MOST_FLOAT), min(most, _MOST_FLOAT)
    within = ", ".join(map(naming.number, (max(low, least), min(high, most))))
    if head.bounded.flat[i]:
        middle, half = numbers_of(head.middle)[i], numbers_of(head.half)[i]
        value = f"{p}_between({value}, {naming.number(middle)}, {naming.number(half)})"
    else:
        value = f"{p}_held({value} == {value} ? {value} : {naming.number(0.0)}, {within})"
    if head.whole:
        value = f"{p}_rint({value})"
    held = head.whole or head.oversteps(single=naming.single)[i]
    return f"{p}_held({value}, {within})" if held else value


def _probabilities(subject: Subject, naming: Naming) -> list[str]:
    outputs, p, zero = subject.network.outputs, naming.prefix, naming.number(0.0)
    return [
        f"{naming.real} largest, sum = {zero};",
        "int i;",
        _forward(subject, naming, "probability"),
        f"largest = probability[{p}_largest(probability, {outputs})];",
        f"for (i = 0; i < {outputs}; i++) {{",
        f"    probability[i] = {p}_exp(probability[i] - largest);",
        "    sum += probability[i];",
        "}",
        f"for (i = 0; i < {outputs}; i++)",
        "    probability[i] /= sum;",
    ]


def _string(text: str) -> str:
    """Return text as a string of C: bytes that are not plain letters are numbers."""
    return '"' + "".join(map(_character, text.encode(errors="backslashreplace"))) + '"'


def _character(byte: int) -> str:
    plain = byte < 128 and (chr(byte).isalnum() or chr(byte) in " _-.,:()+=<>/")
    return chr(byte) if plain else f"\\{byte:03o}"
