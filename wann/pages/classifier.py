"""The data of the part of a page in which networks classify what one draws, or examples."""

import base64
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wann.pages.player import Contestant, Profile, player_data
from wann.tasks.classify import Classification

_EXAMPLES = 20
# A table with more inputs than this has no sliders: nobody could set them all.
MOST_SLIDERS = 16
# Data sets whose makers scaled and centred the images in a way that the page repeats.
_KNOWN = ("mnist", "digits")
_SOURCES = {"mnist": (28, 28), "digits": (8, 8)}


class InputScaling(NamedTuple):
    """How examples are scaled before networks see them: less `shift`, divided by `scale`."""

    shift: Sequence[float]  # (inputs,)
    scale: Sequence[float]  # (inputs,)


def classifier_data(
    task: Classification,
    contestants: Sequence[Contestant],
    training_weights: Sequence[float],
    profile: Sequence[Profile],
    *,
    scaling: InputScaling | None = None,
    **labels: Any,
) -> dict[str, Any]:
    """Return JSON values of what classifies what, as web/classifier.js reads them.

    They are those of `player_data`, which see, and `examples` (held-out ones, with their classes),
    `shape` (height and width of the images, or null) and `drawing` (how what is drawn becomes such
    an image, or null where nothing can be drawn).

    Args:
        task: the data set.
        contestants: the networks, at least one.
        training_weights: shared weights that have a button each, and vote.
        profile: of each contestant its accuracy over shared weights, or nothing.
        scaling: of the inputs, where the networks were trained on scaled ones.
        labels: what else `player_data` takes by name.
    """
    data = player_data(task, contestants, training_weights, profile, **labels)
    shape = task.dataset.shape
    held_out = task.held_out
    chosen = _examples(held_out.labels)
    return {
        **data,
        "shape": list(shape) if len(shape) == 2 else None,
        "drawing": _drawing(task),
        "inputScaling": None if scaling is None else scaling._asdict(),
        "sliders": len(shape) != 2 and task.inputs <= MOST_SLIDERS,
        "examples": {
            "values": _base64(held_out.images[chosen]),
            "classes": held_out.labels[chosen].tolist(),
        },
    }


def _examples(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the indices of some examples, of each class alike, as far as there are."""
    order = np.argsort(labels, kind="stable")
    place = np.arange(len(labels)) - np.searchsorted(labels[order], labels[order])
    return np.sort(order[np.argsort(place, kind="stable")][:_EXAMPLES])


def _drawing(task: Classification) -> dict[str, Any] | None:
    """Return how a drawing becomes an image as those of the data set are."""
    dataset = task.dataset
    if len(dataset.shape) != 2:
        return None
    name, preparation = dataset.name, dataset.preparation
    if name in _KNOWN and dataset.scaled_from is not None:
        source = _SOURCES[name]
        return {
            "kind": name,
            "source": list(source),
            "deskew": preparation.deskew,
            "size": preparation.size,
            "note": _note(preparation.deskew, preparation.size),
        }
    return {
        "kind": "plain",
        "source": list(dataset.shape),
        "deskew": False,
        "size": None,
        "note": "The drawing is neither centred nor straightened: how the images of this data set "
        "were made is not known.",
    }


def _note(deskew: bool, size: int | None) -> str:
    done = ["scaled and centred"]
    done += ["straightened"] if deskew else []
    done += [f"resized to {size} x {size} pixels"] if size else []
    listed = ", ".join(done[:-1]) + " and " + done[-1] if len(done) > 1 else done[0]
    slant = "" if deskew else "; its slant is left as it is, like theirs"
    return f"What is drawn is {listed}, as the images of the data set were{slant}."


def _base64(values: NDArray[np.float32]) -> str:
    return base64.b64encode(np.ascontiguousarray(values, "<f4").tobytes()).decode()
