"""The digest of a run, by which two runs are known to have the same result."""

import hashlib
import re
from pathlib import Path
from typing import TypedDict

from wann.errors import UserError
from wann.reading import read_shaped
from wann.runs.filenames import CHAMPION, GENERATIONS, SUMMARY

CODING = "coding"  # what the further facts of a champion have of the arrays it was grown for
# In the object of these facts, where each stands on a line of its own and others follow
_CODING_LINE = re.compile(rf'^    "{CODING}": .*,\n'.encode(), re.MULTILINE)


class _Summary(TypedDict, total=False):
    finished: bool
    digest: str | None
    champion_sha256: str  # where the rows of the run are left out, as in the zoo


def run_digest(folder: Path) -> str:
    """Return the SHA-256 of a run's rows and champion: equal digests, equal results to the byte.

    The coding of arrays does not count: it follows from the data, and older champions have none.
    """
    digest = hashlib.sha256()
    for name in (GENERATIONS, CHAMPION):
        file = folder / name
        digest.update(_CODING_LINE.sub(b"", file.read_bytes()) if file.exists() else b"")
    return digest.hexdigest()


def check_result(folder: Path) -> None:
    """Raise UserError if a finished run holds other rows, or another champion, than when it ended.

    Of a run that is not finished, or that is no folder with a summary, nothing is known. Where a
    summary says that the rows are left out, it has the SHA-256 of the champion alone.
    """
    if not (folder / SUMMARY).is_file():
        return
    summary = read_shaped(folder / SUMMARY, _Summary)
    digest, found = summary.get("digest"), run_digest(folder)
    if "champion_sha256" in summary and not (folder / GENERATIONS).exists():
        digest = summary["champion_sha256"]  # of no rows and the champion
    if summary.get("finished") and digest is not None and found != digest:
        raise UserError(
            f"{folder / CHAMPION} or {GENERATIONS} beside it is damaged, or of another run: "
            f"{SUMMARY} lists the digest {digest[:16]}...; `wann resume {folder}` writes the "
            "champion anew, or name the network's file itself to use it as it is"
        )
