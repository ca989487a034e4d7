"""JSON as all files of the project have it."""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from wann.files.folder import write_atomically


def json_bytes(value: Any) -> bytes:
    """Return the content of a JSON file: indented by two blanks, and a newline at the end.

    ValueError where `value` holds a number that is not finite: JSON has none.
    """
    return (json.dumps(value, indent=2, allow_nan=False) + "\n").encode()


def finite(value: Any) -> Any:
    """Return JSON values with Python's own numbers, None in place of those that are not finite."""
    import numpy as np  # not at the top: the command line writes files, and begins without numpy

    if isinstance(value, Mapping):
        return {key: finite(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [finite(entry) for entry in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def write_json(path: Path, value: Any) -> None:
    """Replace a JSON file, atomically; see `json_bytes`."""
    write_atomically(path, json_bytes(value))
