"""Networks as files: this project's JSON, the 2019 release's `.out`, and Python source (written only)."""

from pathlib import Path

from wann.formats import json_format, out_format
from wann.formats.json_format import dumps as dumps_json
from wann.formats.network_file import NetworkFile, read_text
from wann.formats.out_format import dumps as dumps_out
from wann.formats.out_format import read_release_weights, release_weights
from wann.formats.python_format import dumps as dumps_python

__all__ = [
    "NetworkFile",
    "dumps_json",
    "dumps_out",
    "dumps_python",
    "read_network",
    "read_release_weights",
    "release_weights",
]


def read_network(path: Path, inputs: int | None = None, outputs: int | None = None) -> NetworkFile:
    """Return the network in a file: JSON if its name ends so or its text begins so, else a `.out` table.

    A table does not always show how many of its nodes are inputs and outputs; `inputs` (without the
    bias) and `outputs` say so, JSON files say it themselves. UserError with one line that names the
    file, if it cannot be read or holds no network.
    """
    text = read_text(path)
    is_json = path.suffix.lower() == ".json" or text.lstrip().startswith("{")
    if is_json:
        return json_format.loads(text, str(path))
    return out_format.loads(text, str(path), inputs, outputs)
