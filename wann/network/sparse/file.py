"""Layers of kept connections as the bytes of a `safetensors` file, read without PyTorch."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wann.activations.table import by_code, from_text
from wann.errors import UserError, in_short
from wann.machine.tensors import Tensors, read_tensors, tensors_bytes
from wann.network.sparse.checks import check
from wann.network.sparse.images import Filters, Flat, Pool
from wann.network.sparse.layers import Connections, Layer, Layers
from wann.reading import parse_json

FORMAT = "wann sparse 1"
_KINDS = {"connections": Connections, "filters": Filters, "pool": Pool, "flat": Flat}
_NAMES = {kind: name for name, kind in _KINDS.items()}
_WHOLE, _FLOATING = ("start", "source", "down", "right"), ("weight", "bias")
_FLAGS = ("largest", "counted")


def layers_bytes(model: Layers) -> bytes:
    """Return `model` as the content of a `safetensors` file; equal models give equal bytes."""
    said: list[dict[str, Any]] = []
    arrays: dict[str, NDArray[Any]] = {}
    for number, layer in enumerate(model.layers, 1):
        fields = layer._asdict()
        for name in set(fields) & {*_WHOLE, *_FLOATING}:
            arrays[f"{number}.{name}"] = _stored(np.asarray(fields.pop(name)))
        if "activation" in fields:
            fields["activation"] = str(by_code(fields["activation"]))
        said.append({"kind": _NAMES[type(layer)], **fields})
    text = json.dumps({"shape": list(model.shape), "layers": said}, separators=(",", ":"))
    metadata = {"format": FORMAT, "model": text, "sha256": _digest(text, arrays)}
    return tensors_bytes(arrays, metadata)


def _digest(text: str, arrays: Mapping[str, NDArray[Any]]) -> str:
    """Return a digest of all that the file of a model says."""
    digest = hashlib.sha256(text.encode())
    for name, array in sorted(arrays.items()):
        digest.update(f"{name} {array.dtype} {array.shape}\n".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def _stored(array: NDArray[Any]) -> NDArray[Any]:
    """Return an array as a file has it: numbers that float32 holds exactly in that."""
    if array.dtype.kind in "iu":
        return array.astype(np.int64)
    with np.errstate(over="ignore"):
        single = array.astype(np.float32)
    return single if (single == array).all() else array.astype(np.float64)


def is_sparse(content: bytes) -> bool:
    """Whether the first bytes of a file are those of one that `layers_bytes` made."""
    return f'"format":"{FORMAT}"'.encode() in content[:4096]


def read_layers(content: bytes) -> Layers:
    """Return the layers in the content of a file; UserError, without its name, if it is none."""
    file = read_tensors(content, whole=True)
    if file.metadata.get("format") != FORMAT:
        raise UserError(
            f"expected a file that `save` of a sparse model wrote ({FORMAT}), got another one"
        )
    try:
        text = file.metadata["model"]
        said: Any = parse_json(text.encode())
        shape = tuple(said["shape"])
        if not all(type(size) is int and 0 < size < 2**31 for size in shape):
            raise UserError(f"expected the shape of an example, got {in_short(said['shape'])}")
        layers = tuple(_layer(file, i, entry) for i, entry in enumerate(said["layers"], 1))
        model = Layers(shape, layers)
        check(model)
        # Files of before have no digest
        if file.metadata.get("sha256") not in (None, _digest(text, file.arrays)):
            raise UserError("its numbers are not those that were saved: the file is damaged")
    except (KeyError, TypeError, IndexError, AttributeError) as problem:
        raise UserError(f"a part of the model is missing or damaged: {problem}") from None
    return model


def _layer(file: Tensors, number: int, entry: Any) -> Layer:
    """Return a layer, whose fields have their types; `check` says whether they fit together."""
    kind: Any = _KINDS[entry["kind"]]
    fields: dict[str, Any] = {}
    for name in kind._fields:
        if name in (*_WHOLE, *_FLOATING):
            fields[name] = file.arrays[f"{number}.{name}"]
            fits = fields[name].ndim == 1 and (fields[name].dtype.kind == "i") == (name in _WHOLE)
        elif name == "activation":
            fields[name] = from_text(entry[name]).code
            fits = True
        elif name in _FLAGS:
            fields[name] = entry[name]
            fits = type(entry[name]) is bool
        else:
            fields[name] = tuple(entry[name])
            counts = {"shape": 1 if kind is Flat else 3, "inputs": len(fields[name])}
            fits = len(fields[name]) == counts.get(name, 2)
            fits = fits and all(type(number) is int for number in fields[name])
        if not fits:
            raise UserError(f"layer {number} is damaged: its {name} is of another form")
    found: Layer = kind(**fields)
    return found
