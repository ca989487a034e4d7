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
from wann.experiments.pruning.rows import DENSE, StudyRow
from wann.files import Folder
from wann.jobs import row_files
from wann.pruning import masks as masking
from wann.pruning.masks import Masks
from wann.pruning.masks.files import content_of
from wann.pruning.tensor_files import tensor_bytes
from wann.pruning.training.training import State

_REMEDY = "the step is done again"


def step_folder(study: Path, seed: int, method: str | None, **keys: object) -> Path:
    """Return where a step lies: seed=0/imp/round=3, seed=0/snip/density=0.05,control=shuffle."""
    folder = study / f"seed={seed}" / ("dense" if method is None else method.replace(":", "."))
    return (
        folder / ",".join(f"{key}={value}" for key, value in keys.items() if value)
        if keys
        else folder
    )


def read_row(folder: Path) -> StudyRow | None:
    """Return the row of a step, None if it is not done.

    UserError if it is damaged, or the row of another step.
    """
    row = row_files.read_row(folder / ROW, StudyRow.from_json, _REMEDY)
    if row is not None and not _belongs(row, folder):
        raise UserError(
            f"{folder / ROW} is the row of another step ({row.method}, seed {row.seed}, density "
            f"{row.asked}): remove {folder}, and {_REMEDY}"
        )
    return row


def _belongs(row: StudyRow, folder: Path) -> bool:
    """Whether the folder of a step is the one in which a row has to lie."""
    if row.method == DENSE:
        expected = step_folder(Path(), row.seed, None)
    elif row.asked is None:
        expected = step_folder(Path(), row.seed, row.method, round=row.round)
    else:
        keys = {"density": row.asked, "control": row.control}
        expected = step_folder(Path(), row.seed, row.method, **keys)
    return folder.parts[-len(expected.parts) :] == expected.parts


def write_step(
    study: Path, folder: Path, row: StudyRow, masks: Masks | None = None, **states: State
) -> None:
    """Write what a step of a `study` gave into its `folder` there, the row last."""
    files, inner = Folder(study), folder.relative_to(study)
    written = {f"{name}{STATES}": tensor_bytes(state) for name, state in states.items()}
    if masks is not None:
        written[MASKS] = content_of(masks)
    for name, content in written.items():
        files.write(inner / name, content)
    files.write(inner / ROW, row_files.row_bytes(row.to_json(), written))


def read_masks(folder: Path, device: str | torch.device) -> Masks:
    """Return the masks of a step; UserError if they are not there or damaged."""
    masks = masking.load(folder / MASKS, device)
    row_files.check_file(folder / ROW, MASKS, _REMEDY)
    return masks


def read_state(folder: Path, name: str, device: str | torch.device) -> State:
    """Return the weights `name` that a step left; UserError if they are not there or damaged."""
    path = folder / f"{name}{STATES}"
    try:
        row_files.check_file(folder / ROW, path.name, _REMEDY)
        return {key: value.to(device) for key, value in load_file(path).items()}
    except (OSError, SafetensorError) as error:
        raise UserError(f"{path} cannot be read: {error}; remove {folder}, and {_REMEDY}") from None


def rows_below(study: Path) -> Iterator[StudyRow]:
    """Yield the rows of all finished steps, in the order of their folders."""
    for path in sorted(study.glob(f"seed=*/**/{ROW}")):
        row = read_row(path.parent)
        if row is not None:
            yield row


def is_done(folder: Path) -> bool:
    """Whether a step is finished."""
    return (folder / ROW).exists()
