"""Classification by the largest output, scored by the likelihood of the true class.

It is that of Gaier & Ha 2019, section 4.2. An episode is a block of images. The search draws blocks
from the training part, champions are confirmed on blocks of a validation part that is cut from it,
and `held_out` reports accuracy on the test part, which nothing else sees.
"""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

from wann.config import FLOOR
from wann.datasets.dataset import Dataset
from wann.errors import UserError
from wann.kernels.forward import Packed
from wann.kernels.logits import logits
from wann.kernels.merged import PAIR, Merged, log_likelihood, merge
from wann.network.network import Network, pack, without_recurrence
from wann.network.weightings import Weightings
from wann.tasks.accuracies import fill_accuracies
from wann.tasks.image_blocks import BLOCK, blocks_of, mean_likelihood, split_of
from wann.tasks.optional_abilities import Classifying, Labelled, OnCards, Tunable
from wann.tasks.spec import make_spec
from wann.tasks.task import Task

_NO_STEPS = "examples have no steps that it could remember: choose a feed-forward network"
_MOST_TEST_BLOCKS = 20


class _PackedTwice(NamedTuple):
    """Networks merged, for shared weights, and end to end, for individual ones."""

    merged: Merged
    packed: Packed


@dataclass(frozen=True, eq=False)
class Classification(Labelled, Classifying, OnCards, Tunable):
    """The task of a data set; its returns are log-likelihoods, or with `part="test"` accuracies."""

    dataset: Dataset
    source: str  # the name in its spec
    settings: tuple[tuple[str, Any], ...] = ()
    floor: float = FLOOR  # an image's log-likelihood is at least this
    part: Literal["train", "tuning", "test"] = "train"

    spread = "episodes"

    @property
    def measure(self) -> Literal["return", "accuracy"]:  # type: ignore[override]
        """A return (the log-likelihood) in the search, else accuracy."""
        return "return" if self.part == "train" else "accuracy"

    @property
    def name(self) -> str:
        """The name of the data set."""
        return self.source

    @property
    def spec(self) -> str:
        """Name and settings."""
        return make_spec(self.source, dict(self.settings))

    @property
    def inputs(self) -> int:
        """Features of an example."""
        return int(self.dataset.x_train.shape[1])

    @property
    def outputs(self) -> int:
        """Classes."""
        return self.dataset.classes

    @cached_property
    def input_names(self) -> Sequence[str]:
        """The name of a feature; else row and column of a pixel, or the number of a feature."""
        if self.dataset.feature_names is not None:
            return self.dataset.feature_names
        shape = self.dataset.shape
        if len(shape) == 2:
            return [f"{row},{column}" for row in range(shape[0]) for column in range(shape[1])]
        return [f"x{i}" for i in range(self.inputs)]

    @property
    def output_names(self) -> Sequence[str]:
        """The classes' names, their numbers where they have none."""
        return self.dataset.class_names or [str(i) for i in range(self.outputs)]

    @property
    def notes(self) -> Sequence[str]:
        """How a table was read."""
        return self.dataset.notes

    def frozen(self) -> Task:
        """Return an equal task; of a table, its spec holds how texts and numbers became inputs."""
        if self.dataset.coding is None:
            return self
        settings = {**dict(self.settings), "coding": json.loads(self.dataset.coding)}
        return dataclasses.replace(self, settings=tuple(sorted(settings.items())))

    @cached_property
    def held_out(self) -> "Classification":
        """The test part, measured by accuracy."""
        return Classification(self.dataset, self.source, self.settings, self.floor, "test")

    @cached_property
    def tuning(self) -> Task:
        """The training part, measured by accuracy.

        Likelihoods would not do, since a shared weight changes their scale, too.
        """
        return Classification(self.dataset, self.source, self.settings, self.floor, "tuning")

    def labelled(self) -> Mapping[str, NDArray[Any]]:
        """Return training and validation images with their classes; UserError where are none."""
        self.check_parts()
        train, validation = self.split
        x, y = self.dataset.x_train, self.dataset.y_train
        return {
            "x": x[train],
            "y": y[train],
            "x_validation": x[validation],
            "y_validation": y[validation],
        }

    @cached_property
    def images(self) -> NDArray[np.float32]:
        """The examples of this part (examples, features)."""
        return self.dataset.x_test if self.part == "test" else self.dataset.x_train

    @cached_property
    def labels(self) -> NDArray[np.int64]:
        """The classes of `images`."""
        return self.dataset.y_test if self.part == "test" else self.dataset.y_train

    @cached_property
    def split(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Indices of the training images to search and tune on, and of those for validation."""
        return split_of(self.dataset.y_train)

    @property
    def confirming(self) -> NDArray[np.int64]:
        """The validation images; of the test part all."""
        return np.arange(len(self.labels)) if self.part == "test" else self.split[1]

    def check_parts(self) -> None:
        """Raise UserError unless there are examples to search on, to confirm on, and to test on."""
        if not len(self.split[1]):
            raise UserError(
                f"{self.name}: expected more examples for training, got {len(self.dataset.y_train)}"
                f" of {self.outputs} classes, of which none is left to confirm networks on"
            )

    def draw_episodes(self, episodes: int, rng: np.random.Generator) -> NDArray[np.int64]:
        """Return blocks of image indices (episodes, BLOCK), no image twice while they last.

        The whole test part is cut into equal blocks, whatever `episodes` says: their mean is the
        accuracy on all of it.
        """
        if self.part == "test":
            count = len(self.labels)
            blocks = next(n for n in range(_MOST_TEST_BLOCKS, 0, -1) if count % n == 0)
            return np.arange(count).reshape(blocks, -1)
        return blocks_of(self.split[0], episodes, rng)

    def draw_confirmation(self, episodes: int, rng: np.random.Generator) -> NDArray[np.int64]:
        """Return blocks of the validation images (episodes, BLOCK), at most as many as fill it."""
        most = max(1, len(self.split[1]) // BLOCK)
        return blocks_of(self.split[1], min(episodes, most), rng)

    def pack(self, networks: Sequence[Network]) -> Any:
        """Return the networks merged and end to end; UserError where any of them is recurrent."""
        self._check_feed_forward(networks)
        packed = pack(networks)
        return _PackedTwice(merge(packed, self.inputs, self.outputs), packed)

    def _check_feed_forward(self, networks: Sequence[Network]) -> None:
        for network in networks:
            without_recurrence(network, f"{self.name} takes feed-forward networks", _NO_STEPS)

    def score(
        self,
        packed: Any,
        span: tuple[int, int],
        weights: Weightings,
        episodes: NDArray[Any],
        returns: NDArray[np.float64],
        steps: NDArray[np.int64],
    ) -> None:
        """Score some networks on blocks of images. See `Task.score`.

        Args:
            packed: Networks, as `pack` returns them.
            span: The first network to score, and the one behind the last.
            weights: Shared weights, or individual ones for one network.
            episodes: Indices of images, (blocks, images of a block).
            returns: (networks, weightings, episodes), to be filled.
            steps: Images times weightings, (networks,) int64, to be filled.
        """
        if weights.is_shared and self.measure == "return":
            self._score_merged(packed.merged, span, weights.values[:, 0], episodes, returns)
        elif self.measure == "accuracy":
            find = partial(self._outputs, packed.packed, weights)
            fill_accuracies(find, self.labels, self.outputs, span, episodes, returns)
        else:
            for i, block in enumerate(episodes):
                for network in range(*span):
                    found = self._outputs(packed.packed, weights, network, block)
                    returns[network, :, i] = mean_likelihood(found, self.labels[block], self.floor)
        steps[span[0] : span[1]] = episodes.size * len(weights)

    def fits_card(self, weights: Weightings) -> bool:
        """Return whether these are shared weights, and likelihoods are asked for."""
        return weights.is_shared and self.measure == "return"

    def score_on_card(
        self,
        networks: Sequence[Network],
        weights: Weightings,
        episodes: NDArray[Any],
        returns: NDArray[np.float64],
        steps: NDArray[np.int64],
    ) -> None:
        """Score some networks on blocks of images. See `OnCards.score_on_card`.

        Args:
            networks: different ones, none of them recurrent.
            weights: Shared weights.
            episodes: Indices of images, (blocks, images of a block).
            returns: (networks, weightings, episodes), to be filled.
            steps: Images times weightings, (networks,) int64, to be filled.
        """
        from wann.tasks.cuda.classify import mean_likelihoods

        self._check_feed_forward(networks)
        blocks = [(self.gather(block, np.float32), self.labels[block]) for block in episodes]
        shared = weights.values[:, 0]
        mean_likelihoods(pack(networks), shared, blocks, self.outputs, self.floor, returns)
        steps[:] = episodes.size * len(weights)

    def _score_merged(
        self,
        merged: Merged,
        span: tuple[int, int],
        weights: NDArray[np.float64],
        episodes: NDArray[Any],
        returns: NDArray[np.float64],
    ) -> None:
        """Fill `returns` with what networks earn under shared weights, all computed at once."""
        weights = np.ascontiguousarray(weights)
        earned = np.empty((len(merged.output), len(weights)))
        for i, block in enumerate(episodes):
            given = self.gather(block, np.float32)
            log_likelihood(merged, weights, given, self.labels[block], self.floor, earned)
            returns[span[0] : span[1], :, i] = earned[span[0] : span[1]]

    def gather(self, indices: NDArray[np.int64], dtype: DTypeLike) -> NDArray[Any]:
        """Return bias and pixels (1 + inputs, lanes) of some images.

        Lanes of zeros fill up the last vector.
        """
        given = np.zeros((1 + self.inputs, -(-len(indices) // PAIR) * PAIR), dtype)
        given[0] = 1.0
        given[1:, : len(indices)] = self.images[indices].T
        return given

    def logits(
        self, network: Network, weights: Weightings, indices: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return the outputs (weightings, images, classes) of a feed-forward network for images."""
        self._check_feed_forward([network])
        return self._outputs(pack([network]), weights, 0, indices)

    def _outputs(
        self, packed: Packed, weights: Weightings, network: int, indices: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        given = self.gather(indices, np.float64)
        found = np.empty((len(weights), given.shape[1], self.outputs))
        logits(
            packed,
            network,
            self.inputs,
            self.outputs,
            np.ascontiguousarray(weights.values),
            weights.is_shared,
            given,
            found,
        )
        return found[:, : len(indices)]
