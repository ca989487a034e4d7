"""Tensors as bytes of a `safetensors` file: equal tensors give equal bytes.

The library writes the keys of the metadata in an order that differs from one process to the next.
"""

import json
from collections.abc import Mapping

import torch
from safetensors.torch import save

_LENGTH = 8  # bytes at the start of a file, which hold the length of the header behind them
_METADATA = "__metadata__"


def tensor_bytes(
    tensors: Mapping[str, torch.Tensor], metadata: Mapping[str, str] | None = None
) -> bytes:
    """Return `tensors`, by name and from any device, as the content of a `safetensors` file.

    Whoever writes such a file writes these bytes: the keys of `metadata` lie in the order of the
    alphabet. Tensors that share memory are written once for each name.
    """
    plain = {name: _plain(tensor) for name, tensor in tensors.items()}
    content = save(plain, dict(metadata or {}) or None)
    end = _LENGTH + int.from_bytes(content[:_LENGTH], "little")
    header = json.loads(content[_LENGTH:end])
    if _METADATA in header:
        header[_METADATA] = dict(sorted(header[_METADATA].items()))
    written = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    written += b" " * (-len(written) % _LENGTH)  # tensors begin at a multiple of eight bytes
    return len(written).to_bytes(_LENGTH, "little") + written + content[end:]


def _plain(tensor: torch.Tensor) -> torch.Tensor:
    """Return `tensor` in memory of its own on the CPU, as the format wants it."""
    return tensor.detach().cpu().contiguous().clone()
