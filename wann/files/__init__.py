"""All writing to disk goes through this folder, so that nothing is half written or written astray.

Every room may import it. `folder` has the one class that writes, removes and cuts files: whatever
it replaces is there old or new and whole, and it follows no link. `new_files` are those that users
name, in whose place there must be nothing. `unfinished` knows the files that a process leaves when
it is killed while it writes, and `tidying` removes them. `json_values` is JSON as all files have
it, `names` is for names of files, and `checksums` knows a file again that another one lists.
"""

from wann.files.anchored import Anchored
from wann.files.checksums import check_listed, inside, sha256
from wann.files.folder import Folder, write_atomically
from wann.files.json_values import finite, json_bytes, write_json
from wann.files.names import as_file_name, free_name
from wann.files.new_files import write_new
from wann.files.tidying import tidy
from wann.files.unfinished import finished_name, is_unfinished

__all__ = [
    "Anchored",
    "Folder",
    "as_file_name",
    "check_listed",
    "finished_name",
    "finite",
    "free_name",
    "inside",
    "is_unfinished",
    "json_bytes",
    "sha256",
    "tidy",
    "write_atomically",
    "write_json",
    "write_new",
]
