"""What `wann.encode` returns."""

from functools import cached_property
from pathlib import Path
from typing import Any

from wann.experiments.encoding.folder import ENCODER, MANIFEST, PICTURE
from wann.files import Anchored
from wann.runs.rundir import RunDir


class EncodeResult:
    """A trained encoder in its folder.

    Attributes:
        folder: where it lies; it goes where a path goes, such as into `wann.search(encoder=...)`.
    """

    folder = Anchored()

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @staticmethod
    def is_finished(folder: Path) -> bool:
        """Return whether the encoder in a folder is finished."""
        return (folder / MANIFEST).is_file()

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What is known of it: hashes, preprocessing, settings, versions, and its scores."""
        found: dict[str, Any] = RunDir(self.folder).read_json(MANIFEST, dict[str, Any])
        return found

    @property
    def scores(self) -> dict[str, Any]:
        """What it is worth on pictures that were kept out of training."""
        found: dict[str, Any] = self.manifest["held_out"]
        return found

    @property
    def picture(self) -> Path:
        """The picture of such pictures, and of what becomes of them."""
        return self.folder / PICTURE

    def __fspath__(self) -> str:
        return str(self.folder)

    def __repr__(self) -> str:
        return f"EncodeResult({str(self.folder)!r})"

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {"folder": str(self.folder), "finished": True, **self.manifest}

    def text(self) -> str:
        """Return what the command line tells of it."""
        scores, size = self.scores, self.manifest["encoder"]["bytes"]
        return (
            f"{self.folder / ENCODER}: {self.manifest['latents']} latents, {scores['active']} of "
            f"them active, {size:,} bytes\n"
            f"{100 * scores['explained']:.1f} % of the variance of {scores['frames']:,} held-out "
            f"pictures explained, squared error {scores['error']:.5f}\n"
            f"reconstructions in {self.picture}; sha256 {self.manifest['encoder']['sha256'][:16]}"
        )
