"""The reader of a network file, whatever its format."""

from pathlib import Path

from wann.formats import json_format, out_format
from wann.formats.network_file import NetworkFile, read_text


def read_network(path: Path, inputs: int | None = None, outputs: int | None = None) -> NetworkFile:
    """Return the network in a file: JSON if its name or its text says so, else a `.out` table.

    A table does not always show how many of its nodes are inputs and outputs; `inputs` (without the
    bias) and `outputs` say so, JSON files say it themselves. UserError with one line that names the
    file, if it cannot be read or holds no network.
    """
    text = read_text(path)
    is_json = path.suffix.lower() == ".json" or text.lstrip().startswith("{")
    if is_json:
        return json_format.loads(text, str(path))
    return out_format.loads(text, str(path), inputs, outputs)
