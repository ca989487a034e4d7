"""The formats that this project had before it exported to others, as targets among these."""

from wann.formats import json_format, out_format, python_format
from wann.formats.export import python_heads
from wann.formats.export.header import header, in_docstring
from wann.formats.export.subject import Subject


def dumps_json(subject: Subject) -> str:
    """Return the text of a network file, with every connection."""
    return json_format.dumps(subject.file)


def dumps_out(subject: Subject) -> str:
    """Return a table of the 2019 release, with every connection."""
    return out_format.dumps(subject.file)


def dumps_python(subject: Subject) -> str:
    """Return the source of a Python file.

    Of a network alone its function `act` returns the outputs. With a task that is `forward`, and
    `act` returns an action.
    """
    file = subject.file._replace(weights=None) if subject.weights is None else subject.file
    if subject.interface.head is None and subject.interface.scaling is None:
        return python_format.dumps(file, subject.name, subject.weight)
    numbers = "floats. The results are those of wann to the last bit"
    lines = header(subject, python_heads.use(subject), numbers)
    inputs = "scaled(observation)" if subject.interface.scaling else "map(float, observation)"
    around = python_format.Surroundings(
        "\n".join(map(in_docstring, lines)) + "\n",
        "forward",
        inputs,
        tuple(python_heads.functions(subject)),
    )
    return python_format.dumps(file, subject.name, subject.weight, around)
