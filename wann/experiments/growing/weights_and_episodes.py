"""What a generation is scored on: its shared weights and its episodes.

They depend on the settings and the number of the generation alone.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from wann.config import GRADIENT, SearchConfig
from wann.network.weightings import Weightings
from wann.streams import stream
from wann.tasks.optional_abilities import Classifying
from wann.tasks.task import Task

_MOST_BLOCKS = 20  # of which several threads take some each


def trials_in(config: SearchConfig, task: Task, generation: int) -> tuple[Weightings, NDArray[Any]]:
    """Return the shared weights and the episodes (episodes, ...) of a generation."""
    episodes = task.draw_episodes(
        episodes_in(config, generation), stream(config.seed, "episodes", generation)
    )
    return Weightings.shared(training_weights(config, generation)), episodes


def confirmation_in(config: SearchConfig, task: Task) -> NDArray[Any]:
    """Return the episodes on which candidates are confirmed, the same in all generations.

    Where masks are trained, these are all validation examples, in equal blocks.
    """
    if config.method == GRADIENT and isinstance(task, Classifying):
        return equal_blocks(task.confirming)
    return task.draw_confirmation(config.confirm_episodes, stream(config.seed, "confirm"))


def equal_blocks(indices: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return `indices` (examples,) cut into blocks of one length, whose mean is that of all."""
    count = next(n for n in range(_MOST_BLOCKS, 0, -1) if len(indices) % n == 0)
    return indices.reshape(count, -1)


def episodes_in(config: SearchConfig, generation: int) -> int:
    """Return the number of episodes for each weight in a generation.

    It may grow, since late improvements are small and drown in the noise of few episodes.
    """
    if not config.episodes_last:
        return config.episodes
    share = generation / max(config.rounds - 1, 1)
    return round(float(config.episodes * (config.episodes_last / config.episodes) ** share))


def training_weights(config: SearchConfig, generation: int) -> NDArray[np.float64]:
    """Return the shared weights of a generation, (weights,).

    Fixed, they are the configured ones (paper, section 3.1). Stratified, the magnitudes between the
    two `strata` are cut into half as many equal parts, and each part gives one weight of either
    sign, drawn anew each generation. Augmented, the fixed ones are joined by a stratified pair:
    what works at those six must work in between, too.
    """
    fixed = np.array(config.weights, dtype=np.float64)
    if config.weight_series == "fixed":
        return fixed
    if config.weight_series == "stratified":
        return _stratified_weights(config, len(fixed) // 2, generation)
    return np.concatenate([fixed, _stratified_weights(config, 1, generation)])


def at_fixed_weights(config: SearchConfig, returns: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean (genomes,) of `returns` (genomes, weights, episodes) at the fixed weights.

    These are the configured ones: in a search without stages, those at which champions are
    confirmed. With stratified weights they are not used: there, the mean is over all weights.
    """
    used = returns if config.weight_series == "stratified" else returns[:, : len(config.weights)]
    return np.asarray(used.mean(axis=(1, 2)))


def _stratified_weights(config: SearchConfig, parts: int, generation: int) -> NDArray[np.float64]:
    low, high = config.strata
    draws = stream(config.seed, "weights", generation).random((2, parts))
    magnitudes = low + (high - low) * (np.arange(parts) + draws) / parts
    return np.concatenate([-magnitudes[0], magnitudes[1]])
