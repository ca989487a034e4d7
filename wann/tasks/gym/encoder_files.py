"""The files of encoders: where one is found, and how it is read and checked.

In a spec an encoder stands whole, or by its name where it comes with the package: whoever has a
network has the encoder that it was grown with.
"""

import base64
import binascii
import json
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wann.errors import UserError, in_short
from wann.files import sha256
from wann.kernels import pictures as kernels
from wann.kernels.pictures import CHANNELS, SIDE, Convolutions
from wann.kernels.vectors import LANES32
from wann.machine.home import expanded
from wann.machine.tensors import Tensors, read_tensors
from wann.tasks.gym.encoder import LARGEST_SIDE, Encoder, Seen, Source

FORMAT = "wann-encoder-1"
FILE = "encoder.safetensors"  # in the folder that `wann encode` makes
MANIFEST_FILE = "manifest.json"  # beside it: says its SHA-256, too
SETTINGS_FILE = "encoding.json"  # in the folder from the beginning on
MOST_LATENTS = 1024
_LARGEST_FILE = 64 * 2**20


def find_encoder(said: Any) -> Encoder:
    """Return the encoder that a spec or a user says.

    That is the path of a file or of a folder of `wann encode`, the name of one that comes with the
    package, behind which its digest may stand, or an object with the whole file and its digest.
    UserError where there is none, it is damaged, or another one than the digest says.
    """
    if isinstance(said, dict):
        return _whole(said)
    if not isinstance(said, str) or not said.strip():
        raise UserError(f"--encoder: expected the folder of `wann encode`, got {in_short(said)}")
    name, _, digest = said.partition("@")
    if name in encoder_names():
        found = _of_package(name)
        if not digest:
            _check_not_shadowed(said, found)
        if digest and not found.digest.startswith(digest):
            raise UserError(
                f"the encoder {name} of this version is another one ({found.digest[:16]}) than "
                f"{said!r} asks for: install the version that it was made with"
            )
        return found
    return _of_file(said)


def _check_not_shadowed(name: str, found: Encoder) -> None:
    """Raise UserError where somebody's own encoder lies here under the name of a packaged one."""
    path = Path(name)
    if path.is_file() or (path / FILE).exists() or (path / SETTINGS_FILE).exists():
        raise UserError(
            f"--encoder {name}: there is a {'file' if path.is_file() else 'folder'} of this name "
            f"here, and an encoder of the project: give ./{name} for the first, or {found.said} "
            "for the other"
        )


def encoder_names() -> list[str]:
    """Return the names of the encoders that come with the package."""
    files = (file.name for file in resources.files("wann.tasks.gym").iterdir())
    return sorted(
        name.removesuffix(".safetensors") for name in files if name.endswith(".safetensors")
    )


def read_encoder(content: bytes, name: str = "") -> Encoder:
    """Return the encoder in the content of a file; UserError, without its name, if it is none."""
    file = read_tensors(content)
    if file.metadata.get("format") != FORMAT:
        raise UserError(f"expected a file of `wann encode` ({FORMAT}), got another one")
    return Encoder(_seen(file.metadata), _layers(file), content, name)


@cache
def _of_package(name: str) -> Encoder:
    file = resources.files("wann.tasks.gym") / f"{name}.safetensors"
    return read_encoder(file.read_bytes(), name)


def _of_file(said: str) -> Encoder:
    path = expanded(said, "--encoder")
    file = path / FILE if path.is_dir() else path
    try:
        with file.open("rb") as stream:
            content = stream.read(_LARGEST_FILE + 1)
        if len(content) > _LARGEST_FILE:
            raise UserError(f"expected at most {_LARGEST_FILE} bytes")
        if file.name == FILE:
            _check_manifest(file.with_name(MANIFEST_FILE), content)
        return read_encoder(content)
    except (OSError, ValueError) as error:
        if isinstance(error, UserError):
            raise UserError(f"--encoder {file}: {error}") from None
        raise UserError(_no_file(said, path)) from None


