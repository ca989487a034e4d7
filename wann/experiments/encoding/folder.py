"""The folder of an encoder: its files, how it is made, and how it is opened again.

encoding.json          the settings             environment.json  versions and machine
frames.bin             the collected pictures   episodes.jsonl    a row for each episode of them
epochs.jsonl           a row for each epoch     checkpoint.safetensors  from which training goes on
encoder.safetensors    the encoder              manifest.json     what it is, and how good it is
reconstructions.png    pictures that were kept out, and what becomes of them

The pictures and the checkpoint are removed in the end.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from wann.config import EncodeConfig
from wann.errors import Taken, UserError
from wann.files import json_bytes
from wann.runs import rundir
from wann.runs.filenames import ENVIRONMENT, LOCK
from wann.runs.lock import FolderLock
from wann.runs.making import Making
from wann.runs.rundir import RunDir
from wann.runs.versions import environment
from wann.tasks.gym.encoder_files import FILE, MANIFEST_FILE, SETTINGS_FILE

SETTINGS = SETTINGS_FILE
FRAMES, EPISODES = "frames.bin", "episodes.jsonl"
EPOCHS, CHECKPOINT = "epochs.jsonl", "checkpoint.safetensors"
ENCODER, MANIFEST, PICTURE = FILE, MANIFEST_FILE, "reconstructions.png"

_MAKING = Making(SETTINGS, (ENVIRONMENT,))
_OWN = (
    *(SETTINGS, ENVIRONMENT, LOCK, FRAMES, EPISODES, EPOCHS),
    *(CHECKPOINT, ENCODER, MANIFEST, PICTURE),
)


def is_encoding(folder: Path) -> bool:
    """Return whether an encoder is, or was to be, trained in a folder."""
    return (folder / SETTINGS).is_file()


@contextmanager
def created(path: Path, config: EncodeConfig) -> Iterator[RunDir]:
    """Make the folder of a new encoder, and lend it, open for writing.

    Taken where something lies there already, or another process writes there.
    """
    _check_free(path)
    with FolderLock(path):
        _check_free(path)  # another process may have made one there meanwhile
        with _MAKING.made(path, json_bytes(config.to_dict())) as files:
            files.write(ENVIRONMENT, json_bytes(environment(())))
    with RunDir(path).locked(_OWN) as run:
        yield run


@contextmanager
def reopened(path: Path) -> Iterator[tuple[RunDir, EncodeConfig]]:
    """Lend the folder of an encoder whose making was stopped, open for writing, and its settings.

    UserError if it is none, is damaged, or another process writes to it.
    """
    if not is_encoding(path):
        raise UserError(
            f"{path} is not an encoder: expected a folder with {SETTINGS} in it, as `wann encode` "
            "makes"
        )
    with RunDir(path).locked(_OWN) as run:
        yield run, run.read_settings(SETTINGS, EncodeConfig())


def _check_free(path: Path) -> None:
    if _MAKING.can_begin(path):
        return
    again = f", or go on with: wann resume {path}" if is_encoding(path) else ""
    there = "exists already" if os.path.lexists(path) else "cannot be made"
    raise Taken(f"{path} {there}: give another --out{again}")


@contextmanager
def created_where_free(folder: Path, name: str, config: EncodeConfig) -> Iterator[RunDir]:
    """Make and lend a folder as `created` does, which is numbered where `name` is taken."""
    with ExitStack() as held:

        def make(path: Path) -> RunDir:
            return held.enter_context(created(path, config))

        yield rundir.made_where_free(folder, name, make, _MAKING)
