"""Arrays of users: what is masked, or is no real number, is refused wherever arrays are taken."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.sparse
import torch
from genome_toys import grow

from wann import trust
from wann.api.classifier import WannClassifier
from wann.arrays import array_of, numbers_of
from wann.datasets.dataset import Dataset
from wann.datasets.registry import DATASETS, load_dataset
from wann.errors import UserError
from wann.evolution.generation import mean_by_weight
from wann.formats.loaded_network import LoadedNetwork
from wann.formats.network_file import NetworkFile
from wann.network.compile import compile_genome
from wann.network.sparse.from_network import layers_of
from wann.network.sparse.model import SparseModel
from wann.network.stepper import Stepper
from wann.network.torch_module import to_module
from wann.network.weightings import Weightings
from wann.pruning import from_batches
from wann.tasks.gym.observations import _lay_flat

WHOLE = np.arange(12.0).reshape(4, 3)
MASKED = np.ma.masked_equal(WHOLE, 7.0)
GENOME = grow(0, 10, 3, 2)
NETWORK = compile_genome(GENOME)
LOADED = LoadedNetwork.from_file(NetworkFile(GENOME, None, None, {}))
SPARSE = SparseModel(layers_of(NETWORK, 1.0))
ONES = np.ones(NETWORK.connections)

REFUSED: dict[str, tuple[Any, str]] = {
    "a masked entry": (MASKED, "no value in column 2, row 3 .it is masked.: fill it in"),
    "a masked label": (MASKED[:, 1], "no value in row 3 .it is masked"),
    "a masked pixel": (MASKED[:, :, None], r"no value in row 3 at \(2, 1\)"),
    "masked rows": (list(MASKED), "no value in column 2, row 3"),
    "complex": (WHOLE + 1j, "got complex128, complex numbers: give the real and the imaginary"),
    "dates": (WHOLE.astype("M8[D]"), "got datetime64.D., dates: give numbers"),
    "durations": (WHOLE.astype("m8[s]"), "got timedelta64.s., durations: give numbers"),
    "fields": (np.zeros(4, [("a", int)]), "rows with fields: give an array with a column"),
    "sparse": (scipy.sparse.csr_array(WHOLE), "got a sparse one: give .toarray"),
    "without values": (torch.empty(4, 3, device="meta"), "expected an array of numbers or texts, "),
    "ragged": ([[1.0], [1.0, 2.0]], "expected an array of numbers or texts, ValueError"),
}


@pytest.mark.parametrize("read", [array_of, numbers_of])
@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_number_is_refused_in_a_line(name: str, read: Callable[..., Any]) -> None:
    given, message = REFUSED[name]
    with pytest.raises(UserError, match=f"^these: .*{message}") as raised:
        read(given, "these")
    assert "\n" not in str(raised.value)


TAKEN: dict[str, Any] = {
    "nothing masked": np.ma.array(WHOLE, mask=np.zeros(WHOLE.shape, bool)),
    "no mask": np.ma.array(WHOLE),
    "lists": WHOLE.tolist(),
    "objects": WHOLE.astype(object),
    "float32": WHOLE.astype(np.float32),
    "with a gradient": torch.tensor(WHOLE, requires_grad=True),
}


@pytest.mark.parametrize("name", TAKEN)
def test_other_arrays_are_taken(name: str) -> None:
    found = numbers_of(TAKEN[name], "these")
    assert (type(found), found.dtype, found.tolist()) == (np.ndarray, np.float64, WHOLE.tolist())


def test_texts_are_no_numbers() -> None:
    with pytest.raises(UserError, match="these: expected numbers, got "):
        numbers_of([["a"]], "these")


def masked(array: Any) -> Any:
    """Return an array whose last entry is masked."""
    found = np.ma.array(array)
    found[(-1,) * found.ndim] = np.ma.masked
    return found


TAKERS: dict[str, tuple[Callable[[Any], Any], Any]] = {
    "inputs of a network": (NETWORK, WHOLE),
    "weights of a network": (lambda given: NETWORK(WHOLE, given), ONES),
    "own weights": (LOADED.with_weights, ONES),
    "inputs of a step": (Stepper(NETWORK), WHOLE[0]),
    "weights of steps": (lambda given: Stepper(NETWORK, given), ONES),
    "shared weights": (Weightings.shared, np.arange(3.0)),
    "individual weights": (Weightings.individual, ONES),
    "weights of either kind": (Weightings.of, ONES[None]),
    "weights of a module": (lambda given: to_module(NETWORK, given), ONES),
    "weights of layers": (lambda given: layers_of(NETWORK, given), ONES),
    "inputs of layers": (SPARSE, WHOLE),
    "returns": (lambda given: mean_by_weight(given, 4), WHOLE),
    "an observation": (lambda given: _lay_flat(given, (3,)), WHOLE[0]),
    "batches": (lambda given: from_batches([(given, np.arange(40) % 2)]), np.ones((40, 3))),
    "labels of batches": (lambda given: from_batches([(np.ones((40, 3)), given)]), np.arange(40)),
    "features": (lambda given: WannClassifier().fit(given, [0, 1, 0, 1]), WHOLE),
    "labels": (lambda given: WannClassifier().fit(WHOLE, given), np.array([0, 1, 0, 1])),
}


@pytest.mark.parametrize("name", TAKERS)
def test_a_mask_is_forgotten_nowhere(name: str) -> None:
    take, given = TAKERS[name]
    with pytest.raises(UserError, match=r"no value in .* \(it is masked\)"):
        take(masked(given))
    if name not in ("features", "labels"):  # a search of seconds
        take(np.ma.array(given))


def masked_data() -> Any:
    return masked(np.arange(60.0).reshape(20, 3)), np.arange(20) % 2


def masked_parts() -> Dataset:
    x, y = np.ones((20, 3), np.float32), np.arange(20) % 2
    return Dataset("own", masked(x), y, x, y, 2, (3,))


@pytest.mark.parametrize("own", [masked_data, masked_parts])
def test_a_data_set_of_ones_own_has_no_masked_entries(own: Callable[[], Any]) -> None:
    with trust.forgotten_afterwards(), pytest.raises(UserError, match="no value in column 3, row"):
        load_dataset(DATASETS.name_of(own))


def test_tensors_without_values_are_no_batches() -> None:
    with pytest.raises(UserError, match="on meta, which have no values"):
        from_batches([(torch.empty(40, 3, device="meta"), torch.zeros(40))])
