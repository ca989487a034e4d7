"""Films as files: GIF by Pillow, MP4 by imageio-ffmpeg, which is in the extra `film`."""

import io
import tempfile
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from itertools import chain
from pathlib import Path

import numpy as np
from matplotlib.colors import to_rgb
from PIL import Image

from wann.drawing.palette import DARK_FOR, NEGATIVE, POSITIVE
from wann.errors import UserError, in_one_line, unknown

_COLOURS = 64  # of a GIF
_SHADES = 10  # of a signal
_SHORTEST = 0.02  # seconds of a picture in a GIF: browsers show shorter ones slowly
_QUALITY = 8  # of an MP4, from 0 to 10

# Pictures, each with how many seconds it lasts.
Frames = Iterable[tuple[Image.Image, float]]


def check_film(path: Path) -> None:
    """Raise UserError unless a film can be written to a file of this ending."""
    if path.suffix not in (".gif", ".mp4"):
        raise unknown("ending of a film", path.suffix, (".gif", ".mp4"))
    if path.suffix == ".mp4" and not _is_there("imageio_ffmpeg"):
        raise UserError(
            "films in MP4 need the package imageio-ffmpeg: pip install 'wann[film]'; a film in GIF "
            "(--film FILE.gif) needs none"
        )


def _is_there(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except ValueError:  # it was imported and taken away again
        return False


def film_bytes(frames: Frames, suffix: str) -> bytes:
    """Return the content of a film, `suffix` being .gif or .mp4.

    UserError where the video cannot be made. ValueError without any picture.
    """
    given = iter(frames)
    first = next(given, None)
    if first is None:
        raise ValueError("expected a film of at least one picture, got none")
    return (_gif if suffix == ".gif" else _mp4)(*first, given)


def _gif(first: Image.Image, seconds: float, others: Iterator[tuple[Image.Image, float]]) -> bytes:
    """Return a GIF that repeats. One table of colours for all makes it small and steady."""
    colours = _with_signals(first).quantize(_COLOURS, method=Image.Quantize.MEDIANCUT)
    made = (
        image.quantize(palette=colours, dither=Image.Dither.NONE)
        for image, _ in chain([(first, seconds)], others)
    )
    buffer = io.BytesIO()
    next(made).save(
        buffer,
        format="GIF",
        save_all=True,
        append_images=made,
        duration=round(1000 * max(seconds, _SHORTEST)),
        loop=0,
        optimize=False,
    )
    return buffer.getvalue()


def _with_signals(image: Image.Image) -> Image.Image:
    """Return a picture with the colours of all signals below it, few of which begin a film."""
    paper = np.array(image.getpixel((0, 0)), dtype=np.float64)
    strength = np.linspace(0.0, 1.0, _SHADES)[:, None]
    shades = [
        (1 - strength) * paper + strength * 255 * np.array(to_rgb(colour))
        for sign in (POSITIVE, NEGATIVE)
        for colour in (sign, DARK_FOR[sign])
    ]
    strip = np.concatenate(shades).round().astype(np.uint8)[None]
    below = Image.fromarray(strip).resize((image.width, max(image.height // 4, 8)), 0)
    sheet = Image.new("RGB", (image.width, image.height + below.height))
    sheet.paste(image, (0, 0))
    sheet.paste(below, (0, image.height))
    return sheet


def _mp4(first: Image.Image, seconds: float, others: Iterator[tuple[Image.Image, float]]) -> bytes:
    from imageio_ffmpeg import write_frames

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        writer = write_frames(
            str(path),
            first.size,
            fps=1.0 / seconds,
            codec="libx264",
            quality=_QUALITY,
            macro_block_size=2,
        )
        try:
            writer.send(None)
            for image, _ in chain([(first, seconds)], others):
                writer.send(np.asarray(image).tobytes())
            writer.close()
            return path.read_bytes()
        except (OSError, RuntimeError) as problem:
            raise UserError(f"the video could not be made: {in_one_line(problem)}") from problem
        finally:
            writer.close()  # ends ffmpeg where an environment failed on the way
