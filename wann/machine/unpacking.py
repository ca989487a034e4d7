"""Files as they are or gzipped, read within a limit: what a gzip file says of its size may lie."""

import gzip
import io
import zlib
from pathlib import Path
from typing import BinaryIO

from wann.errors import UserError
from wann.machine.memory import in_words, largest_content


def read_unpacked(path: Path, most: int | None = None) -> bytes:
    """Return the content of a file, uncompressed if it is gzipped.

    UserError where it is damaged or cannot be read, or has more than `most` bytes uncompressed (by
    default `largest_content`).
    """
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            return _read(gzip.GzipFile(fileobj=file) if packed else file, str(path), most)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise _damaged(str(path), error) from None
    except OSError as error:
        raise UserError(
            f"{path}: cannot be read ({error.strerror}); check the path and its permissions"
        ) from None


def unpacked(packed: bytes, origin: str) -> bytes:
    """Return gzipped bytes uncompressed; UserError, naming their `origin`, as above."""
    try:
        return _read(gzip.GzipFile(fileobj=io.BytesIO(packed)), origin, None)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise _damaged(origin, error) from None


def _read(file: BinaryIO | gzip.GzipFile, origin: str, most: int | None) -> bytes:
    limit = largest_content() if most is None else most
    content = file.read(limit + 1)
    if len(content) > limit:
        raise UserError(
            f"{origin}: expected at most {in_words(limit)} unpacked (a data set may fill a quarter "
            "of the memory, and 4 GiB), got more; use a smaller data set"
        )
    return content


def _damaged(origin: str, error: Exception) -> UserError:
    return UserError(
        f"{origin}: damaged or cut off ({error}); expected a whole gzip file: fetch it again"
    )
