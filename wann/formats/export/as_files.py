"""The formats that this project had before it exported to others, as targets among these."""

from wann.formats import json_format, out_format, python_format
from wann.formats.export.subject import Subject


def dumps_json(subject: Subject) -> str:
    """Return the text of a network file, with every connection."""
    return json_format.dumps(subject.file)


def dumps_out(subject: Subject) -> str:
    """Return a table of the 2019 release, with every connection."""
    return out_format.dumps(subject.file)


def dumps_python(subject: Subject) -> str:
    """Return the source of a Python file."""
    return python_format.dumps(subject.file, subject.name, subject.weight)
