"""The Ray that runs on this machine already, if it is this user's own.

Ray notes its address in a folder that all users of the machine share. Another user's Ray would run
what this one sends as the other user, and give back what the other user likes.
"""

import os
import tempfile
from pathlib import Path

from wann.errors import UserError
from wann.evaluators.ray.address import parse_address
from wann.evaluators.ray.reaching import check_reachable

_NOTE, _SESSION = "ray_current_cluster", "session_latest"
# Linux tells here who listens at which port.
_LISTENERS = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
_LISTENING = "0A"


def running_here() -> str | None:
    """Return the address of a Ray that runs on this machine and is this user's.

    None if there is none, or it is another user's.
    """
    folder = Path(os.environ.get("RAY_TMPDIR") or tempfile.gettempdir()) / "ray"
    try:
        if not all(_is_own(folder / name) for name in (_NOTE, _SESSION)):
            return None
        address = (folder / _NOTE).read_text(encoding="utf-8").strip()
        if not _is_own_listener(parse_address(address).port):
            return None
        check_reachable(address)
    except (OSError, UserError, UnicodeDecodeError):
        return None
    return address


def _is_own(path: Path) -> bool:
    """Return whether a file is this user's, and what it links to; OSError if there is none."""
    return not hasattr(os, "getuid") or path.lstat().st_uid == path.stat().st_uid == os.getuid()


def _is_own_listener(port: int) -> bool:
    """Return whether nobody but this user listens at a port, as far as the system tells.

    The note of a Ray that has ended may lead to another user's that took its port.
    """
    for table in _LISTENERS:
        try:
            lines = table.read_text(encoding="utf-8", errors="surrogateescape").splitlines()[1:]
        except OSError:
            continue
        for fields in map(str.split, lines):
            at = int(fields[1].rpartition(":")[2], 16)
            if at == port and fields[3] == _LISTENING and int(fields[7]) != os.getuid():
                return False
    return True
