"""Masks as `safetensors` files, which any tool of PyTorch can read.

A file holds a bool tensor under the name of each parameter. Its metadata hold the name of this
format and how many weights each layer keeps.
"""

import hashlib
import json
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open

from wann.errors import UserError
from wann.files import write_atomically
from wann.pruning.masks.types import Masks, ShortMasks
from wann.pruning.tensor_files import tensor_bytes
from wann.reading import parse_shaped

FORMAT = "wann-masks-1"


def save(path: Path | str, masks: Masks) -> None:
    """Write `masks` so that the file is there whole or not at all; equal masks give equal bytes."""
    write_atomically(Path(path), content_of(masks))


def content_of(masks: Masks) -> bytes:
    """Return the content of a file of `masks`, the same for equal masks."""
    kept = json.dumps(_kept(masks))
    metadata = {"format": FORMAT, "kept": kept, "sha256": _digest(masks)}
    return tensor_bytes(masks, metadata)


def load(path: Path | str, device: torch.device | str = "cpu") -> Masks:
    """Return the masks in the file `path`, in the order they were saved in.

    UserError if it holds none.
    """
    path = Path(path)
    if not path.is_file():
        raise UserError(f"{path} is no file: expected masks that `save` wrote")
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            names = list(file.keys())  # a file that is no mapping: it cannot be iterated itself
            tensors = {name: file.get_tensor(name) for name in names}
    except (SafetensorError, OSError) as error:
        raise UserError(
            f"{path} cannot be read as safetensors: {str(error).splitlines()[0]}; save it again"
        ) from None
    if metadata.get("format") != FORMAT:
        raise UserError(
            f"{path} holds no masks of this project: expected the format {FORMAT!r} in its metadata"
        )
    try:
        kept = parse_shaped(metadata["kept"], dict[str, int], path)
    except (KeyError, UserError):
        raise UserError(
            f"{path} is damaged: its metadata do not say how many weights are kept; save it again"
        ) from None
    for name, mask in tensors.items():
        if mask.dtype != torch.bool:
            raise UserError(f"{path} holds {name!r} of type {mask.dtype}: expected bool")
    if kept != _kept(tensors):
        raise UserError(
            f"{path} is damaged: it says that {kept} are kept, and keeps {_kept(tensors)}; save it "
            "again"
        )
    # Files of before have no digest
    if metadata.get("sha256") not in (None, _digest(tensors)):
        raise UserError(
            f"{path} is damaged: it keeps other weights than it was saved with; save it again"
        )
    return ShortMasks({name: tensors[name].to(device) for name in kept})


def _kept(masks: Masks) -> dict[str, int]:
    return {name: int(mask.sum()) for name, mask in masks.items()}


def _digest(masks: Masks) -> str:
    """Return the SHA-256 of all masks, by name: of shapes, and of which weights are kept."""
    digest = hashlib.sha256()
    for name, mask in sorted(masks.items()):
        digest.update(f"{name} {tuple(mask.shape)}\n".encode())
        digest.update(mask.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()