def _check_manifest(path: Path, content: bytes) -> None:
    """Raise UserError where a manifest says another SHA-256 than that of the file's content."""
    if not path.exists():
        return
    try:
        digest = json.loads(path.read_bytes())["encoder"]["sha256"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise UserError(
            f"{path.name} beside it does not say its SHA-256; put that file back as it was"
        ) from None
    if digest != sha256(content):
        raise UserError(
            f"its SHA-256 is {sha256(content)[:16]}, and {path.name} beside it says "
            f"{in_short(digest)}: one of them was changed; put it back as it was"
        )


def _no_file(said: str, path: Path) -> str:
    names = ", ".join(encoder_names())
    there = f"; {names} comes with the project" if names else ""
    if path.is_dir():
        return (
            f"--encoder {said}: there is no {FILE} in it; if its training was stopped, go on with "
            f"`wann resume {said}`"
        )
    return f"--encoder: expected the folder of `wann encode`, got {said!r}, which is none{there}"


def _whole(said: dict[str, Any]) -> Encoder:
    try:
        digest, text = said["sha256"], said["safetensors"]
        content = base64.b64decode(text, validate=True)
        good = set(said) == {"sha256", "safetensors"} and sha256(content) == digest
    except (KeyError, TypeError, ValueError, binascii.Error):
        good = False
    if not good:
        raise UserError(
            "the encoder in the settings of the environment is damaged: its bytes and its SHA-256 "
            "do not agree; put the file back as it was"
        )
    return read_encoder(content)


def _seen(said: dict[str, str]) -> Seen:
    try:
        height, width = map(int, said["picture"].split("x"))
        top, left, rows, columns = map(int, said["crop"].split(","))
        environment, source = said["environment"], said["source"]
    except (KeyError, ValueError):
        raise UserError("its metadata do not say which pictures it reads; is it damaged?") from None
    good = source in ("observation", "rendering") and all(
        0 <= first < first + part <= side <= LARGEST_SIDE
        for first, part, side in ((top, rows, height), (left, columns, width))
    )
    if not good:
        raise UserError("its metadata do not fit together; is it damaged?")
    kind: Source = "rendering" if source == "rendering" else "observation"
    return Seen(environment, kind, height, width, (top, left, rows, columns))


def _layers(file: Tensors) -> Convolutions:
    """Return the layers as kernels read them: PyTorch has the channels first."""
    arrays, before, side, found = file.arrays, CHANNELS, SIDE, []
    for number in range(1, 5):
        weight = _array(arrays, f"convolution{number}.weight", 4)
        behind = weight.shape[0]
        _check(weight, (behind, before, kernels.WINDOW, kernels.WINDOW))
        if behind % LANES32 or not behind:
            raise UserError(f"expected multiples of {LANES32} channels, got {behind}")
        bias = _array(arrays, f"convolution{number}.bias", 1)
        _check(bias, (behind,))
        found += [weight.transpose(2, 3, 1, 0).reshape(-1, behind), bias.reshape(1, -1)]
        before, side = behind, (side - kernels.WINDOW) // kernels.STRIDE + 1
    weight, bias = _array(arrays, "latents.weight", 2), _array(arrays, "latents.bias", 1)
    latents = len(bias)
    if not 1 <= latents <= MOST_LATENTS:
        raise UserError(f"expected 1 to {MOST_LATENTS} latents, got {latents}")
    _check(weight, (latents, before * side * side))
    by_pixel = weight.reshape(latents, before, side, side).transpose(2, 3, 1, 0)
    found += [by_pixel.reshape(-1, latents), bias.reshape(1, -1)]
    return Convolutions(*(np.ascontiguousarray(array, dtype=np.float32) for array in found))


def _array(arrays: dict[str, NDArray[Any]], name: str, dimensions: int) -> NDArray[Any]:
    found = arrays.get(name)
    if found is None or found.ndim != dimensions:
        raise UserError(f"expected an array {name} of {dimensions} dimensions; is it damaged?")
    return found


def _check(array: NDArray[Any], shape: tuple[int, ...]) -> None:
    if array.shape != shape:
        raise UserError(f"expected an array of shape {shape}, got {array.shape}; is it damaged?")
