"""Films of a network at its task: a whole episode for whoever asks, a short one for every run."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wann.drawing.episode import Stage
from wann.drawing.film import USUAL, FilmLook, film_episode
from wann.drawing.film_files import Frames, check_film, film_bytes
from wann.errors import UserError, in_one_line
from wann.evaluators.evaluator import Evaluator
from wann.experiments.growing.album import Album
from wann.files import write_new
from wann.formats.loaded_network import LoadedNetwork
from wann.network.weightings import Weightings
from wann.streams import stream
from wann.tasks.optional_abilities import Filmable
from wann.tasks.registry import task_of
from wann.tasks.task import Task
from wann.weights.measuring import Measuring

# Of the film that every run has: small enough to be sent, and made in a moment
_SHORT, _SHORT_STEPS = ((480, 240), 10.0), 250
_GIF_RATE = 12.5  # pictures in a second: a GIF keeps each of them almost whole
_EPISODES = 8  # in which training weights are tried

Weight = float | NDArray[np.float64]


def draw_short_film(loaded: LoadedNetwork, task: Filmable, best: float, album: Album) -> None:
    """Film the beginning of an episode into `album`, at the weight `best` or the network's own."""
    look = FilmLook(*_SHORT, style=album.style)
    weight: Weight = best if loaded.weights is None else loaded.weights
    content = film_bytes(_frames(loaded, task, weight, look, _SHORT_STEPS), ".gif")
    album.add(content, "episode.gif")


def write_film(
    path: Path,
    loaded: LoadedNetwork,
    weights: Sequence[float],
    make_evaluator: Callable[[Task], AbstractContextManager[Evaluator]],
    style: str,
) -> Path:
    """Write the film of an episode of a network to `path`, and return that.

    Args:
        path: a file that is not there yet; its ending is .gif or .mp4.
        loaded: the network.
        weights: shared weights, the best of which is filmed where the network has none of its own.
        make_evaluator: makes what tries them.
        style: "light" or "dark".

    Raises:
        UserError: the task has no episodes that can be drawn, or the environment does not draw.
    """
    check_film(path)
    task = task_of(loaded.task_or_default, loaded.path)
    loaded.check_fits(task)
    if not isinstance(task, Filmable):
        raise UserError(
            f"{loaded.name} is for {task.name}, which has no episodes to film: a film needs an "
            "environment"
        )
    weight: Weight | None = loaded.weights
    if weight is None:
        with make_evaluator(task) as evaluator:
            weight = _best(Measuring(task.held_out, loaded, evaluator), weights)
    rate = _GIF_RATE if path.suffix == ".gif" else USUAL.rate
    look = FilmLook(rate=rate, style=style)
    try:
        content = film_bytes(_frames(loaded, task, weight, look, None), path.suffix)
    except UserError:
        raise
    # Any environment may fail in any way
    except Exception as problem:
        raise UserError(f"no film: {in_one_line(problem)}") from problem
    return write_new(path, content)


def _best(measuring: Measuring, weights: Sequence[float]) -> float:
    """Return which of `weights` earns most, over some episodes."""
    starts = measuring.task.draw_episodes(_EPISODES, stream(measuring.seed, "film"))
    means = measuring.returns(Weightings.shared(np.array(weights)), starts).mean(axis=1)
    return float(weights[int(np.nan_to_num(means, nan=-np.inf).argmax())])


def _frames(
    loaded: LoadedNetwork, task: Filmable, weight: Weight, look: FilmLook, steps: int | None
) -> Frames:
    filming: Any = task.filming()
    limits = [limit for limit in (steps, filming.steps) if limit is not None]
    return film_episode(
        loaded.network,
        weight,
        Stage(filming.make, filming.begin, filming.advance, filming.see, filming.act),
        title=task.name,
        names=(task.input_names, task.output_names),
        look=look,
        steps=min(limits, default=None),
    )
