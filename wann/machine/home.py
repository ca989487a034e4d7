"""Paths that begin with a user's home."""

from pathlib import Path

from wann.errors import UserError


def expanded(path: str, given_by: str) -> Path:
    """Return a path with the home in place of its `~`.

    UserError, which names what the path was `given_by`, where nobody knows that home.
    """
    try:
        return Path(path).expanduser()
    except RuntimeError:
        raise UserError(
            f"{given_by}: expected a path, got {path!r}, and there is no home for its ~ (no such "
            "user, or HOME is not set): give the whole path"
        ) from None
