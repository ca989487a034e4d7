"""Files that other files list: unchanged since then, and inside the folder that lists them."""

import hashlib
from pathlib import Path

from wann.errors import UserError, in_short


def sha256(content: bytes) -> str:
    """Return the SHA-256 of the content of a file, as other files list it."""
    return hashlib.sha256(content).hexdigest()


def check_listed(path: Path, listed: str | None, origin: Path, advice: str) -> None:
    """Raise UserError unless the content of `path` is that whose SHA-256 the file `origin` lists.

    Files of before checksums were kept list none, and are taken as they are. `advice` says what the
    user can do.
    """
    if listed is None:
        return
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UserError(
            f"{path} cannot be read ({error.strerror}), which {origin} lists; {advice}"
        ) from None
    if sha256(content) != listed:
        raise UserError(
            f"{path} is damaged, or another file: {origin} lists other content (SHA-256 "
            f"{listed[:16]}...); {advice}"
        )


def inside(folder: Path, name: str, origin: Path) -> Path:
    """Return the path of the file that `origin` calls `name` in a folder.

    UserError if the name leads out of the folder, by itself or through a link.
    """
    path = folder / name
    try:
        stays = path.resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError):  # a null character, or links in a circle
        stays = False
    if not stays:
        raise UserError(f"{origin} is damaged: it lists {in_short(name)}, which is not in {folder}")
    return path
