"""What the steps of a study leave: a folder for each, with masks, weights and a row.

The row is written last: where it lies, the step is finished, and all of it is there.
"""

from collections.abc import Iterator
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from wann.errors import UserError
from wann.experiments.pruning.filenames import MASKS, ROW, STATES
from wann.experiments.pruning.rows import StudyRow
from wann.files import Folder, json_bytes
from wann.jobs import row_files
from wann.pruning import masks as masking
from wann.pruning.masks import Masks
from wann.pruning.masks.files import content_of
from wann.pruning.tensor_files import tensor_bytes
from wann.pruning.training.training import State


def step_folder(study: Path, seed: int, method: str | None, **keys: object) -> Path:
    """Return where a step lies: seed=0/imp/round=3, seed=0/snip/density=0.05,control=shuffle."""
    folder = study / f"seed={seed}" / ("dense" if method is None else method.replace(":", "."))
    return (
        folder / ",".join(f"{key}={value}" for key, value in keys.items() if value)
        if keys
        else folder
    )


def read_row(folder: Path) -> StudyRow | None:
    """Return the row of a step, None if it is not done; UserError if it is damaged."""
    return row_files.read_row(folder / ROW, StudyRow.from_json, "the step is done again")


def write_step(
    study: Path, folder: Path, row: StudyRow, masks: Masks | None = None, **states: State
) -> None:
    """Write what a step of a `study` gave into its `folder` there, the row last."""
    files, inner = Folder(study), folder.relative_to(study)
    for name, state in states.items():
        files.write(inner / f"{name}{STATES}", tensor_bytes(state))
    if masks is not None:
        files.write(inner / MASKS, content_of(masks))
    files.write(inner / ROW, json_bytes(row.to_json()))


def read_masks(folder: Path, device: str | torch.device) -> Masks:
    """Return the masks of a step."""
    return masking.load(folder / MASKS, device)


def read_state(folder: Path, name: str, device: str | torch.device) -> State:
    """Return the weights `name` that a step left; UserError if they are not there or damaged."""
    path = folder / f"{name}{STATES}"
    try:
        return {key: value.to(device) for key, value in load_file(path).items()}
    except (OSError, SafetensorError) as error:
        raise UserError(
            f"{path} cannot be read: {error}; remove {folder}, and the step is done again"
        ) from None


def rows_below(study: Path) -> Iterator[StudyRow]:
    """Yield the rows of all finished steps, in the order of their folders."""
    for path in sorted(study.glob(f"seed=*/**/{ROW}")):
        row = read_row(path.parent)
        if row is not None:
            yield row


def is_done(folder: Path) -> bool:
    """Whether a step is finished."""
    return (folder / ROW).exists()
