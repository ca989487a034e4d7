"""Nothing but `wann.files` writes, moves or removes files.

The cache of compiled kernels is no file of a user's, and looks after itself; and output is sent to
nowhere by a file of the system.
"""

import ast
from pathlib import Path

import pytest
from paths import ROOT

_ELSEWHERE = {"wann/kernels/cache.py", "wann/cli/results.py"}
_FUNCTIONS = {
    "os": {
        *("link", "makedirs", "mkdir", "mkfifo", "mknod", "open", "remove", "removedirs"),
        *("rename", "renames", "replace", "rmdir", "symlink", "truncate", "unlink"),
    },
    "shutil": {"copy", "copy2", "copyfile", "copytree", "move", "rmtree", "unpack_archive"},
    "tempfile": {"NamedTemporaryFile", "mkdtemp", "mkstemp"},
}
_METHODS = {
    *("hardlink_to", "mkdir", "rename", "rmdir", "savetxt", "symlink_to", "touch", "unlink"),
    *("write_bytes", "save_file", "tofile"),
}
SOURCES = [
    path
    for path in sorted((ROOT / "wann").glob("**/*.py"))
    if path.relative_to(ROOT).parts[1] not in ("files", "envs")
]


def writes(call: ast.Call) -> bool:
    """Return whether a call changes files, as far as its name and its texts tell."""
    function = call.func
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        of_module = function.attr in _FUNCTIONS.get(function.value.id, ())
    else:
        of_module = False
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if name == "open" and of_module:
        return "O_RDONLY" not in ast.unparse(call)
    if name == "write_text" and not of_module:  # of a path; `RunDir.write_text` takes a name, too
        return len(call.args) < 2
    if name == "open" and not of_module:
        modes = [
            arg.value
            for arg in (*call.args, *(key.value for key in call.keywords))
            if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
        ]
        return any(set(mode) <= set("rwaxbt+") and set(mode) & set("wax+") for mode in modes)
    return of_module or name in _METHODS


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_other_code_writes_files(path: Path) -> None:
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    found = [node.lineno for node in calls if writes(node)]
    assert bool(found) == (path.relative_to(ROOT).as_posix() in _ELSEWHERE), found
