"""All writing to disk goes through this folder, so that nothing is half written or written astray.

Every room may import it. `folder` has the one class that writes, removes and cuts files: whatever
it replaces is there old or new and whole, and it follows no link. `unfinished` knows the files that
a process leaves when it is killed while it writes, and `tidying` removes them. `json_values` is
JSON as all files have it, and `names` is for the names of files.
"""

from wann.files.folder import Folder, write_atomically
from wann.files.json_values import finite, json_bytes, write_json
from wann.files.names import as_file_name, free_name
from wann.files.tidying import tidy
from wann.files.unfinished import finished_name, is_unfinished

__all__ = [
    "Folder",
    "as_file_name",
    "finished_name",
    "finite",
    "free_name",
    "is_unfinished",
    "json_bytes",
    "tidy",
    "write_atomically",
    "write_json",
]
