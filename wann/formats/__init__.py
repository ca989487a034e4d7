"""This room reads and writes networks as files.

Rooms above it import it. Begin with `network_reader`, the reader of a network file, and
`network_file`, what such a file holds. `json_format` is this project's own format, `out_format`
that of the 2019 release, and `python_format` writes a network as one Python file;
`release_weights` reads the tuned weights of the release's champions. `loaded_network` is a network
with all that is known of it, `load` finds that of a run or a file; `whole_network` keeps every
connection, those that lead nowhere, too. `safe_values` checks what is read.
"""

from wann.formats.json_format import dumps as dumps_json
from wann.formats.network_file import NetworkFile
from wann.formats.network_reader import read_network
from wann.formats.out_format import dumps as dumps_out
from wann.formats.python_format import dumps as dumps_python
from wann.formats.release_weights import read_release_weights, release_weights

__all__ = [
    "NetworkFile",
    "dumps_json",
    "dumps_out",
    "dumps_python",
    "read_network",
    "read_release_weights",
    "release_weights",
]
