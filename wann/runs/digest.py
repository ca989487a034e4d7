"""The digest of a run, by which two runs are known to have the same result."""

import hashlib
from pathlib import Path

from wann.runs.filenames import CHAMPION, GENERATIONS


def run_digest(folder: Path) -> str:
    """Return the SHA-256 of a run's rows and champion: equal digests, equal results to the byte."""
    digest = hashlib.sha256()
    for name in (GENERATIONS, CHAMPION):
        file = folder / name
        digest.update(file.read_bytes() if file.exists() else b"")
    return digest.hexdigest()
