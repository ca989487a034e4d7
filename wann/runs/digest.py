"""The digest of a run, by which two runs are known to have the same result."""

import hashlib
from pathlib import Path
from typing import TypedDict

from wann.errors import UserError
from wann.reading import read_shaped
from wann.runs.filenames import CHAMPION, GENERATIONS, SUMMARY


class _Summary(TypedDict, total=False):
    finished: bool
    digest: str | None


def run_digest(folder: Path) -> str:
    """Return the SHA-256 of a run's rows and champion: equal digests, equal results to the byte."""
    digest = hashlib.sha256()
    for name in (GENERATIONS, CHAMPION):
        file = folder / name
        digest.update(file.read_bytes() if file.exists() else b"")
    return digest.hexdigest()


def check_result(folder: Path) -> None:
    """Raise UserError if a finished run holds other rows, or another champion, than when it ended.

    Of a run that is not finished, whose rows are left out, or that is no folder with a summary,
    nothing is known.
    """
    if not (folder / SUMMARY).is_file() or not (folder / GENERATIONS).is_file():
        return
    summary = read_shaped(folder / SUMMARY, _Summary)
    digest = summary.get("digest")
    if summary.get("finished") and digest is not None and run_digest(folder) != digest:
        raise UserError(
            f"{folder / CHAMPION} or {GENERATIONS} beside it is damaged, or of another run: "
            f"{SUMMARY} lists the digest {digest[:16]}...; `wann resume {folder}` writes the "
            "champion anew, or name the network's file itself to use it as it is"
        )
