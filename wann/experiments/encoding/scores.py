"""How good an encoder is on pictures that were kept out of training: numbers, and a picture."""

import io
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from wann.experiments.encoding.autoencoder import Autoencoder, as_pictures, as_tensor
from wann.network.torch_module import torch
from wann.tasks.gym.encoder import Encoder

_ACTIVE = 0.1  # standard deviation from which a latent counts as one that tells something
_BATCH = 256
_COLUMNS, _PAIRS, _SCALE = 8, 2, 2  # of the picture; each pixel becomes a square of so many
_GAP = 4  # pixels between two pictures
_PAPER = 255


class Scores(NamedTuple):
    """What an encoder is worth on pictures that were kept out."""

    frames: int
    error: float  # squared error of a number of a picture, which is from 0 to 1
    explained: float  # share of the variance of the numbers about their means that is made again
    active: int  # latents that differ from picture to picture
    difference: float  # the most by which the latents differ from those that PyTorch computes


def measure(model: Autoencoder, encoder: Encoder, held_out: Iterable[NDArray[np.uint8]]) -> Scores:
    """Return the scores of an encoder, whose latents the decoder of `model` makes pictures of."""
    device = next(model.parameters()).device
    frames, error, difference = 0, 0.0, 0.0
    sums, squares = np.zeros(()), np.zeros(())
    latents = []
    for part in held_out:
        numbers = part.reshape(len(part), -1) / 255.0
        sums, squares = sums + numbers.sum(axis=0), squares + (numbers**2).sum(axis=0)
        found = encoder.encode_shrunk(part)
        for first in range(0, len(part), _BATCH):
            some = as_tensor(part[first : first + _BATCH], device)
            kernel = torch.from_numpy(found[first : first + _BATCH].astype(np.float32)).to(device)
            with torch.no_grad():
                error += float((model.decode(kernel) - some).square().sum())
                off = (model.mean(some) - kernel).abs().max()
            difference = max(difference, float(off))
        latents.append(found)
        frames += len(part)
    variance = float((squares - sums**2 / frames).sum())
    active = int((np.concatenate(latents).std(axis=0) > _ACTIVE).sum())
    explained = 1.0 - error / variance if variance > 0.0 else 0.0
    return Scores(frames, error / (frames * sums.size), explained, active, difference)


def reconstructions(model: Autoencoder, encoder: Encoder, shown: NDArray[np.uint8]) -> bytes:
    """Return a PNG: pictures (n, side, side, 3), and below each what its latents stand for."""
    latents = torch.from_numpy(encoder.encode_shrunk(shown).astype(np.float32))
    with torch.no_grad():
        made = as_pictures(model.decode(latents.to(next(model.parameters()).device)))
    side = shown.shape[1] * _SCALE
    columns = min(_COLUMNS, len(shown))
    rows = 2 * -(-len(shown) // columns)
    height, width = rows * (side + _GAP) + _GAP, columns * (side + _GAP) + _GAP
    sheet = np.full((height, width, 3), _PAPER, dtype=np.uint8)
    for i in range(len(shown)):
        for below, picture in enumerate((shown[i], made[i])):
            y = _GAP + (2 * (i // columns) + below) * (side + _GAP)
            x = _GAP + (i % columns) * (side + _GAP)
            sheet[y : y + side, x : x + side] = picture.repeat(_SCALE, 0).repeat(_SCALE, 1)
    content = io.BytesIO()
    Image.fromarray(sheet).save(content, format="PNG")
    return content.getvalue()


def examples_of(pictures: NDArray[np.uint8], first: int) -> NDArray[np.uint8]:
    """Return some of the pictures from number `first` on, evenly spread, to be shown."""
    count = min(_COLUMNS * _PAIRS, len(pictures) - first)
    chosen = np.linspace(first, len(pictures) - 1, count).round().astype(np.int64)
    return np.array(pictures[chosen])
