"""How data became numbers and classes, as JSON, so that new data are treated alike."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from wann.errors import UserError


class CodedColumn(NamedTuple):
    """How a column becomes inputs: one number scaled from `low` to `high`, or one for each text."""

    name: str
    low: float = 0.0
    high: float = 1.0
    texts: tuple[str, ...] = ()  # none: the column has numbers

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names of the inputs."""
        return tuple(f"{self.name}={text}" for text in self.texts) or (self.name,)


class Coding(NamedTuple):
    """How a table becomes numbers."""

    columns: tuple[CodedColumn, ...]
    classes: tuple[str, ...]
    clipped: bool = True  # whether numbers beyond `low` and `high` are taken as those

    def to_json(self) -> str:
        """Return the coding as JSON."""
        return json.dumps(self.to_values())

    def to_values(self) -> dict[str, Any]:
        """Return the coding in JSON values; that numbers are clipped is not said."""
        columns = [column._asdict() for column in self.columns]
        further = {} if self.clipped else {"clipped": False}
        return {"columns": columns, "classes": self.classes, **further}

    @classmethod
    def from_json(cls, text: str) -> "Coding":
        """Return the coding that `text` describes; UserError if it describes none."""
        try:
            data: Any = json.loads(text)
            columns = tuple(
                CodedColumn(
                    str(entry["name"]),
                    float(entry["low"]),
                    float(entry["high"]),
                    tuple(str(value) for value in entry["texts"]),
                )
                for entry in data["columns"]
            )
            if not all(column.low < column.high for column in columns):
                raise ValueError
            classes = tuple(str(name) for name in data["classes"])
            return cls(columns, classes, data.get("clipped", True) is not False)
        except (ValueError, KeyError, TypeError, RecursionError):
            raise UserError(
                "the coding of a table: expected columns with name, low, high and texts, and "
                "classes; is the file damaged?"
            ) from None


class ArrayCoding(NamedTuple):
    """How arrays become inputs and classes: what became 0 and 1, and the names of the classes."""

    low: float
    high: float
    classes: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the coding in JSON values."""
        return {"low": self.low, "high": self.high, "classes": list(self.classes)}

    @classmethod
    def from_json(cls, text: str) -> "ArrayCoding":
        """Return the coding that `text` describes; UserError if it describes none."""
        try:
            data: Any = json.loads(text)
            low, high = float(data["low"]), float(data["high"])
            if not low <= high:
                raise ValueError
            return cls(low, high, tuple(str(name) for name in data["classes"]))
        except (ValueError, KeyError, TypeError, RecursionError):
            raise UserError(
                "the coding of arrays: expected low, high and classes; is the file damaged?"
            ) from None

    def of_columns(self, names: Sequence[str]) -> Coding:
        """Return the coding that treats the columns of a table as these arrays."""
        high = self.high if self.high > self.low else self.low + 1.0
        return Coding(tuple(CodedColumn(name, self.low, high) for name in names), self.classes)


def is_of_arrays(coding: object) -> bool:
    """Return whether a coding, in JSON values, is one of arrays and not of a table."""
    return isinstance(coding, Mapping) and "columns" not in coding and "low" in coding
