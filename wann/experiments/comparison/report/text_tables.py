"""Tables whose cells are text, which every form of the report shows in its own way."""

from typing import NamedTuple


class TextTable(NamedTuple):
    """A table whose cells are text."""

    title: str
    heads: list[str]
    lines: list[list[str]]
    names: int = 1  # how many columns, from the left, name the line; the others are numbers


class TextSection(NamedTuple):
    """A part of the report: sentences, and tables below them."""

    name: str  # short, of letters alone
    heading: str
    sentences: list[str]
    tables: list[TextTable]
