"""What is known of a network that was pruned from a model: its data, and how they are scaled."""

import dataclasses
from collections.abc import Sequence
from typing import Any, NamedTuple, TypedDict

import numpy as np
from numpy.typing import NDArray

from wann.datasets.registry import DATASETS
from wann.errors import UserError
from wann.formats.loaded_network import LoadedNetwork
from wann.pages.classifier import InputScaling
from wann.reading import shaped
from wann.tasks.classify import Classification
from wann.tasks.registry import task_of

_KEY = "pruned"  # in the info of a network


class _Pruned(TypedDict):
    """What a network's info says of the study it comes from."""

    dataset: str
    inputs: dict[str, list[float]]  # shift and scale
    method: str
    seed: int
    accuracy: float


class PrunedNetwork(NamedTuple):
    """The data that a pruned model was trained on, as a task, and how its inputs are scaled."""

    task: Classification
    scaling: InputScaling
    label: str
    note: str

    @property
    def scaled_task(self) -> Classification:
        """The same task with examples as the network reads them."""
        dataset = self.task.dataset
        train, test = (_scaled(x, self.scaling) for x in (dataset.x_train, dataset.x_test))
        return dataclasses.replace(self.task, dataset=dataset._replace(x_train=train, x_test=test))


def pruned_network(loaded: LoadedNetwork) -> PrunedNetwork | None:
    """Return what is known of a network that was pruned from a model; None where it was not.

    UserError where its data are not there, or do not fit.
    """
    if _KEY not in loaded.info or "inputs" not in loaded.info[_KEY]:
        return None
    known: Any = shaped(loaded.info[_KEY], _Pruned, loaded.name)
    name = known["dataset"]
    task = task_of(name if name in DATASETS else f"data:{name}", loaded.name)
    loaded.check_fits(task)
    scaling = InputScaling(known["inputs"].get("shift", []), known["inputs"].get("scale", []))
    if not isinstance(task, Classification) or _sizes(scaling) != (task.inputs, task.inputs):
        raise UserError(
            f"{loaded.name}: expected shift and scale of {task.inputs} inputs, got "
            f"{_sizes(scaling)}"
        )
    label = f"{known['method']}, seed {known['seed']}"
    note = f"Pruned from a model on {name}: {100 * known['accuracy']:.1f} % of the test examples."
    return PrunedNetwork(task, scaling, label, note)


def _sizes(scaling: Sequence[Sequence[float]]) -> tuple[int, ...]:
    return tuple(map(len, scaling))


def _scaled(x: NDArray[np.float32], scaling: InputScaling) -> NDArray[np.float32]:
    scaled: NDArray[np.float64] = (x - np.array(scaling.shift)) / np.array(scaling.scale)
    return scaled.astype(np.float32)
